#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Tokens by class and requests of Amazon Bedrock per day and model, from CloudWatch (ListMetrics and GetMetricData).
/// Measures only: what they cost stands in the bill.
ConnectorKind awsBedrockKind();

} // namespace altimeter::providers

#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Tokens and requests of Azure OpenAI per day, deployment and model, from the metrics of Azure Monitor. Measures only:
/// Azure bills by account and meter, and this is what its costs can be divided by.
ConnectorKind azureOpenAiKind();

} // namespace altimeter::providers

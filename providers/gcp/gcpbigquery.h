#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Google Cloud costs from the billing export in BigQuery (standard, detailed or the FOCUS table), with budgets as
/// measures.
ConnectorKind gcpBigQueryKind();

} // namespace altimeter::providers

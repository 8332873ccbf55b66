#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Cost per day from AWS Cost Explorer, grouped by two dimensions or tags, and on request forecast, Savings Plans,
/// reservations and anomalies. Every request to it costs USD 0.01. Source: `GetCostAndUsage` and its neighbours.
ConnectorKind awsCostExplorerKind();

} // namespace altimeter::providers

#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Azure costs of a scope per day and two groups, from the Cost Management query (ActualCost is BilledCost,
/// AmortizedCost is EffectiveCost), with budgets, reservation use and forecast as measures.
ConnectorKind azureCostKind();

} // namespace altimeter::providers

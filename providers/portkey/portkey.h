#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// Portkey: the estimated cost of a gateway per day (cents), divided by the values of one metadata key. Sources:
/// `GET /analytics/graphs/cost`, and for the division `GET /analytics/groups/metadata/{key}`.
ConnectorKind portkeyKind();

} // namespace altimeter::providers

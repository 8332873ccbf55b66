#pragma once

#include "models/domain/connectorinfo.h"
#include "models/domain/money.h"

#include <cstdint>

namespace altimeter::session {

/// What a provider asks for that many requests (ConnectorInfo::requestCost each); zero where they cost nothing.
DecimalSum priceOf(const ConnectorInfo& info, std::uint64_t requests);

} // namespace altimeter::session

#pragma once

#include "models/domain/bridge.h"
#include "models/domain/costsource.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"

#include <cstddef>
#include <stop_token>

namespace altimeter::analysis {

/// How the cost of `before` became that of `now`: two tables by the same dims, without steps of time, in one currency.
/// The `most` keys with the largest |change| are a part each; the rest is at most three: other new ones, other gone
/// ones, and others, those that did not change among them. The parts add up exactly: their `before` to the base, their
/// `now` to the current total, their changes to the difference. Error Overflow.
Result<Bridge> bridgeOf(const CostTable& now, const CostTable& before, Currency currency, std::size_t most);

/// The bridges of `question`. Errors: those of the source; Invalid where it has no dim, or a bound of its periods is
/// open; Overflow.
Result<BridgeSet> costBridges(const CostSource& costs, const BridgeQuestion& question, std::stop_token stop);

} // namespace altimeter::analysis

#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/query.h"
#include "models/domain/result.h"
#include "models/facts/factset.h"

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::analysis {

/// One line, or one owner's share of it, that a query's filters select.
struct ChargeMatch {
    std::uint32_t part = 0; ///< index into FactSet::chunks
    std::uint32_t row = 0;
    std::uint32_t owner = 0; ///< index into Attribution::owners()
    bool isShare = false;
    bool isUnknown = false; ///< the source left this cost empty
    Amount cost;            ///< by the query's lens
};

struct ChargeSelection {
    std::vector<ChargeMatch> matches; ///< the window asked for
    std::uint64_t total = 0;          ///< how many the filters select
    std::vector<CurrencyTotal> totals;
};

/// The lines behind a figure: `by`, `granularity` and `top` of the query are ignored. Largest |cost| first, or in
/// stored order. The totals equal the figure exactly. With `typedCost`, a CellFilter of numbers, only lines whose cost
/// it keeps; with `typedDay`, one of days, only lines of such days.
Result<ChargeSelection> selectCharges(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                                      std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                      std::stop_token stop = {}, const std::string& typedCost = {},
                                      const std::string& typedDay = {});

/// What one owner's share of a whole line is, in every lens. Requires `match` to stem from the same facts and
/// attribution.
std::array<std::optional<Amount>, kLensCount> sharesOf(const FactSet& facts, const Attribution& attribution,
                                                       const ChargeMatch& match);

} // namespace altimeter::analysis

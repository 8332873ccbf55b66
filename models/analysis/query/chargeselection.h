#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/costsource.h"
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

/// What a selection holds at once; tests make them small.
struct SelectionLimits {
    std::size_t held = 65'536;    ///< a window that ends before so many lines is found in one pass
    std::size_t sampled = 65'536; ///< lines that tell where a window further on lies
};

class LineKeys;

/// The lines behind a figure, as CostSource::charges() says; of the query `by`, `granularity` and `top` are ignored.
/// `keys` is the window's order made ready, null where it has none. The totals equal the figure exactly. Memory follows
/// the window's length and the limits, wherever it lies and however many lines are selected.
Result<ChargeSelection> selectCharges(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                                      const ChargeWindow& window, std::stop_token stop = {},
                                      const LineKeys* keys = nullptr, const SelectionLimits& limits = {});

/// What one owner's share of a whole line is, in every lens. Requires `match` to stem from the same facts and
/// attribution.
std::array<std::optional<Amount>, kLensCount> sharesOf(const FactSet& facts, const Attribution& attribution,
                                                       const ChargeMatch& match);

} // namespace altimeter::analysis

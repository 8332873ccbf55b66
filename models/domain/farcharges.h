#pragma once

#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// Charges of one source and currency that lie outside the days of the data (see DataDays): counted in totals over all
/// time, but no part of what follows the data day by day.
struct FarCharges {
    std::string source;
    Currency currency;
    std::uint64_t rows = 0;
    std::array<DecimalSum, kLensCount> cost; ///< by CostLens, of the lines whose cost is known
    std::vector<int> years;                  ///< in which they begin, ascending
    Day dataFrom, dataThrough;               ///< the days of the data, both inside
};

} // namespace altimeter

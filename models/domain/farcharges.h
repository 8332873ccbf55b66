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
    Day first, last;                         ///< the days on which they begin, both inside
    Day dataFrom, dataThrough;               ///< the days of the data, both inside
};

/// A sentence for each currency that has far charges: "2 charges (12.5 EUR) dated 1900 and 9999 are not part of this:
/// …". Amounts are exact.
std::vector<std::string> farSentences(const std::vector<FarCharges>& far, CostLens lens);
/// When they are dated: by their days where they are near the data or in a year of the data, else by their years.
std::string farDatesText(const FarCharges& far);
/// "1900 and 9999"; of many years the first, the last and how many they are.
std::string yearsText(const std::vector<int>& years);
/// Puts `year` where it belongs in ascending `years`, once.
void addYear(std::vector<int>& years, int year);

} // namespace altimeter

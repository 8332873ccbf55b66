#pragma once

#include <span>
#include <vector>

namespace altimeter::analysis {

/// What each day would have been without news of its own: the median of the same phase of the season (weekday, when it
/// is 7) in the four seasons before and after it, of all days within two weeks where fewer than three such are known,
/// 0 where none is. NaN = missing. It looks ahead: for histories, not for verdicts. Pure.
std::vector<double> ordinaryDays(std::span<const double> values, int season);

} // namespace altimeter::analysis

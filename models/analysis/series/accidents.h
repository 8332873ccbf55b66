#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace altimeter::analysis {

/// A day put back to its ordinary value.
struct Accident {
    std::size_t at = 0;
    double excess = 0; ///< the day's value less the ordinary one
};

/// The one or two days of `raw` (daily, NaN = missing) that are no part of what it usually does: far beyond the spread,
/// the known days before and after as ever, and no other day anything like it. The last day is one of them: a level
/// that came is seen on its second. None where cost comes in bursts.
std::vector<Accident> accidentsOf(std::span<const double> raw, int season);

} // namespace altimeter::analysis

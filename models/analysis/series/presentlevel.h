#pragma once

#include <span>
#include <vector>

namespace altimeter::analysis {

/// `raw` (daily, NaN = missing) as if it had always run at its present level: where the cost of every weekday moved to
/// another level within the last two months and has stayed there for more than a week, all before is multiplied by the
/// ratio of the levels, so that it still tells the rhythm and the spread. A slow climb, a few days away and a series
/// that keeps changing between levels stay as they are, and so does one that was ever negative.
std::vector<double> atPresentLevel(std::span<const double> raw);

} // namespace altimeter::analysis

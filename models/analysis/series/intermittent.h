#pragma once

#include <span>
#include <vector>

namespace altimeter::analysis {

/// Whether much of what `raw` (daily, NaN = missing) costs comes in bursts: on days of their own that the median of
/// their weekday does not see, too often to be an accident. The typical day of such a series is far from its mean.
bool isBursty(std::span<const double> raw, int season);

/// The mean day of each phase of the season after `raw`, for `horizon` days: of the past year, or of its last quarter
/// where that tells clearly of another level. Phases differ only as far as they are seen to. Requires a known value.
std::vector<double> meanAhead(std::span<const double> raw, int season, int horizon);

} // namespace altimeter::analysis

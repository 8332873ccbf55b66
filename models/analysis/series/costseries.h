#pragma once

#include "models/domain/costsource.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"
#include "models/domain/series.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// A series has no more steps than this: as many as there may be days of the data (DataDays::kMostDays).
inline constexpr int kMostSteps = 20'000;

/// The series of `question` with its markers, forecast and the period it is compared with. What is usual is learnt from
/// all of history before the range that is shown. Weeks and months are forecast as the sum of their days, from the
/// first whole one after the data: the running one is neither learnt from nor forecast. A forecast of a range that ends
/// before the data is that of its end: nothing later is known to it. Errors: those of the source; Invalid for more
/// steps than can be drawn.
Result<SeriesSet> costSeries(const CostSource& costs, const SeriesQuestion& question, std::stop_token stop);

/// CostQuery::top for a series of each team: of thousands only the largest are looked at day by day. 0: all.
std::size_t watchedTeams(std::size_t teams);

/// What a detector looks at: NaN for a step that is not known, or not as a whole.
std::vector<double> valuesOf(const std::vector<SeriesPoint>& points);

} // namespace altimeter::analysis

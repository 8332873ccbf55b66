#pragma once

#include "models/domain/costsource.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace altimeter::session {

/// What a detector looks at: NaN for a step that is not known.
std::vector<double> valuesOf(const std::vector<SeriesPoint>& points);
Result<SeriesSet> buildSeries(const CostSource& costs, const SeriesQuestion& question, std::stop_token stop);
/// CostQuery::top for a series of each team: of thousands only the largest are looked at day by day. 0: all.
std::size_t watchedTeams(std::size_t teams);

} // namespace altimeter::session

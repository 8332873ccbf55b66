#pragma once

#include "models/domain/costsource.h"
#include "models/domain/result.h"
#include "models/domain/series.h"
#include "models/domain/weekfigures.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// The few days of `daily`, a series of single days in one currency, that stand far above the days beside them, with
/// the service that rose most on each; ascending. A reader asks about them whether they are anomalies or, like what is
/// charged on the first of a month, not. Errors: those of the source.
Result<std::vector<PeakDay>> peakDays(const CostSource& costs, CostLens lens, const CostSeries& daily,
                                      const std::stop_token& stop);

} // namespace altimeter::analysis

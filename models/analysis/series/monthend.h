#pragma once

#include "models/domain/overview.h"
#include "models/domain/result.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// What the month of `out` will have cost at its end: the known days (`out.monthToDate`) without error, the rest of the
/// month from the forecast of its total, learnt from `points`, a daily series up to the last known day. Nothing is said
/// where no day is known. Errors: Cancelled, and those of forecast().
Status expectMonthEnd(Overview::PerCurrency& out, const std::vector<SeriesPoint>& points, int daysLeft,
                      const std::stop_token& stop);

} // namespace altimeter::analysis

#pragma once

#include "models/domain/costsource.h"
#include "models/domain/result.h"
#include "models/domain/weekfigures.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// The figures of the week in which the data end, in the order of `currencies`; none where there are no data. Of each
/// account the days known of this week are compared, and no others (see tableOfKnownDays). Errors: those of the source.
Result<WeekFigures> weekFigures(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                                const std::stop_token& stop);

} // namespace altimeter::analysis

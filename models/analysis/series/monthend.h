#pragma once

#include "models/analysis/series/expectation.h"
#include "models/domain/overview.h"
#include "models/domain/result.h"

#include <map>
#include <optional>
#include <stop_token>

namespace altimeter::analysis {

/// What the month of `out` will have cost at its end: `known` (the month to date and what is charged ahead for its
/// later days) without error, and what is `expected` on its other days, less the part of it that is `ahead`. Never less
/// than is known and the credits that are due. Nothing is said where there is too little history.
void expectMonthEnd(Overview::PerCurrency& out, double known, const Expectation& expected, const DateRange& month,
                    double ahead = 0);

/// What `period` will have cost at its end, as of a month in expectMonthEnd(); none where nothing can be said.
std::optional<ForecastStep> expectedEnd(double known, const Expectation& expected, const DateRange& period,
                                        double ahead = 0);

/// How much of what is charged ahead, up to the end of `period`, was expected of its days, by currency: judged beside
/// charges of the same service and category, since a fee of each day, week or month is the one that was expected, and a
/// purchase is none. Of `of` filters and lens count. Errors: those of the source.
Result<std::map<Currency, double>> expectedAhead(const CostSource& costs, const CostDays& days, const CostQuery& of,
                                                 const DateRange& period, const std::stop_token& stop);

} // namespace altimeter::analysis

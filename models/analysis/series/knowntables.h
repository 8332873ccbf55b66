#pragma once

#include "models/domain/costsource.h"

#include <optional>
#include <stop_token>

namespace altimeter::analysis {

/// Whether a day of `range` was still running when it was told.
bool isRunning(const CostDays& days, const DateRange& range);

/// The last day of the data that any account (of `currency`, where one is given) knows to its end; where none does the
/// last day.
Day lastWholeDay(const CostDays& days, std::optional<Currency> currency = std::nullopt);

/// `query`, which has no steps of time, of each account over those days alone whose like, `ahead` days later, is known
/// to its end: a day that has not been delivered yet is not compared with one that was. Where all accounts know the
/// same days it is the table itself. Errors: those of the source; Overflow.
Result<CostTable> tableOfKnownDays(const CostSource& costs, const CostDays& days, const CostQuery& query, int ahead,
                                   const std::stop_token& stop);

} // namespace altimeter::analysis

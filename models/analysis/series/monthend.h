#pragma once

#include "models/analysis/series/expectation.h"
#include "models/domain/overview.h"
#include "models/domain/result.h"

namespace altimeter::analysis {

/// What the month of `out` will have cost at its end: `known` (the month to date and what is charged ahead for its
/// later days) without error, and what is `expected` on its other days, less the part of it that is `ahead`. Never less
/// than is known, but for credits as there were before. Nothing is said where there is too little history.
void expectMonthEnd(Overview::PerCurrency& out, double known, const Expectation& expected, const DateRange& month,
                    double ahead = 0);

} // namespace altimeter::analysis

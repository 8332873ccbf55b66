#include "models/analysis/series/monthend.h"

namespace altimeter::analysis {

void expectMonthEnd(Overview::PerCurrency& out, double known, const Expectation& expected, const DateRange& month)
{
    out.hasForecast = !expected.hasTooLittleHistory();
    if (!out.hasForecast)
        return;
    const ForecastStep rest = expected.over(month);
    out.monthEndMean = known + rest.mean;
    out.monthEndLo80 = known + rest.lo80;
    out.monthEndHi80 = known + rest.hi80;
    out.monthEndLo95 = known + rest.lo95;
    out.monthEndHi95 = known + rest.hi95;
}

} // namespace altimeter::analysis

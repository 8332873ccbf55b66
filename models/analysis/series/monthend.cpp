#include "models/analysis/series/monthend.h"

#include <algorithm>

namespace altimeter::analysis {

void expectMonthEnd(Overview::PerCurrency& out, double known, const Expectation& expected, const DateRange& month,
                    double ahead)
{
    out.hasForecast = !expected.hasTooLittleHistory();
    if (!out.hasForecast)
        return;
    ForecastStep rest = expected.over(month);
    for (double* bound : {&rest.mean, &rest.lo80, &rest.hi80, &rest.lo95, &rest.hi95})
        *bound = std::max(*bound - ahead, std::min(*bound, 0.0));
    out.monthEndMean = known + rest.mean;
    out.monthEndLo80 = known + rest.lo80;
    out.monthEndHi80 = known + rest.hi80;
    out.monthEndLo95 = known + rest.lo95;
    out.monthEndHi95 = known + rest.hi95;
}

} // namespace altimeter::analysis

#include "models/analysis/series/monthend.h"

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/forecast.h"

#include <algorithm>
#include <cmath>

namespace altimeter::analysis {

Status expectMonthEnd(Overview::PerCurrency& out, const std::vector<SeriesPoint>& points, int daysLeft,
                      const std::stop_token& stop)
{
    const double known = out.monthToDate.toDouble();
    if (daysLeft == 0) {
        out.monthEndMean = out.monthEndLo80 = out.monthEndHi80 = out.monthEndLo95 = out.monthEndHi95 = known;
        out.hasForecast = true;
        return {};
    }
    const std::vector<double> values = valuesOf(points);
    if (std::none_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
        return {};
    ForecastOptions options;
    options.horizon = daysLeft;
    options.season = 7;
    options.start = points.front().period;
    const auto answer = forecast(values, options, stop);
    if (!answer)
        return answer.error();
    out.monthEndMean = known + answer->total.mean;
    out.monthEndLo80 = known + answer->total.lo80;
    out.monthEndHi80 = known + answer->total.hi80;
    out.monthEndLo95 = known + answer->total.lo95;
    out.monthEndHi95 = known + answer->total.hi95;
    out.hasForecast = true;
    return {};
}

} // namespace altimeter::analysis

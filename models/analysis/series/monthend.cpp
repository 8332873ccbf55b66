#include "models/analysis/series/monthend.h"

#include <algorithm>

namespace altimeter::analysis {

std::optional<ForecastStep> expectedEnd(double known, const Expectation& expected, const DateRange& period,
                                        double ahead)
{
    if (expected.hasTooLittleHistory())
        return std::nullopt;
    ForecastStep rest = expected.over(period);
    for (double* bound : {&rest.mean, &rest.lo80, &rest.hi80, &rest.lo95, &rest.hi95})
        *bound = known + std::max(*bound - ahead, std::min(*bound, 0.0));
    return rest;
}

void expectMonthEnd(Overview::PerCurrency& out, double known, const Expectation& expected, const DateRange& month,
                    double ahead)
{
    const auto end = expectedEnd(known, expected, month, ahead);
    out.hasForecast = end.has_value();
    if (!end)
        return;
    out.monthEndMean = end->mean;
    out.monthEndLo80 = end->lo80;
    out.monthEndHi80 = end->hi80;
    out.monthEndLo95 = end->lo95;
    out.monthEndHi95 = end->hi95;
}

Result<std::map<Currency, double>> expectedAhead(const CostSource& costs, const CostDays& days, const CostQuery& of,
                                                 const DateRange& period, const std::stop_token& stop)
{
    std::map<Currency, double> expected;
    CostQuery query;
    query.by = {Dim{Dim::Kind::Service, {}}, Dim{Dim::Kind::ChargeCategory, {}}};
    query.filters = of.filters;
    query.lens = of.lens;
    query.range = {days.last + 1, period.to};
    if (query.range.from >= query.range.to)
        return expected;
    const auto ahead = costs.table(query, stop);
    if (!ahead)
        return ahead.error();
    KeptKeys kept;
    for (const CostRow& row : ahead->rows)
        kept.insert({row.currency, row.keys});
    if (kept.empty())
        return expected;
    query.granularity = Granularity::Day;
    query.range.from = days.first;
    const auto history = partedSeries(costs, days, query, kept, stop);
    if (!history)
        return history.error();
    for (const PartedSeries& series : *history) {
        if (series.isOther)
            continue;
        const auto one = Expectation::of(series, days, period.to - 1, stop);
        if (!one)
            return one.error();
        expected[series.currency] += one->seen({days.last + 1, period.to});
    }
    return expected;
}

} // namespace altimeter::analysis

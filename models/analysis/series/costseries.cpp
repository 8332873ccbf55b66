#include "models/analysis/series/costseries.h"

#include "models/analysis/series/anomaly.h"
#include "models/analysis/series/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace altimeter::analysis {

std::vector<CostSeries> seriesFrom(const CostTable& table, const std::map<Currency, std::vector<Day>>& deliveredDays,
                                   const std::map<Currency, Day>& completeThrough)
{
    const Granularity granularity = table.query.granularity;
    struct Span {
        Day first, last;
    };
    std::map<Currency, Span> spans;
    std::map<Currency, std::map<Day, bool>> delivered; // steps in which any line of the currency exists
    for (const auto& [currency, all] : deliveredDays) {
        for (const Day day : all) {
            if (table.query.range.contains(day))
                delivered[currency][stepStart(day, granularity)] = true;
        }
    }
    for (const auto& [currency, days] : delivered) {
        if (!days.empty())
            spans[currency] = {days.begin()->first, days.rbegin()->first};
    }
    using Key = std::tuple<Currency, bool, std::vector<std::string>>;
    std::map<Key, std::map<Day, Amount>> points;
    std::map<Key, AmountSum> sums;
    for (const CostRow& row : table.rows) {
        const Key key{row.currency, row.isOther, row.keys};
        points[key][row.period] = row.cost;
        sums[key].add(row.cost);
    }
    std::vector<std::pair<Amount, CostSeries>> ranked;
    for (const auto& [key, values] : points) {
        const auto& [currency, isOther, keys] = key;
        const Span span = spans[currency];
        const auto complete = completeThrough.find(currency);
        CostSeries series;
        series.keys = keys;
        series.isOther = isOther;
        series.currency = currency;
        if (span.first.isValid()) {
            for (Day step = span.first; step <= span.last; step = nextStep(step, granularity)) {
                const auto found = values.find(step);
                const bool isWhole =
                    granularity != Granularity::Day || complete == completeThrough.end() || step <= complete->second;
                const bool known = delivered[currency].contains(step) && isWhole;
                series.points.push_back({step, found == values.end() ? Amount() : found->second, known});
                if (granularity == Granularity::None)
                    break;
            }
        }
        ranked.emplace_back(sums[key].amount(), std::move(series));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        if (a.second.currency != b.second.currency)
            return a.second.currency < b.second.currency;
        if (a.second.isOther != b.second.isOther)
            return b.second.isOther;
        return a.first > b.first;
    });
    std::vector<CostSeries> result;
    for (auto& [sum, series] : ranked)
        result.push_back(std::move(series));
    return result;
}

std::vector<double> valuesOf(const std::vector<SeriesPoint>& points)
{
    std::vector<double> values;
    for (const SeriesPoint& point : points)
        values.push_back(point.known ? point.cost.toDouble() : std::numeric_limits<double>::quiet_NaN());
    return values;
}

std::size_t watchedTeams(std::size_t teams)
{
    constexpr std::size_t kMost = 1000;
    return teams > kMost ? kMost : 0;
}

namespace {

/// A day's deviation counts from half a percent of an ordinary day, and from ten units of a dollar-sized currency.
double moneyLimitOf(const std::vector<double>& values)
{
    double sum = 0;
    std::size_t known = 0;
    for (const double value : values) {
        if (std::isfinite(value)) {
            sum += std::abs(value);
            ++known;
        }
    }
    const double mean = known == 0 ? 0 : sum / static_cast<double>(known);
    return std::max({10.0, 0.005 * mean});
}

std::vector<AnomalyMark> marksOf(const std::vector<SeriesPoint>& points, const std::stop_token& stop)
{
    if (points.empty())
        return {};
    const std::vector<double> values = valuesOf(points);
    AnomalyOptions options;
    options.start = points.front().period;
    options.moneyLimit = moneyLimitOf(values);
    const auto verdicts = detectDailyAnomalies(values, options, stop);
    std::vector<AnomalyMark> marks;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const DayVerdict& verdict = verdicts[i];
        if (!verdict.anomaly)
            continue;
        AnomalyMark mark;
        mark.period = points[i].period;
        mark.actual = values[i];
        mark.expected = verdict.expected;
        mark.lower = verdict.lower;
        mark.upper = verdict.upper;
        mark.impact = values[i] - verdict.expected;
        mark.score = mark.impact < 0 ? -verdict.score : verdict.score;
        mark.severity = verdict.severity;
        mark.kind = verdict.kind;
        mark.status = verdict.notify ? "open" : "notable";
        marks.push_back(std::move(mark));
    }
    return marks;
}

Result<std::vector<ForecastPoint>> forecastOf(const std::vector<SeriesPoint>& points, Granularity granularity,
                                              int steps, const std::stop_token& stop)
{
    std::vector<ForecastPoint> forecast;
    const std::vector<double> values = valuesOf(points);
    if (steps <= 0 || std::none_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
        return forecast;
    ForecastOptions options;
    options.horizon = steps;
    options.daily = granularity == Granularity::Day;
    options.season = granularity == Granularity::Day ? 7 : granularity == Granularity::Week ? 1 : 0;
    options.start = points.front().period;
    const auto answer = analysis::forecast(values, options, stop);
    if (!answer)
        return answer.error();
    Day day = nextStep(points.back().period, granularity);
    for (const ForecastStep& step : answer->steps) {
        forecast.push_back({day, step.mean, step.lo80, step.hi80, step.lo95, step.hi95});
        day = nextStep(day, granularity);
    }
    return forecast;
}

/// `asked` with its open ends closed where the data end: a charge far from all others is no part of a trend that did
/// not ask for it.
DateRange closed(const CostDays& days, DateRange asked)
{
    const Day behind = days.last + 1;
    const bool isBefore = asked.to.isValid() && asked.to <= days.first;
    const bool isBehind = asked.from.isValid() && asked.from >= behind;
    if (!asked.from.isValid() && !isBefore)
        asked.from = days.first;
    if (!asked.to.isValid() && !isBehind)
        asked.to = behind;
    return asked;
}

/// From where a series over `range` is learnt from: all of the data before it, but nothing far before the data.
Day historyStart(const CostDays& days, const DateRange& range)
{
    const bool isFar = range.from.isValid() && range.from > days.last;
    return isFar || !range.from.isValid() ? range.from : std::min(range.from, days.first);
}

/// Error Invalid where a series over the delivered days of `range` would have more points than anybody could look at.
Status checkSteps(const CostDays& days, const DateRange& range, Granularity granularity)
{
    Day first;
    Day last;
    for (const auto& [currency, delivered] : days.delivered) {
        for (const Day day : delivered) {
            if (!range.contains(day))
                continue;
            first = first.isValid() ? std::min(first, day) : day;
            last = last.isValid() ? std::max(last, day) : day;
        }
    }
    if (!first.isValid())
        return {};
    const std::int64_t daysPerStep = granularity == Granularity::Month ? 30 : granularity == Granularity::Week ? 7 : 1;
    const std::int64_t steps = (last - first) / daysPerStep + 1;
    if (steps <= kMostSteps)
        return {};
    return Error{ErrorCode::Invalid,
                 "a series from " + toString(first) + " to " + toString(last) + " would have " + std::to_string(steps) +
                     " steps; at most " + std::to_string(kMostSteps) + " can be drawn",
                 {},
                 "Choose a shorter range, or weeks or months instead of days."};
}

/// The keys the chart shows: those of the range, without the rest that is folded together.
Result<KeptKeys> shownKeys(const CostSource& costs, const CostDays& days, const CostQuery& query,
                           const std::stop_token& stop)
{
    CostQuery range = query;
    range.range = closed(days, query.range);
    range.granularity = Granularity::None;
    const auto shown = costs.table(range, stop);
    if (!shown)
        return shown.error();
    KeptKeys kept;
    for (const CostRow& row : shown->rows) {
        if (!row.isOther)
            kept.insert({row.currency, row.keys});
    }
    return kept;
}

/// What is usual is learnt from all of history before the range.
Result<std::vector<CostSeries>> seriesWithHistory(const CostSource& costs, const CostDays& days, const CostQuery& query,
                                                  const KeptKeys& kept, const std::stop_token& stop)
{
    const DateRange range = closed(days, query.range);
    CostQuery history = query;
    history.range = {historyStart(days, range), range.to};
    if (auto checked = checkSteps(days, history.range, history.granularity); !checked)
        return checked.error();
    const auto full = costs.tableOf(history, kept, stop);
    if (!full)
        return full.error();
    const bool isFar = history.range.from > days.last;
    return seriesFrom(*full, days.delivered, isFar ? std::map<Currency, Day>() : days.completeThrough);
}

/// Takes away the history that was only learnt from.
void cutBefore(CostSeries& series, const CostQuery& query)
{
    if (!query.range.from.isValid())
        return;
    const Day from = stepStart(query.range.from, query.granularity);
    std::erase_if(series.points, [from](const SeriesPoint& point) { return point.period < from; });
    std::erase_if(series.anomalies, [from](const AnomalyMark& mark) { return mark.period < from; });
}

Result<std::vector<CostSeries>> previousSeries(const CostSource& costs, const CostDays& days, const CostQuery& query,
                                               const KeptKeys& kept, const std::stop_token& stop)
{
    CostQuery previous = query;
    if (!previous.range.to.isValid())
        previous.range.to = days.last + 1;
    previous.range = previousRange(previous.range);
    if (auto checked = checkSteps(days, previous.range, previous.granularity); !checked)
        return checked.error();
    const auto before = costs.tableOf(previous, kept, stop);
    if (!before)
        return before.error();
    auto series = seriesFrom(*before, days.delivered, days.completeThrough);
    if (query.top == 0)
        std::erase_if(series, [](const CostSeries& one) { return one.isOther; });
    return series;
}

} // namespace

Result<SeriesSet> costSeries(const CostSource& costs, const SeriesQuestion& question, std::stop_token stop)
{
    SeriesSet set;
    set.query = question.query;
    set.revision = costs.revision();
    CostQuery& query = set.query;
    if (query.granularity == Granularity::None)
        query.granularity = Granularity::Day;
    const auto days = costs.days(stop);
    if (!days)
        return days.error();
    if (!days->last.isValid())
        return set;

    const auto kept = shownKeys(costs, *days, query, stop);
    if (!kept)
        return kept.error();
    auto all = seriesWithHistory(costs, *days, query, *kept, stop);
    if (!all)
        return all.error();
    set.series = all.take();
    const bool reachesEnd = query.range.contains(days->last);
    for (CostSeries& series : set.series) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (question.anomalies && query.granularity == Granularity::Day)
            series.anomalies = marksOf(series.points, stop);
        if (reachesEnd) {
            auto forecast = forecastOf(series.points, query.granularity, question.forecastSteps, stop);
            if (!forecast)
                return forecast.error();
            series.forecast = forecast.take();
        }
        cutBefore(series, query);
    }
    std::erase_if(set.series, [&](const CostSeries& series) {
        return series.isOther ? query.top == 0 : !kept->contains({series.currency, series.keys});
    });
    if (question.compare && query.range.from.isValid()) {
        auto previous = previousSeries(costs, *days, query, *kept, stop);
        if (!previous)
            return previous.error();
        set.previous = previous.take();
    }
    return set;
}

} // namespace altimeter::analysis

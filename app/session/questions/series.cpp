#include "app/session/questions/series.h"

#include "app/session/questions/answers.h"
#include "models/analysis/query/costquery.h"
#include "models/analysis/series/anomaly.h"
#include "models/analysis/series/forecast.h"
#include "models/facts/datadays.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace altimeter::session {

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
    analysis::AnomalyOptions options;
    options.start = points.front().period;
    options.moneyLimit = moneyLimitOf(values);
    const auto verdicts = analysis::detectDailyAnomalies(values, options, stop);
    std::vector<AnomalyMark> marks;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const analysis::DayVerdict& verdict = verdicts[i];
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
    analysis::ForecastOptions options;
    options.horizon = steps;
    options.daily = granularity == Granularity::Day;
    options.season = granularity == Granularity::Day ? 7 : granularity == Granularity::Week ? 1 : 0;
    const auto answer = analysis::forecast(values, options, stop);
    if (!answer)
        return answer.error();
    Day day = nextStep(points.back().period, granularity);
    for (const analysis::ForecastStep& step : answer->steps) {
        forecast.push_back({day, step.mean, step.lo80, step.hi80, step.lo95, step.hi95});
        day = nextStep(day, granularity);
    }
    return forecast;
}

/// `asked` with its open ends closed where the data end: a charge far from all others is no part of a trend that did
/// not ask for it.
DateRange closed(const CostSource& costs, DateRange asked)
{
    const Day first = costs.firstDay();
    const Day behind = costs.lastDay() + 1;
    const bool isBefore = asked.to.isValid() && asked.to <= first;
    const bool isBehind = asked.from.isValid() && asked.from >= behind;
    if (!asked.from.isValid() && !isBefore)
        asked.from = first;
    if (!asked.to.isValid() && !isBehind)
        asked.to = behind;
    return asked;
}

/// From where a series over `range` is learnt from: all of the data before it, but nothing far before the data.
Day historyStart(const CostSource& costs, const DateRange& range)
{
    const bool isFar = range.from.isValid() && range.from > costs.lastDay();
    return isFar || !range.from.isValid() ? range.from : std::min(range.from, costs.firstDay());
}

/// Error Invalid where a series over the delivered days of `range` would have more points than anybody could look at.
Status checkSteps(const CostSource& costs, const DateRange& range, Granularity granularity)
{
    constexpr std::int64_t kMostSteps = DataDays::kMostDays;
    Day first;
    Day last;
    for (const auto& [currency, days] : costs.deliveredDays()) {
        for (const Day day : days) {
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

} // namespace

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

Result<SeriesSet> buildSeries(const CostSource& costs, const SeriesQuestion& request, std::stop_token stop)
{
    SeriesSet set;
    set.query = request.query;
    set.revision = costs.revision();
    if (set.query.granularity == Granularity::None)
        set.query.granularity = Granularity::Day;
    if (!costs.lastDay().isValid())
        return set;

    // Which lines the chart shows is decided by the range; what is usual is learnt from all of history before it.
    CostQuery range = set.query;
    range.range = closed(costs, set.query.range);
    range.granularity = Granularity::None;
    const auto shown = costs.table(range, stop);
    if (!shown)
        return shown.error();
    KeptKeys kept;
    for (const CostRow& row : shown->rows) {
        if (!row.isOther)
            kept.insert({row.currency, row.keys});
    }
    CostQuery history = set.query;
    history.range = {historyStart(costs, range.range), range.range.to};
    if (auto checked = checkSteps(costs, history.range, history.granularity); !checked)
        return checked.error();
    const auto full = costs.tableOf(history, kept, stop);
    if (!full)
        return full.error();
    const bool isFar = history.range.from > costs.lastDay();
    set.series =
        analysis::seriesFrom(*full, costs.deliveredDays(), isFar ? std::map<Currency, Day>() : costs.completeThrough());
    const bool reachesEnd = set.query.range.contains(costs.lastDay());
    for (CostSeries& series : set.series) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (request.anomalies && set.query.granularity == Granularity::Day)
            series.anomalies = marksOf(series.points, stop);
        if (reachesEnd) {
            auto forecast = forecastOf(series.points, set.query.granularity, request.forecastSteps, stop);
            if (!forecast)
                return forecast.error();
            series.forecast = forecast.take();
        }
        const Day from =
            set.query.range.from.isValid() ? stepStart(set.query.range.from, set.query.granularity) : Day::none();
        const auto before = [from](Day day) { return from.isValid() && day < from; };
        std::erase_if(series.points, [&](const SeriesPoint& point) { return before(point.period); });
        std::erase_if(series.anomalies, [&](const AnomalyMark& mark) { return before(mark.period); });
    }
    std::erase_if(set.series, [&](const CostSeries& series) {
        return !series.isOther && !kept.contains({series.currency, series.keys});
    });
    if (set.query.top == 0)
        std::erase_if(set.series, [](const CostSeries& series) { return series.isOther; });

    if (request.compare && set.query.range.from.isValid()) {
        CostQuery previous = set.query;
        if (!previous.range.to.isValid())
            previous.range.to = costs.lastDay() + 1;
        previous.range = previousRange(previous.range);
        if (auto checked = checkSteps(costs, previous.range, previous.granularity); !checked)
            return checked.error();
        const auto before = costs.tableOf(previous, kept, stop);
        if (!before)
            return before.error();
        set.previous = analysis::seriesFrom(*before, costs.deliveredDays(), costs.completeThrough());
        if (set.query.top == 0)
            std::erase_if(set.previous, [](const CostSeries& series) { return series.isOther; });
    }
    return set;
}

Result<SeriesSet> answer(const Snapshot& snapshot, const SeriesQuestion& question, std::stop_token stop)
{
    return buildSeries(*snapshot.costs, question, std::move(stop));
}

} // namespace altimeter::session

#include "app/session/workspace/engineimpl.h"

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

std::vector<double> valuesOf(const std::vector<SeriesPoint>& points)
{
    std::vector<double> values;
    for (const SeriesPoint& point : points)
        values.push_back(point.known ? point.cost.toDouble() : std::numeric_limits<double>::quiet_NaN());
    return values;
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

Result<SeriesSet> buildSeries(const CostSource& costs, const Engine::SeriesRequest& request, std::stop_token stop)
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

namespace {

Amount amountOf(const CostTable& table, Currency currency)
{
    for (const CurrencyTotal& total : table.totals) {
        if (total.currency == currency)
            return total.cost;
    }
    return {};
}

std::vector<Overview::Mover> moversOf(const CostTable& now, const CostTable& before, Currency currency)
{
    std::map<std::vector<std::string>, Overview::Mover> byKey;
    for (const CostRow& row : now.rows) {
        if (row.currency == currency)
            byKey[row.keys].now = row.cost;
    }
    for (const CostRow& row : before.rows) {
        if (row.currency == currency)
            byKey[row.keys].before = row.cost;
    }
    std::vector<Overview::Mover> movers;
    for (auto& [keys, mover] : byKey) {
        mover.keys = keys;
        if (mover.now != mover.before)
            movers.push_back(mover);
    }
    const auto size = [](const Overview::Mover& mover) {
        const Int128 change = mover.now.attos() - mover.before.attos();
        return change < 0 ? -change : change;
    };
    std::stable_sort(movers.begin(), movers.end(),
                     [&size](const Overview::Mover& a, const Overview::Mover& b) { return size(a) > size(b); });
    return movers;
}

/// Month-end expectation: the known days without error, the rest of the month from the forecast of its total.
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
    analysis::ForecastOptions options;
    options.horizon = daysLeft;
    options.season = 7;
    const auto answer = analysis::forecast(values, options, stop);
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

/// A source whose last charge lies far behind the data is as fresh as the last of its charges inside.
Status freshenSources(const CostSource& costs, std::vector<SourceInfo>& sources, const std::stop_token& stop)
{
    const Day last = costs.lastDay();
    const auto isFar = [last](const SourceInfo& source) { return source.dataThrough > last; };
    if (std::none_of(sources.begin(), sources.end(), isFar))
        return {};
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}};
    query.granularity = Granularity::Day;
    query.range = {costs.firstDay(), last + 1};
    const auto days = costs.table(query, stop);
    if (!days)
        return days.error();
    std::map<std::string, Day> through;
    for (const CostRow& row : days->rows) {
        Day& day = through[row.keys.front()];
        day = day.isValid() ? std::max(day, row.period) : row.period;
    }
    for (SourceInfo& source : sources) {
        if (isFar(source) && through.contains(source.name))
            source.dataThrough = through[source.name];
    }
    return {};
}

} // namespace

std::size_t watchedTeams(std::size_t teams)
{
    constexpr std::size_t kMost = 1000;
    return teams > kMost ? kMost : 0;
}

Result<Overview> buildOverview(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                               std::vector<SourceInfo> sources, const std::vector<ProofLine>& proof,
                               std::size_t partitions, std::stop_token stop)
{
    Overview overview;
    overview.lens = lens;
    overview.revision = costs.revision();
    overview.sources = std::move(sources);
    overview.partitions = partitions;
    for (const ProofLine& line : proof) {
        if (!line.reconciled()) {
            ++overview.unreconciled;
            overview.remainders.push_back(line);
        }
    }
    const Day last = costs.lastDay();
    if (!last.isValid())
        return overview;
    if (auto done = freshenSources(costs, overview.sources, stop); !done)
        return done.error();
    overview.asOf = last + 1;
    overview.month = last.firstOfMonth();
    const DateRange month{overview.month, overview.asOf};
    const DateRange sameDays = previousRange(month);
    const DateRange lastMonth{overview.month.addMonths(-1), overview.month};

    const auto ask = [&](std::vector<Dim> by, DateRange range, Granularity granularity) {
        CostQuery query;
        query.by = std::move(by);
        query.range = range;
        query.granularity = granularity;
        query.lens = lens;
        return costs.table(query, stop);
    };
    const Dim team{Dim::Kind::Team, {}};
    const Dim service{Dim::Kind::Service, {}};
    const auto teams = ask({team}, month, Granularity::None);
    const auto teamsBefore = ask({team}, sameDays, Granularity::None);
    const auto services = ask({service}, month, Granularity::None);
    const auto servicesBefore = ask({service}, sameDays, Granularity::None);
    const auto monthBefore = ask({}, lastMonth, Granularity::None);
    const auto states = ask({Dim{Dim::Kind::ChargeState, {}}}, month, Granularity::None);
    for (const auto* answer : {&teams, &teamsBefore, &services, &servicesBefore, &monthBefore, &states}) {
        if (!*answer)
            return answer->error();
    }

    Engine::SeriesRequest daily;
    daily.query.granularity = Granularity::Day;
    daily.query.lens = lens;
    daily.query.range = {last - 89, overview.asOf};
    const int daysLeft = overview.month.addMonths(1) - overview.asOf;
    daily.forecastSteps = daysLeft;
    auto total = buildSeries(costs, daily, stop);
    if (!total)
        return total.error();
    Engine::SeriesRequest perTeam = daily;
    perTeam.query.by = {team};
    perTeam.query.range = {last - 29, overview.asOf};
    perTeam.forecastSteps = 0;
    perTeam.query.top = watchedTeams(teams->rows.size());
    const auto teamSeries = buildSeries(costs, perTeam, stop);
    if (!teamSeries)
        return teamSeries.error();

    CostQuery everyDay;
    everyDay.granularity = Granularity::Day;
    everyDay.lens = lens;
    everyDay.range = {costs.firstDay(), overview.asOf};
    const auto history = costs.table(everyDay, stop);
    if (!history)
        return history.error();
    const std::vector<CostSeries> historySeries =
        analysis::seriesFrom(*history, costs.deliveredDays(), costs.completeThrough());

    for (const Currency currency : currencies) {
        Overview::PerCurrency entry;
        entry.currency = currency;
        entry.monthToDate = amountOf(*teams, currency);
        entry.sameDaysLastMonth = amountOf(*teamsBefore, currency);
        entry.lastMonth = amountOf(*monthBefore, currency);
        entry.hasLastMonth = std::any_of(monthBefore->totals.begin(), monthBefore->totals.end(),
                                         [&](const CurrencyTotal& t) { return t.currency == currency; });
        for (const CostRow& row : teams->rows) {
            if (row.currency != currency)
                continue;
            entry.teams.push_back(row);
            if (row.keys.front().empty())
                entry.unallocated = row.cost;
        }
        for (const CostRow& row : states->rows) {
            if (row.currency == currency && row.keys.front() == "Estimated") {
                entry.estimated = row.cost;
                entry.hasEstimated = true;
            }
        }
        entry.teamMovers = moversOf(*teams, *teamsBefore, currency);
        entry.serviceMovers = moversOf(*services, *servicesBefore, currency);
        for (CostSeries& series : total->series) {
            if (series.currency == currency)
                entry.daily = series;
        }
        for (const CostSeries& series : historySeries) {
            if (series.currency != currency)
                continue;
            if (auto done = expectMonthEnd(entry, series.points, daysLeft, stop); !done)
                return done.error();
        }
        overview.currencies.push_back(std::move(entry));
    }
    for (const CostSeries& series : teamSeries->series) {
        if (series.isOther)
            continue;
        for (const AnomalyMark& mark : series.anomalies)
            overview.anomalies.push_back({series.keys, series.currency, mark});
    }
    std::stable_sort(overview.anomalies.begin(), overview.anomalies.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.mark.impact) > std::abs(b.mark.impact); });
    return overview;
}

} // namespace altimeter::session

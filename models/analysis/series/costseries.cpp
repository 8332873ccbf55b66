#include "models/analysis/series/costseries.h"

#include "models/analysis/series/anomaly.h"
#include "models/analysis/series/expectation.h"
#include "models/analysis/series/forecast.h"
#include "models/analysis/series/knownseries.h"
#include "models/analysis/series/monthend.h"
#include "models/analysis/series/purchases.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace altimeter::analysis {

std::vector<double> valuesOf(const std::vector<SeriesPoint>& points)
{
    std::vector<double> values;
    for (const SeriesPoint& point : points)
        values.push_back(point.known && point.isWhole ? point.cost.toDouble()
                                                      : std::numeric_limits<double>::quiet_NaN());
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

/// `mayGrow`: the last of the points are the newest days of the data, of which a later export may tell more.
std::vector<AnomalyMark> marksOf(const std::vector<SeriesPoint>& points, const std::vector<double>& values,
                                 bool mayGrow, const std::stop_token& stop)
{
    if (points.empty())
        return {};
    AnomalyOptions options;
    options.start = points.front().period;
    options.moneyLimit = moneyLimitOf(values);
    options.mayGrow = mayGrow;
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

/// So many days a new part is looked at beside the others before it is judged with them: as many as a detector needs
/// before its first verdict, and whole weeks.
constexpr int kFirstDays = 21;

/// Whether a part tells of nothing for some time and then begins: what it brings is no news but the end of not knowing.
bool isLateBeginner(const SeriesPart& part, const CostDays& days)
{
    return part.known && part.known->since.isValid() && part.known->since > days.first;
}

/// The days by the parts that are judged on them: those that know the day, and have told for long enough.
std::map<std::vector<bool>, std::set<Day>> judgedTogether(const PartedSeries& parts, const CostDays& days,
                                                          const std::vector<SeriesPoint>& points)
{
    std::map<std::vector<bool>, std::set<Day>> together;
    for (const SeriesPoint& point : points) {
        std::vector<bool> judged;
        bool isAny = false;
        bool isLive = false;
        for (const SeriesPart& part : parts.parts) {
            const bool isMissed = part.known && part.isLive;
            const bool isYoung = isLateBeginner(part, days) && point.period < part.known->since + kFirstDays;
            const bool isTaken = part.known && part.known->isTakenForNone(point.period);
            judged.push_back(!isYoung && !isTaken && (!isMissed || part.known->knows(point.period)));
            isAny |= judged.back() && isMissed;
            isLive |= isMissed;
        }
        if (std::none_of(judged.begin(), judged.end(), [](bool each) { return each; }))
            continue;
        if (isAny || !isLive) // what ended long ago tells nothing of a day
            together[judged].insert(point.period);
    }
    return together;
}

/// As if each part that began late had always been there as in its first weeks: else the day it began on, and all that
/// is learnt from the days before, would be that of another series. Before all of them began nothing is known.
void fillBefore(std::vector<double>& values, const std::vector<SeriesPoint>& points, const PartedSeries& parts,
                const CostDays& days)
{
    Day first = Day::none();
    for (const SeriesPart& part : parts.parts) {
        const Day since = isLateBeginner(part, days) ? part.known->since : days.first;
        first = first.isValid() ? std::min(first, since) : since;
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Day day = points[i].period;
        if (first > days.first && day < first)
            values[i] = std::numeric_limits<double>::quiet_NaN();
        for (const SeriesPart& part : parts.parts) {
            if (!isLateBeginner(part, days) || day >= part.known->since)
                continue;
            const int back = part.known->since - day;
            const auto cell = part.cells.find(day + (back + kFirstDays - 1) / kFirstDays * kFirstDays);
            values[i] += cell == part.cells.end() ? 0 : cell->second.cost.toDouble();
        }
    }
}

/// Those of a series by day. A day that some account has not delivered is judged by the others alone, beside their own
/// history: who is late must not hide what the rest shows, and neither must who has joined.
std::vector<AnomalyMark> marksOf(const PartedSeries& parts, const CostDays& days, const DateRange& range, bool mayGrow,
                                 const std::vector<SeriesPoint>& points, const std::stop_token& stop)
{
    constexpr std::size_t kMostSets = 7; // the latest; each is looked at over all of history
    std::vector<AnomalyMark> marks;
    const auto together = judgedTogether(parts, days, points);
    std::vector<std::pair<Day, const std::vector<bool>*>> sets;
    for (const auto& [judged, of] : together)
        sets.emplace_back(*of.rbegin(), &judged);
    std::sort(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    sets.resize(std::min(sets.size(), kMostSets));
    for (const auto& [last, judged] : sets) {
        PartedSeries some{parts.keys, parts.isOther, parts.currency, {}};
        for (std::size_t at = 0; at < parts.parts.size(); ++at) {
            if ((*judged)[at])
                some.parts.push_back(parts.parts[at]);
        }
        const bool isAll = some.parts.size() == parts.parts.size();
        const auto own = isAll ? points : pointsOf(some, days, range, Granularity::Day);
        std::vector<double> values = valuesOf(own);
        fillBefore(values, own, some, days);
        for (AnomalyMark& mark : marksOf(own, values, mayGrow, stop)) {
            if (together.at(*judged).contains(mark.period))
                marks.push_back(std::move(mark));
        }
    }
    std::stable_sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return a.period < b.period; });
    return marks;
}

/// So many days ahead single days are still forecast, of which weeks and months are the sums: ten years. Steps learnt
/// from steps take the lengths of months for a trend.
constexpr int kMostDaysAhead = 3660;

/// Steps learnt from steps: for what lies too far ahead for days.
Result<std::vector<ForecastPoint>> forecastBySteps(const std::vector<SeriesPoint>& points, Granularity granularity,
                                                   int steps, const std::stop_token& stop)
{
    std::vector<ForecastPoint> forecast;
    const std::vector<double> values = valuesOf(points);
    if (std::count_if(values.begin(), values.end(), [](double v) { return std::isfinite(v); }) < 2)
        return forecast;
    ForecastOptions options;
    options.horizon = steps;
    options.daily = false;
    options.season = granularity == Granularity::Week ? 1 : 0;
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

/// What was there before `to`, as if no later day had been told. All of it where `to` lies outside, or is not valid.
CostDays daysBefore(const CostDays& days, Day to)
{
    CostDays before = days;
    if (!to.isValid() || to > days.last || to <= days.first)
        return before;
    before.last = to - 1;
    for (auto& [currency, delivered] : before.delivered)
        std::erase_if(delivered, [to](Day day) { return day >= to; });
    std::erase_if(before.accounts, [to](const KnownAccount& account) { return account.first >= to; });
    for (KnownAccount& account : before.accounts) {
        account.through = std::min(account.through, before.last);
        account.running = account.running.isValid() && account.running < to ? account.running : Day::none();
        account.partThrough = std::min(account.partThrough, before.last);
        account.ended = account.ended.isValid() && account.ended < to ? account.ended : Day::none();
        std::erase_if(account.gaps, [to](const DateRange& gap) { return gap.from >= to; });
        for (DateRange& gap : account.gaps)
            gap.to = std::min(gap.to, to);
    }
    return before;
}

/// The days a forecast of `steps` begins and ends with, `to` outside: after the running step. Of weeks and months as
/// far as days are forecast.
DateRange daysAhead(Day last, Granularity granularity, int steps)
{
    DateRange range{nextStep(stepStart(last, granularity), granularity), {}};
    range.to = granularity == Granularity::Day ? range.from + steps : range.from;
    for (int i = 0; i < steps && granularity != Granularity::Day; ++i) {
        const Day next = nextStep(range.to, granularity);
        if (next - range.from > kMostDaysAhead)
            break;
        range.to = next;
    }
    return range;
}

/// `parts` by day.
Result<std::vector<ForecastPoint>> forecastOf(const PartedSeries& parts, const CostDays& days, Granularity granularity,
                                              const DateRange& ahead, const std::stop_token& stop)
{
    std::vector<ForecastPoint> forecast;
    const auto expected = Expectation::of(parts, days, ahead.to - 1, stop);
    if (!expected)
        return expected.error();
    if (expected->hasTooLittleHistory())
        return forecast;
    for (Day step = ahead.from; step < ahead.to; step = nextStep(step, granularity)) {
        const ForecastStep one = expected->over({step, nextStep(step, granularity)});
        forecast.push_back({step, one.mean, one.lo80, one.hi80, one.lo95, one.hi95});
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

/// What was there from `from` on, as if no earlier day had been told. All of it where `from` lies outside, or is not
/// valid.
CostDays daysFrom(CostDays days, Day from)
{
    if (!from.isValid() || from <= days.first || from > days.last)
        return days;
    days.first = from;
    for (auto& [currency, delivered] : days.delivered)
        std::erase_if(delivered, [from](Day day) { return day < from; });
    return days;
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

/// The keys the chart shows: those of the range, without the rest that is folded together. `totals` are those of the
/// range.
Result<KeptKeys> shownKeys(const CostSource& costs, const CostDays& days, const CostQuery& query,
                           std::vector<CurrencyTotal>& totals, const std::stop_token& stop)
{
    CostQuery range = query;
    range.range = closed(days, query.range);
    range.granularity = Granularity::None;
    const auto shown = costs.table(range, stop);
    if (!shown)
        return shown.error();
    totals = shown->totals;
    KeptKeys kept;
    for (const CostRow& row : shown->rows) {
        if (!row.isOther)
            kept.insert({row.currency, row.keys});
    }
    return kept;
}

/// A series with what is known of its parts, as it is shown.
CostSeries seriesOf(const PartedSeries& parts, const CostDays& days, const CostQuery& query)
{
    CostSeries series;
    series.keys = parts.keys;
    series.isOther = parts.isOther;
    series.currency = parts.currency;
    series.points = pointsOf(parts, days, query.range, query.granularity);
    return series;
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
                                               const DateRange& base, const KeptKeys& kept, const std::stop_token& stop)
{
    CostQuery previous = query;
    previous.range = base;
    if (auto checked = checkSteps(days, previous.range, previous.granularity); !checked)
        return checked.error();
    const auto before = partedSeries(costs, days, previous, kept, stop);
    if (!before)
        return before.error();
    std::vector<CostSeries> series;
    for (const PartedSeries& parts : *before) {
        if (query.top != 0 || !parts.isOther)
            series.push_back(seriesOf(parts, days, previous));
    }
    return series;
}

/// The parts of every series from the first day of the history to the end of the range, by day where days are needed:
/// what is usual is learnt from all of history before the range.
struct Learnt {
    CostQuery history; ///< its granularity is the one that is shown
    std::vector<PartedSeries> series;
    std::vector<OncePurchase> purchases; ///< of all of that
};

Result<Learnt> learn(const CostSource& costs, const CostDays& days, const CostQuery& query, const KeptKeys& kept,
                     bool isByDay, bool isForecast, const std::stop_token& stop)
{
    Learnt learnt{query, {}, {}};
    const DateRange range = closed(days, query.range);
    learnt.history.range = {historyStart(days, range), range.to};
    if (auto checked = checkSteps(days, learnt.history.range, query.granularity); !checked)
        return checked.error();
    CostQuery asked = learnt.history;
    if (isByDay)
        asked.granularity = Granularity::Day;
    auto series = partedSeries(costs, days, asked, kept, stop);
    if (!series)
        return series.error();
    learnt.series = series.take();
    if (isForecast && asked.granularity == Granularity::Day) {
        auto apart = setPurchasesApart(learnt.series, costs, days, asked, kept, stop);
        if (!apart)
            return apart.error();
        learnt.purchases = apart.take();
    }
    return learnt;
}

/// What the running week or month of the total will have come to, by currency; nothing where it is not shown whole.
Status addRunning(SeriesSet& set, const CostSource& costs, const CostDays& days, const Learnt& learnt,
                  const std::stop_token& stop)
{
    const CostQuery& query = set.query;
    const Day from = stepStart(days.last, query.granularity);
    const DateRange step{from, nextStep(from, query.granularity)};
    if (query.range.from.isValid() && query.range.from > from)
        return {};
    CostQuery asked = query;
    asked.granularity = Granularity::None;
    asked.range = step;
    const auto known = costs.table(asked, stop); // with what is charged ahead
    if (!known)
        return known.error();
    const auto ahead = expectedAhead(costs, days, query, step, stop);
    if (!ahead)
        return ahead.error();
    for (CostSeries& series : set.series) {
        const auto total = std::find_if(known->totals.begin(), known->totals.end(), [&](const CurrencyTotal& one) {
            return one.currency == series.currency && one.unknownRows < one.rows;
        });
        const auto parts = std::find_if(learnt.series.begin(), learnt.series.end(), [&](const PartedSeries& one) {
            return one.currency == series.currency && !one.isOther;
        });
        if (total == known->totals.end() || parts == learnt.series.end())
            continue;
        const auto expected = Expectation::of(*parts, days, step.to - 1, stop);
        if (!expected)
            return expected.error();
        const auto taken = ahead->find(series.currency);
        const auto end =
            expectedEnd(total->cost.toDouble(), *expected, step, taken == ahead->end() ? 0 : taken->second);
        if (end)
            series.running = ForecastPoint{step.from, end->mean, end->lo80, end->hi80, end->lo95, end->hi95};
    }
    return {};
}

Result<CostSeries> shownSeries(const PartedSeries& parts, const Learnt& learnt, const CostDays& days,
                               const SeriesQuestion& question, const std::stop_token& stop)
{
    const Granularity granularity = learnt.history.granularity;
    CostSeries series = seriesOf(parts, days, learnt.history);
    const bool reachesEnd = question.query.range.contains(days.last);
    if (question.anomalies && granularity == Granularity::Day)
        series.anomalies = marksOf(parts, days, learnt.history.range, reachesEnd, series.points, stop);
    if (!reachesEnd || question.forecastSteps == 0 || series.points.empty())
        return series;
    // every currency begins behind the same running step: what it misses up to there is no step ahead
    const DateRange ahead = daysAhead(days.last, granularity, question.forecastSteps);
    auto forecast = forecastOf(parts, days, granularity, ahead, stop);
    if (!forecast)
        return forecast.error();
    series.forecast = forecast.take();
    const auto steps = static_cast<std::size_t>(question.forecastSteps);
    if (series.forecast.empty() || series.forecast.size() >= steps)
        return series;
    const auto far = forecastBySteps(series.points, granularity, question.forecastSteps, stop);
    if (!far)
        return far.error();
    std::copy_if(far->begin(), far->end(), std::back_inserter(series.forecast),
                 [&ahead](const ForecastPoint& point) { return point.period >= ahead.to; });
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
    const auto all = costs.days(stop);
    if (!all)
        return all.error();
    if (!all->last.isValid())
        return set;
    // a range that ends before the data is what a forecast is learnt from
    CostDays days = question.forecastSteps > 0 ? daysBefore(*all, query.range.to) : *all;
    if (question.learnsFromRange)
        days = daysFrom(std::move(days), query.range.from);

    const auto kept = shownKeys(costs, days, query, set.totals, stop);
    if (!kept)
        return kept.error();
    const bool isByDay = query.granularity == Granularity::Day || question.forecastSteps > 0;
    const auto learnt = learn(costs, days, query, *kept, isByDay, question.forecastSteps > 0, stop);
    if (!learnt)
        return learnt.error();
    for (const PartedSeries& parts : learnt->series) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        auto series = shownSeries(parts, *learnt, days, question, stop);
        if (!series)
            return series.error();
        cutBefore(*series, query);
        set.series.push_back(series.take());
    }
    std::erase_if(set.series, [&](const CostSeries& series) {
        return series.isOther ? query.top == 0 : !kept->contains({series.currency, series.keys});
    });
    for (const OncePurchase& purchase : learnt->purchases) {
        if (query.range.contains(purchase.day))
            set.purchases.push_back(purchase);
    }
    const bool isEndShown = question.forecastSteps > 0 && query.range.contains(days.last);
    if (query.by.empty() && query.granularity != Granularity::Day && isEndShown) {
        if (auto added = addRunning(set, costs, days, *learnt, stop); !added)
            return added.error();
    }
    if (question.base) {
        auto previous = previousSeries(costs, *all, query, *question.base, *kept, stop);
        if (!previous)
            return previous.error();
        set.previous = previous.take();
        set.base = question.base;
    }
    return set;
}

} // namespace altimeter::analysis

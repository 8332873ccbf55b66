#include "models/analysis/series/calendarlines.h"

#include "models/analysis/series/median.h"
#include "models/analysis/series/ordinarydays.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace altimeter::analysis {

namespace {

constexpr std::size_t MostLines = 12;
constexpr std::size_t MostDays = 1500; ///< further back a line has another amount, or ended
constexpr double LeastShare = 0.15;    ///< of the level: a smaller line is not worth the risk of being none
constexpr double LeastSigmas = 2.5;    ///< of an ordinary day's noise
constexpr double AgreeShare = 0.5;     ///< by which an amount may differ from those next to it
constexpr std::size_t UsualAmounts = 6;
constexpr double AgreeFactorOfTwo = 1.25;
constexpr double MostAccidents = 0.05;      ///< lines that may be expected by accident in a whole history
constexpr double MostEndedAccidents = 0.01; ///< an ended line is only taken out of the history
constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

bool isWorkday(Day day)
{
    return day.weekday() < 5;
}

Day lastOfMonth(Day month)
{
    return month.addMonths(1) - 1;
}

/// The due day in the month of the days [month, last].
Day dueIn(CalendarAnchor anchor, int n, Day month, Day last)
{
    switch (anchor) {
    case CalendarAnchor::DayOfMonth:
        return std::min(month + (n - 1), last);
    case CalendarAnchor::DaysBeforeEnd:
        return last - n;
    case CalendarAnchor::FirstWorkday: {
        Day day = month;
        while (!isWorkday(day))
            day = day + 1;
        return day;
    }
    case CalendarAnchor::LastWorkday:
        break;
    }
    Day day = last;
    while (!isWorkday(day))
        day = day - 1;
    return day;
}

/// One rule and the days on which it seems to have come.
struct Candidate {
    CalendarRule rule;
    std::vector<std::size_t> days; ///< newest first while it is made
    std::vector<double> amounts;
    bool isLive = true;
};

class LineFinder {
public:
    LineFinder(std::span<const double> values, Day start)
        : m_values(values), m_start(start), m_baseline(ordinaryDays(values, 7)), m_excess(values.size(), Unknown)
    {
        const Day end = start + static_cast<int>(values.size());
        for (Day month = start.firstOfMonth(); m_months.empty() || m_months.back() < end; month = month.addMonths(1))
            m_months.push_back(month);
    }

    CalendarSplit split();

private:
    void measureExcess();
    std::vector<std::size_t> events() const;
    std::optional<Candidate> best(const std::vector<std::size_t>& events) const;
    bool hasCompany(const CalendarRule& rule, std::size_t seed) const;
    Candidate runOf(const CalendarRule& rule, std::size_t seed) const;
    void walk(Candidate& run, int direction) const;
    bool isEvent(std::size_t t) const { return std::abs(m_excess[t]) > m_least; }
    bool isEvident(const Candidate& run, const std::vector<std::size_t>& events) const;
    CalendarLine accept(Candidate run);
    /// Where the rule is due `periods` after its month; nothing outside the history.
    std::optional<std::size_t> dueAt(const CalendarRule& rule, int periods) const;

    std::span<const double> m_values;
    Day m_start;
    std::vector<Day> m_months; ///< first days of the months of the history, and of the one behind it
    std::vector<double> m_baseline;
    std::vector<double> m_excess; ///< above the baseline, less the lines found so far
    double m_least = 0;           ///< a smaller excess is ordinary
};

std::optional<std::size_t> LineFinder::dueAt(const CalendarRule& rule, int periods) const
{
    const auto from = std::lower_bound(m_months.begin(), m_months.end(), rule.month) - m_months.begin();
    const auto at = from + std::ptrdiff_t{periods} * rule.everyMonths;
    if (at < 0 || at + 1 >= static_cast<std::ptrdiff_t>(m_months.size()))
        return std::nullopt;
    const auto month = static_cast<std::size_t>(at);
    const int index = dueIn(rule.anchor, rule.n, m_months[month], m_months[month + 1] - 1) - m_start;
    return index >= 0 && index < static_cast<int>(m_values.size()) ? std::optional(static_cast<std::size_t>(index))
                                                                   : std::nullopt;
}

void LineFinder::measureExcess()
{
    std::vector<double> levels;
    std::vector<double> sizes;
    double most = 0;
    for (std::size_t t = 0; t < m_values.size(); ++t) {
        if (std::isnan(m_values[t]))
            continue;
        m_excess[t] = m_values[t] - m_baseline[t];
        levels.push_back(std::abs(m_baseline[t]));
        sizes.push_back(std::abs(m_excess[t]));
        most = std::max(most, std::abs(m_values[t]));
    }
    if (levels.empty())
        return;
    m_least = std::max({LeastShare * medianOf(levels), LeastSigmas * 1.4826 * medianOf(sizes), 1e-9 * most});
}

std::vector<std::size_t> LineFinder::events() const
{
    std::vector<std::size_t> days;
    for (std::size_t t = 0; t < m_excess.size(); ++t)
        if (isEvent(t))
            days.push_back(t);
    return days;
}

/// Follows the rule month by month while it comes; a day that is not known is passed over.
void LineFinder::walk(Candidate& run, int direction) const
{
    std::vector<std::size_t> days;
    std::vector<double> amounts;
    std::vector<double> agreed = {run.amounts.front()};
    for (int k = direction;; k += direction) {
        const auto at = dueAt(run.rule, k);
        if (!at)
            break;
        const double excess = m_excess[*at];
        if (std::isnan(excess))
            continue;
        const auto from = agreed.end() - static_cast<std::ptrdiff_t>(std::min(agreed.size(), UsualAmounts));
        const double usual = std::accumulate(from, agreed.end(), 0.0) / static_cast<double>(agreed.end() - from);
        if (!isEvent(*at) || excess / usual < 1 - AgreeShare) {
            // The newest day may only not be complete yet.
            run.isLive = run.isLive && (direction < 0 || *at + 1 == m_values.size());
            break;
        }
        days.push_back(*at);
        const bool isAlone = excess / usual <= 1 + AgreeShare; // else something else came on top of it
        amounts.push_back(isAlone ? excess : Unknown);
        if (isAlone)
            agreed.push_back(excess);
    }
    if (direction < 0) {
        std::reverse(days.begin(), days.end());
        std::reverse(amounts.begin(), amounts.end());
        run.days.insert(run.days.begin(), days.begin(), days.end());
        run.amounts.insert(run.amounts.begin(), amounts.begin(), amounts.end());
    } else {
        run.days.insert(run.days.end(), days.begin(), days.end());
        run.amounts.insert(run.amounts.end(), amounts.begin(), amounts.end());
    }
}

/// Whether the next or the last due day known saw something alike: most seeds have none and need no closer look.
bool LineFinder::hasCompany(const CalendarRule& rule, std::size_t seed) const
{
    for (const int direction : {-1, 1}) {
        auto at = dueAt(rule, direction);
        for (int k = 2 * direction; at && std::isnan(m_excess[*at]); k += direction)
            at = dueAt(rule, k);
        if (at && isEvent(*at) && m_excess[*at] / m_excess[seed] >= 1 - AgreeShare)
            return true;
    }
    return false;
}

Candidate LineFinder::runOf(const CalendarRule& rule, std::size_t seed) const
{
    Candidate run;
    run.rule = rule;
    run.days = {seed};
    run.amounts = {m_excess[seed]};
    Candidate later = run;
    walk(later, 1);
    run.isLive = later.isLive;
    walk(run, -1);
    run.days.insert(run.days.end(), later.days.begin() + 1, later.days.end());
    run.amounts.insert(run.amounts.end(), later.amounts.begin() + 1, later.amounts.end());
    return run;
}

/// Whether so much agreement is no accident, given how often such amounts come on other days.
bool LineFinder::isEvident(const Candidate& run, const std::vector<std::size_t>& events) const
{
    std::size_t agreeing = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = 0;
    for (const double amount : run.amounts) {
        if (std::isnan(amount))
            continue;
        ++agreeing;
        low = std::min(low, std::abs(amount));
        high = std::max(high, std::abs(amount));
    }
    const std::size_t least = run.rule.everyMonths == 2 ? 3 : 2;
    if (agreeing < least || agreeing * 5 < run.days.size() * 3)
        return false;
    if (agreeing == 2 && high > AgreeFactorOfTwo * low)
        return false;
    const bool isCharge = m_excess[run.days.front()] > 0;
    std::size_t others = 0;
    for (const std::size_t t : events) {
        const double size = std::abs(m_excess[t]);
        const bool isLike =
            (m_excess[t] > 0) == isCharge && size >= low / AgreeFactorOfTwo && size <= high * AgreeFactorOfTwo;
        if (isLike && !std::binary_search(run.days.begin(), run.days.end(), t))
            ++others;
    }
    const double n = static_cast<double>(m_values.size());
    const double rate = (static_cast<double>(others) + 0.5) / n;
    const double rules = run.rule.everyMonths == 1 ? 3 : 15; // that fit one day
    const double most = run.isLive ? MostAccidents : MostEndedAccidents;
    return rules * n * std::pow(rate, static_cast<double>(agreeing)) < most;
}

std::optional<Candidate> LineFinder::best(const std::vector<std::size_t>& events) const
{
    std::optional<Candidate> best;
    std::size_t most = 0;
    for (auto seed = events.rbegin(); seed != events.rend(); ++seed) {
        const Day day = m_start + static_cast<int>(*seed);
        auto rules = rulesDueOn(day, 1);
        for (const int every : {1, 3, 12, 6, 2}) {
            for (auto& rule : rules) {
                rule.everyMonths = every;
                if (!hasCompany(rule, *seed))
                    continue;
                auto run = runOf(rule, *seed);
                const auto agreeing = static_cast<std::size_t>(
                    std::count_if(run.amounts.begin(), run.amounts.end(), [](double a) { return !std::isnan(a); }));
                if (agreeing <= most || !isEvident(run, events))
                    continue;
                most = agreeing;
                best = std::move(run);
            }
        }
    }
    return best;
}

/// How the last of `amounts` moved on: the middle one of its last three steps, so that one change of the price is no
/// trend; of two the smaller, and none where they go both ways.
double usualStep(std::span<const double> amounts)
{
    const std::size_t k = amounts.size();
    if (k < 3)
        return 0;
    const double newest = amounts[k - 1] - amounts[k - 2];
    const double older = amounts[k - 2] - amounts[k - 3];
    const double oldest = k > 3 ? amounts[k - 3] - amounts[k - 4] : 0;
    return std::max(std::min(newest, older), std::min(std::max(newest, older), oldest));
}

/// What three simple ways say the next of `amounts` will be: their mean, the last one, the last one moved on.
std::array<double, 3> waysAhead(std::span<const double> amounts)
{
    const auto recent = amounts.last(std::min(amounts.size(), UsualAmounts));
    const double mean = std::accumulate(recent.begin(), recent.end(), 0.0) / static_cast<double>(recent.size());
    return {mean, amounts.back(), amounts.back() + usualStep(amounts)};
}

/// The next of `amounts` by the way that was nearest so far, and how far off that usually was.
void expectNext(std::span<const double> amounts, CalendarLine& line)
{
    constexpr double SigmaOfMean = 1.25; // of a normal error
    const std::size_t k = amounts.size();
    const std::size_t from = k < 5 ? 1 : 3; // with so few before it no way has a chance
    std::array<double, 3> errors{};
    for (std::size_t i = from; i < k; ++i) {
        const auto ahead = waysAhead(amounts.first(i));
        for (std::size_t way = 0; way < ahead.size(); ++way)
            errors[way] += std::abs(amounts[i] - ahead[way]);
    }
    const auto best = std::min_element(errors.begin(), errors.end());
    const auto way = static_cast<std::size_t>(best - errors.begin());
    line.amount = waysAhead(amounts)[way];
    line.step = way == 2 ? usualStep(amounts) : 0;
    line.spread = SigmaOfMean * *best / static_cast<double>(k - from);
    if (k < 4)
        line.spread = std::max(line.spread, 0.05 * std::abs(line.amount));
}

CalendarLine LineFinder::accept(Candidate run)
{
    CalendarLine line;
    line.rule = run.rule;
    line.isLive = run.isLive;
    std::vector<double> agreeing;
    std::copy_if(run.amounts.begin(), run.amounts.end(), std::back_inserter(agreeing),
                 [](double a) { return !std::isnan(a); });
    expectNext(agreeing, line);
    double usual = agreeing.front();
    for (std::size_t i = 0; i < run.days.size(); ++i) {
        if (!std::isnan(run.amounts[i]))
            usual = run.amounts[i];
        m_excess[run.days[i]] -= usual; // nothing is left where it came alone
    }
    line.days = std::move(run.days);
    return line;
}

CalendarSplit LineFinder::split()
{
    CalendarSplit answer;
    answer.rest.assign(m_values.begin(), m_values.end());
    measureExcess();
    while (answer.lines.size() < MostLines) {
        const auto days = events();
        if (days.size() < 2 || days.size() * 3 > m_values.size())
            break;
        auto run = best(days);
        if (!run)
            break;
        answer.lines.push_back(accept(std::move(*run)));
        for (const std::size_t t : answer.lines.back().days)
            answer.rest[t] = m_baseline[t] + m_excess[t];
    }
    return answer;
}

} // namespace

bool CalendarRule::isDue(Day day) const
{
    const Day first = day.firstOfMonth();
    const int months = (first.year() - month.year()) * 12 + first.month() - month.month();
    return months % everyMonths == 0 && dueIn(anchor, n, first, lastOfMonth(first)) == day;
}

Day CalendarRule::due(int periods) const
{
    const Day first = month.addMonths(periods * everyMonths);
    return dueIn(anchor, n, first, lastOfMonth(first));
}

std::vector<CalendarRule> rulesDueOn(Day day, int everyMonths)
{
    const Day month = day.firstOfMonth();
    const Day last = lastOfMonth(month);
    const int n = day.dayOfMonth();
    std::vector<CalendarRule> rules;
    const auto add = [&](CalendarAnchor anchor, int number) { rules.push_back({anchor, number, everyMonths, month}); };
    if (day == last)
        add(CalendarAnchor::DayOfMonth, 31);
    if (n < 31)
        add(CalendarAnchor::DayOfMonth, n);
    if (day == dueIn(CalendarAnchor::FirstWorkday, 0, month, last))
        add(CalendarAnchor::FirstWorkday, 0);
    if (day == dueIn(CalendarAnchor::LastWorkday, 0, month, last))
        add(CalendarAnchor::LastWorkday, 0);
    for (int longer = n + 1; day == last && longer < 31; ++longer)
        add(CalendarAnchor::DayOfMonth, longer);
    if (last - day == 1 || last - day == 2)
        add(CalendarAnchor::DaysBeforeEnd, last - day);
    return rules;
}

CalendarSplit splitCalendar(std::span<const double> history, Day start)
{
    const std::size_t skipped = history.size() > MostDays ? history.size() - MostDays : 0;
    auto answer = LineFinder(history.subspan(skipped), start + static_cast<int>(skipped)).split();
    for (auto& line : answer.lines)
        for (std::size_t& day : line.days)
            day += skipped;
    answer.rest.insert(answer.rest.begin(), history.begin(), history.begin() + static_cast<std::ptrdiff_t>(skipped));
    return answer;
}

} // namespace altimeter::analysis

#include "models/analysis/series/expectation.h"

#include "models/analysis/series/median.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace altimeter::analysis {

namespace {

constexpr std::size_t kLeastDays = Expectation::kLeastDays;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// One value a day from the first of the data to the last that is known; NaN for what is not known.
struct History {
    Day first;
    std::vector<double> values;
    Day last() const { return first + (static_cast<int>(values.size()) - 1); }
};

/// What was purchased once on a day: no other day is expected to hold the like.
double apartOn(const SeriesPart& part, Day day)
{
    const auto apart = part.apart.find(day);
    return apart == part.apart.end() ? 0 : apart->second.toDouble();
}

History historyOf(const SeriesPart& part, const CostDays& days)
{
    History history{days.first, {}};
    const Day through = part.known ? part.known->through : days.last;
    for (Day day = days.first; day <= through; day = day + 1) {
        const auto cell = part.cells.find(day);
        const bool isKnown = (!part.known || (part.known->knows(day) && part.known->isTold(day))) &&
                             (cell == part.cells.end() || !cell->second.isThin);
        history.values.push_back(!isKnown                   ? kNothing
                                 : cell == part.cells.end() ? 0
                                                            : cell->second.cost.toDouble() - apartOn(part, day));
    }
    return history;
}

/// How many days are told by more than a lone purchase or credit at the end: one that is dated some days ahead tells
/// nothing of the days before it. All of them where nothing else is charged.
std::size_t toldBy(const History& history, const SeriesPart& part)
{
    if (!part.bare.contains(history.last()))
        return history.values.size();
    const auto last = std::find_if(part.cells.rbegin(), part.cells.rend(), [&](const auto& cell) {
        return cell.first <= history.last() && !cell.second.cost.isZero() && !part.bare.contains(cell.first);
    });
    return last == part.cells.rend() ? history.values.size()
                                     : static_cast<std::size_t>(last->first - history.first) + 1;
}

/// What there is to learn from.
struct Lesson {
    std::size_t known = 0;   ///< days of which something is known
    std::size_t costly = 0;  ///< of these, such as had a cost
    std::size_t since = 0;   ///< of these, from the first with a cost on
    bool isAllApart = false; ///< what was charged came once: that tells nothing, not even that nothing comes

    Lesson(const History& history, const SeriesPart& part)
    {
        const auto told = static_cast<std::ptrdiff_t>(toldBy(history, part));
        for (auto at = history.values.begin(); at != history.values.begin() + told; ++at) {
            const double value = *at;
            if (!std::isfinite(value))
                continue;
            ++known;
            costly += value != 0 ? 1U : 0U;
            since += costly > 0 ? 1U : 0U;
        }
        isAllApart = costly == 0 && !part.apart.empty();
    }
    /// One cost tells no rhythm, and a rhythm of a week is not seen in less than a week.
    bool isEnough() const { return costly != 1 && !isAllApart && (costly == 0 ? known : since) >= kLeastDays; }
};

/// Charges of the first of a month that stand for it: months are what they are learnt from.
Result<ForecastResult> forecastMonthly(const History& history, int horizon, const std::stop_token& stop)
{
    std::vector<double> months;
    for (Day month = history.first.firstOfMonth(); month <= history.last(); month = month.addMonths(1)) {
        const int at = month - history.first;
        const double value = at < 0 ? kNothing : history.values[static_cast<std::size_t>(at)];
        if (!months.empty() || (std::isfinite(value) && value != 0)) // not those before it began
            months.push_back(value);
    }
    const Day from = history.last() + 1;
    ForecastOptions options;
    options.daily = false;
    options.season = months.size() >= 24 ? 12 : 1;
    options.horizon = 0;
    for (Day day = from; day < from + horizon; day = day + 1)
        options.horizon += day.dayOfMonth() == 1 ? 1 : 0;
    ForecastResult result;
    result.steps.resize(static_cast<std::size_t>(horizon));
    result.totals.resize(result.steps.size());
    if (options.horizon == 0)
        return result;
    auto answer = forecast(months, options, stop);
    if (!answer)
        return answer.error();
    std::size_t next = 0;
    for (Day day = from; day < from + horizon; day = day + 1) {
        const auto at = static_cast<std::size_t>(day - from);
        if (day.dayOfMonth() == 1)
            result.steps[at] = answer->steps[next++];
        if (next > 0)
            result.totals[at] = answer->totals[next - 1];
    }
    return result;
}

Result<ForecastResult> forecastDaily(const History& history, int horizon, const std::stop_token& stop)
{
    ForecastOptions options;
    options.horizon = horizon;
    options.season = 7;
    options.start = history.first;
    return forecast(history.values, options, stop);
}

/// The mean of the known days around: what a day is taken for that was left out between others.
double meanAround(const History& history, std::size_t at)
{
    constexpr std::size_t kAround = 28;
    double sum = 0;
    std::size_t count = 0;
    const std::size_t end = std::min(history.values.size(), at + kAround + 1);
    for (std::size_t i = at > kAround ? at - kAround : 0; i < end; ++i) {
        if (std::isfinite(history.values[i])) {
            sum += history.values[i];
            ++count;
        }
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

/// What is seen already of a day.
double seenOn(const SeriesPart& part, Day day)
{
    const auto cell = part.cells.find(day);
    return cell == part.cells.end() ? 0 : cell->second.cost.toDouble() - apartOn(part, day);
}

double middleOf(std::vector<double> values)
{
    return values.empty() ? 0 : medianOf(values);
}

/// What is ordinary around step `at`: of its weekday, and of all days, within two weeks.
struct Usual {
    double ofWeekday = 0, ofAll = 0;

    Usual(const std::vector<double>& history, const std::vector<ForecastStep>& steps, std::size_t at)
    {
        constexpr int kAround = 14;
        const int now = static_cast<int>(history.size() + at);
        std::vector<double> same;
        std::vector<double> all;
        for (int i = std::max(0, now - kAround); i <= now + kAround; ++i) {
            const std::size_t place = static_cast<std::size_t>(i);
            if (i == now || place >= history.size() + steps.size())
                continue;
            const double value = place < history.size() ? history[place] : steps[place - history.size()].mean;
            if (!std::isfinite(value))
                continue;
            all.push_back(value);
            if ((now - i) % 7 == 0)
                same.push_back(value);
        }
        ofWeekday = middleOf(std::move(same));
        ofAll = middleOf(std::move(all));
    }
};

/// How much of what is expected of a day is there already. Of a running day all that is seen belongs to it, and so does
/// what is dated ahead and about as much as was expected. Else that, and a credit, stands beside the usage of its day,
/// unless the day was expected to hold the like.
double expectedAndSeen(double seen, double mean, bool isRunning, const Usual& usual)
{
    constexpr double kAlike = 2; // factor
    const bool isAlike = seen > 0 && mean > 0 && seen <= kAlike * mean && mean <= kAlike * seen;
    if (seen > 0 && (isRunning || isAlike))
        return std::min(seen, std::max(mean, 0.0));
    if (seen > 0)
        return std::clamp(mean - std::min(usual.ofWeekday, usual.ofAll), 0.0, seen);
    const double beside = mean < 0 ? usual.ofAll : usual.ofWeekday;
    return std::clamp(mean - beside, seen, 0.0);
}

/// Leaves of a step what is still to come.
void leaveRest(ForecastStep& step, double seen)
{
    for (double* bound : {&step.mean, &step.lo80, &step.lo95, &step.hi80, &step.hi95})
        *bound = seen > 0 ? std::max(*bound - seen, std::min(*bound, 0.0)) : *bound - seen;
}

/// The most credit that as many days ever held, as a sum that is not positive.
double mostCredit(const std::vector<double>& credits, std::size_t length)
{
    double sum = 0;
    double most = 0;
    for (std::size_t i = 0; i < credits.size(); ++i) {
        sum += credits[i];
        if (i >= length)
            sum -= credits[i - length];
        most = std::min(most, sum);
    }
    return most;
}

constexpr int kFewCredits = 10; ///< of so many days with a cost fewer than one is a credit

struct Halves {
    double lo80 = 0, hi80 = 0, lo95 = 0, hi95 = 0;

    explicit Halves(const ForecastStep& step)
        : lo80(step.mean - step.lo80), hi80(step.hi80 - step.mean), lo95(step.mean - step.lo95),
          hi95(step.hi95 - step.mean)
    {
    }
    void operator+=(const Halves& other)
    {
        lo80 += other.lo80;
        hi80 += other.hi80;
        lo95 += other.lo95;
        hi95 += other.hi95;
    }
    void scale(double by)
    {
        lo80 *= by;
        hi80 *= by;
        lo95 *= by;
        hi95 *= by;
    }
    ForecastStep around(double mean) const { return {mean, mean - lo80, mean + hi80, mean - lo95, mean + hi95}; }
};

/// The sum of the steps from `first` on. Its bands are those of a total of as many steps as the total of all up to its
/// last step tells them: what lies behind changes nothing.
ForecastStep sumOf(std::span<const ForecastStep> all, std::size_t first, std::span<const ForecastStep> totals)
{
    const std::span<const ForecastStep> some = all.subspan(first);
    if (some.empty())
        return {};
    if (some.size() == 1)
        return some.front();
    const ForecastStep& total = totals[all.size() - 1];
    if (first == 0)
        return total;
    const auto sums = [](std::span<const ForecastStep> steps) {
        Halves halves{ForecastStep()};
        double mean = 0;
        for (const ForecastStep& step : steps) {
            halves += Halves(step);
            mean += step.mean;
        }
        halves.scale(std::pow(static_cast<double>(steps.size()), kTotalGrowth - 1));
        return std::pair(mean, halves);
    };
    auto [mean, halves] = sums(some);
    const auto [whole, wholeHalves] = sums(all);
    const double told = total.hi80 - total.mean;
    if (some.size() > 1 && wholeHalves.hi80 > 0 && told > 0)
        halves.scale(std::clamp(told / wholeHalves.hi80, 0.2, 5.0));
    return halves.around(mean);
}

void floorAt(ForecastStep& step, double least)
{
    for (double* bound : {&step.mean, &step.lo80, &step.lo95, &step.hi80, &step.hi95})
        *bound = std::max(*bound, least);
}

} // namespace

Result<std::optional<Expectation::Part>> Expectation::partOf(const SeriesPart& part, const CostDays& days, Day through,
                                                             const std::stop_token& stop)
{
    const History history = historyOf(part, days);
    Part made;
    made.from = history.last() + 1;
    std::vector<Day> gapDays;
    for (std::size_t i = 0; i < history.values.size(); ++i) {
        const Day day = history.first + static_cast<int>(i);
        if (part.known && part.known->isTold(day) && !std::isfinite(history.values[i]))
            gapDays.push_back(day);
    }
    for (const Day day : gapDays) {
        const double mean = meanAround(history, static_cast<std::size_t>(gapDays.back() - history.first));
        const double seen = seenOn(part, day);
        made.gaps.emplace_back(day, seen > 0 ? std::max(mean - seen, 0.0) : mean);
    }
    const auto below = std::count_if(history.values.begin(), history.values.end(), [](double v) { return v < 0; });
    const auto above = std::count_if(history.values.begin(), history.values.end(), [](double v) { return v > 0; });
    for (const double value : history.values) {
        if (below > 0)
            made.credits.push_back(std::isfinite(value) ? std::min(value, 0.0) : 0);
    }
    made.isOfCredits = below * kFewCredits > above;
    const int horizon = through - history.last();
    if (horizon <= 0)
        return std::optional(std::move(made));
    const Lesson lesson(history, part);
    if (lesson.known == 0 || lesson.costly == 1)
        return std::optional<Part>();
    made.isTold = lesson.isEnough();
    auto answer = part.known && part.known->isMonthly ? forecastMonthly(history, horizon, stop)
                                                      : forecastDaily(history, horizon, stop);
    if (!answer)
        return answer.error();
    made.steps = std::move(answer->steps);
    made.totals = std::move(answer->totals);
    takeSeen(made, part, history.values);
    return std::optional(std::move(made));
}

void Expectation::takeSeen(Part& made, const SeriesPart& part, const std::vector<double>& history)
{
    const std::vector<ForecastStep> steps = made.steps;
    for (auto cell = part.cells.lower_bound(made.from); cell != part.cells.end(); ++cell) {
        const auto at = static_cast<std::size_t>(cell->first - made.from);
        const double seen = cell->second.cost.toDouble() - apartOn(part, cell->first);
        if (at >= steps.size() || seen == 0)
            continue;
        const bool isRunning = part.known && part.known->holdsPartOf(cell->first);
        ForecastStep& step = made.steps[at];
        leaveRest(step, expectedAndSeen(seen, step.mean, isRunning, Usual(history, steps, at)));
        const double taken = steps[at].mean - step.mean;
        made.seen.emplace_back(cell->first, taken);
        for (ForecastStep& total : std::span(made.totals).subspan(at)) {
            for (double* bound : {&total.mean, &total.lo80, &total.lo95, &total.hi80, &total.hi95})
                *bound -= taken;
        }
    }
}

Result<Expectation> Expectation::of(const PartedSeries& series, const CostDays& days, Day through,
                                    const std::stop_token& stop)
{
    Expectation expectation;
    bool isAny = false;
    for (const SeriesPart& part : series.parts) {
        if (!part.known)
            continue;
        auto made = partOf(part, days, through, stop); // a yearly charge is silent for longer than a live one may be
        if (!made)
            return made.error();
        isAny |= part.isLive;
        if (*made)
            expectation.m_parts.push_back(std::move(**made));
    }
    expectation.m_hasTooLittleHistory = isAny && std::none_of(expectation.m_parts.begin(), expectation.m_parts.end(),
                                                              [](const Part& part) { return part.isTold; });
    return expectation;
}

ForecastStep Expectation::over(const Part& part, const DateRange& range)
{
    const Day end = part.from + static_cast<int>(part.steps.size());
    const Day from = std::clamp(range.from, part.from, end);
    const Day to = std::clamp(range.to, from, end);
    const std::span<const ForecastStep> all(part.steps);
    ForecastStep sum = sumOf(all.first(static_cast<std::size_t>(to - part.from)),
                             static_cast<std::size_t>(from - part.from), part.totals);
    double missed = 0;
    for (const auto& [day, mean] : part.gaps)
        missed += range.contains(day) ? mean : 0;
    for (double* bound : {&sum.mean, &sum.lo80, &sum.lo95, &sum.hi80, &sum.hi95})
        *bound += missed;
    floorAt(sum, leastOf(part, range));
    return sum;
}

/// Credits that are due are known; a credit that came once is no reason to expect less than is spent already. Where
/// they are much of what comes, as much as ever came in an equally long time.
double Expectation::leastOf(const Part& part, const DateRange& range)
{
    double due = 0;
    std::size_t length = 0;
    for (std::size_t at = 0; at < part.steps.size(); ++at) {
        if (!range.contains(part.from + static_cast<int>(at)))
            continue;
        due += std::min(part.steps[at].mean, 0.0);
        ++length;
    }
    for (const auto& [day, mean] : part.gaps) {
        due += range.contains(day) ? std::min(mean, 0.0) : 0;
        length += range.contains(day) ? 1U : 0U;
    }
    const double most = mostCredit(part.credits, length);
    return part.isOfCredits ? most : std::max(most, due);
}

double Expectation::seen(const DateRange& range) const
{
    double sum = 0;
    for (const Part& part : m_parts) {
        for (const auto& [day, taken] : part.seen)
            sum += range.contains(day) ? taken : 0;
    }
    return sum;
}

ForecastStep Expectation::over(const DateRange& range) const
{
    double mean = 0;
    Halves squares{ForecastStep()};
    for (const Part& part : m_parts) {
        const ForecastStep one = over(part, range);
        mean += one.mean;
        Halves halves(one);
        halves = Halves(ForecastStep{0, -halves.lo80 * halves.lo80, halves.hi80 * halves.hi80,
                                     -halves.lo95 * halves.lo95, halves.hi95 * halves.hi95});
        squares += halves;
    }
    return ForecastStep{mean, mean - std::sqrt(squares.lo80), mean + std::sqrt(squares.hi80),
                        mean - std::sqrt(squares.lo95), mean + std::sqrt(squares.hi95)};
}

} // namespace altimeter::analysis

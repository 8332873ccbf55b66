#include "models/analysis/series/anomaly.h"

#include "models/analysis/series/calendarlines.h"
#include "models/analysis/series/median.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

namespace altimeter::analysis {

namespace {

constexpr int FirstJudgedDay = 21; ///< known days needed before a verdict
constexpr int FirstWeek = 7;       ///< in which nothing is known of a level
constexpr int MatureDays = 56;     ///< from here on the limits are not widened
constexpr double YoungFactor = 1.3;
constexpr int ProfileDays = 56;
constexpr int LevelDays = 14;
constexpr std::size_t SustainedDays = 3;
constexpr double SustainedEach = 0.5; ///< shares of the chart limit
constexpr double SustainedAll = 1.0;
constexpr double SigmaFloor = 0.05;
constexpr double ReturnLimit = 3;  ///< sigmas around a former level that count as back there
constexpr int NearReturnDays = 28; ///< back there within so many days: the end of an incident, and no news
constexpr int FarReturnDays = 130; ///< within so many days it is a level that is known
constexpr double ApartShare = 0.9; ///< by which a month's last and last but one day may differ as one batch
constexpr double ApartFactor = 0.5;
constexpr double TurnFactor = 5;    ///< levels that a month's first or last days may cost more without a precedent
constexpr double AgreeShare = 0.5;  ///< by which amounts of precedents may differ
constexpr double CloseShare = 0.25; ///< by which a single precedent may
constexpr double SameShare = 0.1;   ///< and one of the month before
constexpr double SteadyShare = 0.3; ///< of their difference, by which the days of two weeks that take turns may differ
constexpr double LeakRise = 1.4;    ///< of three weeks
constexpr double CalmRise = 1.2;    ///< below it a rise has ended, and the next is news
constexpr double QuickerRise = 1.5; ///< times the rise that was reported
constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

/// Days with habits of their own.
enum class DayClass { Workday, Weekend };
enum class MonthPart { Inside, First, End };

/// What is kept of a day after its verdict.
struct PastDay {
    double actual = Unknown;   ///< as reported (mirrored for credit series)
    double learned = Unknown;  ///< what level and profile may learn from it
    double residual = Unknown; ///< stabilised deviation of an ordinary day
    double weekly = Unknown;   ///< expectation from level and weekday alone
    double level = Unknown;
    double sigmas = 0;     ///< signed deviation of a judged working day
    int side = 0;          ///< of a flagged day: +1 above, -1 below
    bool isReturn = false; ///< flagged, but ordinary by the level of some weeks ago
};

/// Expectation and spread of one day.
struct Outlook {
    double weekly = Unknown; ///< from level and weekday alone
    double expected = Unknown;
    double level = 0;
    double sigma = SigmaFloor;
    bool isPrecedented = true; ///< false: a month start or end as there was none before
    double maybe = 0;          ///< a charge that may come on top, and as well may not
};

/// A charge on due days: how much, and how many of the newest due days passed without it.
struct DueCharge {
    double amount = 0;
    std::size_t missed = 0;
};

/// Days on which next to nothing is expected, although the series is alive.
bool isIdle(const Outlook& look)
{
    return look.expected <= 0.1 * look.level;
}

/// Weekday factors around 1; not evident while a weekday was seen less than twice.
struct Profile {
    std::array<double, 7> factors{1, 1, 1, 1, 1, 1, 1};
    bool isEvident = false;
};

class DailyDetector {
public:
    DailyDetector(std::span<const double> values, const AnomalyOptions& options) : m_values(values), m_options(options)
    {
        m_past.reserve(values.size());
    }

    std::vector<DayVerdict> run(const std::stop_token& stop);

private:
    DayVerdict judge(int t);
    Outlook outlook(int t, const Profile& profile) const;
    Profile profileAt(int t) const;
    double levelOf(int t, const Profile& profile) const;
    double sigmaOf(int t, DayClass wanted) const;
    void addSpecialDays(int t, Outlook& look) const;
    std::optional<double> recurringExtra(int t, Outlook& look) const;
    std::optional<DueCharge> chargeOf(const CalendarRule& rule, const std::vector<int>& days,
                                      const Outlook& look) const;
    bool isDueByTheMonthsEnd(int t, Outlook& look) const;
    bool takesTurns(int t, Outlook& look) const;
    std::optional<double> weekdayPrecedentOf(int t, double extra, double weekly) const;
    std::optional<double> monthEndFactor(int t) const;
    double extraAt(int at, double weekly) const;
    std::optional<double> precedentOf(int t, double extra, double weekly) const;
    bool agreesAt(int at, double extra, double weekly, double& farthest) const;
    std::vector<int> sameWeekdays(int t, double extra, double weekly) const;
    void acceptWeekday(const std::vector<int>& days);
    void setBounds(DayVerdict& verdict, const Outlook& look, double widen) const;
    double scoreOf(double actual, const DayVerdict& verdict, const Outlook& look, double widen) const;
    void describe(DayVerdict& verdict, double actual, double widen) const;
    void learn(int t, double actual, const DayVerdict& verdict, const Outlook& look, bool isEvident);
    std::vector<int> newLevelDays(int t, int side) const;
    void acceptShift(const std::vector<int>& days);
    void recall(int first);
    bool isReturn(int t, double actual, const Outlook& look, int within) const;
    bool isReturnFromNothing(int t, double actual, const Outlook& look, int within) const;
    bool acceptReturn(int t);
    std::vector<int> sustainedDays(int t, double widen) const;
    double leakBase(int t, const Outlook& look, const Profile& profile, double& rise) const;
    void reportLeak(int t, double actual, const Outlook& look, const Profile& profile, double widen,
                    DayVerdict& verdict);
    bool isOfTheCalendar(int t, double actual, Outlook look, double widen, DayVerdict& verdict);
    bool isNewbornAt(int t, double actual) const;
    bool isNewWeekday(int t, double actual, Outlook look, double widen, DayVerdict& verdict);
    void allow(double actual, const Outlook& look, double widen, DayVerdict& verdict) const;
    void reportNews(int t, double actual, const Outlook& look, double widen, DayVerdict& verdict);
    void followSign(int t);
    void waitForMore(std::vector<DayVerdict>& verdicts) const;

    int weekday(int t) const { return m_options.start.isValid() ? (m_options.start + t).weekday() : t % 7; }
    double factorOf(int t, const Profile& profile) const
    {
        return profile.factors[static_cast<std::size_t>(weekday(t))];
    }
    DayClass dayClass(int t) const
    {
        return m_options.start.isValid() && weekday(t) >= 5 ? DayClass::Weekend : DayClass::Workday;
    }
    MonthPart monthPart(int t) const;
    const PastDay& past(int t) const { return m_past[static_cast<std::size_t>(t)]; }
    PastDay& past(int t) { return m_past[static_cast<std::size_t>(t)]; }

    std::span<const double> m_values;
    const AnomalyOptions& m_options;
    std::vector<PastDay> m_past;
    int m_known = 0;
    int m_lastLeak = -1000;
    double m_reportedRise = 0; ///< of the rise that is still going on
    double m_sign = 1;         ///< -1 while the series is mostly credits; the past is kept mirrored then
};

MonthPart DailyDetector::monthPart(int t) const
{
    if (!m_options.start.isValid())
        return MonthPart::Inside;
    const Day day = m_options.start + t;
    if (day.dayOfMonth() == 1)
        return MonthPart::First;
    return (day + 1).dayOfMonth() == 1 || (day + 2).dayOfMonth() == 1 ? MonthPart::End : MonthPart::Inside;
}

/// Weekday medians of the last eight weeks relative to their mean; neutral while a weekday is unknown. Of a weekday
/// seen twice the value that is nearer to the other days is taken: the middle of two would be half of an accident.
Profile DailyDetector::profileAt(int t) const
{
    std::array<std::vector<double>, 7> seen;
    std::vector<double> all;
    for (int i = std::max(0, t - ProfileDays); i < t; ++i)
        if (monthPart(i) == MonthPart::Inside && !std::isnan(past(i).learned))
            seen[static_cast<std::size_t>(weekday(i))].push_back(past(i).learned);
    if (t < ProfileDays)
        for (const auto& values : seen)
            all.insert(all.end(), values.begin(), values.end());
    const double usual = medianOf(all);
    Profile profile;
    profile.isEvident = true;
    double sum = 0;
    for (std::size_t w = 0; w < 7; ++w) {
        if (seen[w].size() < 2)
            return {};
        const bool isPair = seen[w].size() == 2 && !std::isnan(usual);
        const bool isFirst = isPair && std::abs(seen[w][0] - usual) < std::abs(seen[w][1] - usual);
        profile.factors[w] = isPair ? seen[w][isFirst ? 0 : 1] : medianOf(seen[w]);
        sum += profile.factors[w];
    }
    if (!(sum > 0))
        profile.factors.fill(1);
    else
        for (double& factor : profile.factors)
            factor = std::max(0.0, factor * 7 / sum);
    return profile;
}

/// Median of the last two weeks without their weekday pattern; idle weekdays say nothing about the level.
double DailyDetector::levelOf(int t, const Profile& profile) const
{
    std::vector<double> seen;
    for (int i = t - 1; i >= 0 && i >= t - 4 * LevelDays; --i) {
        if (i < t - LevelDays && seen.size() >= 5)
            break;
        const double factor = factorOf(i, profile);
        if (monthPart(i) == MonthPart::Inside && !std::isnan(past(i).learned) && factor >= 0.2)
            seen.push_back(past(i).learned / factor);
    }
    const double level = medianOf(seen);
    return std::isnan(level) ? 0 : std::max(0.0, level);
}

double DailyDetector::sigmaOf(int t, DayClass wanted) const
{
    std::vector<double> sizes;
    double sum = 0;
    for (int i = std::max(0, t - ProfileDays); i < t; ++i) {
        if (dayClass(i) != wanted || std::isnan(past(i).residual))
            continue;
        sizes.push_back(std::abs(past(i).residual));
        sum += sizes.back();
    }
    if (sizes.size() < 4)
        return wanted == DayClass::Weekend ? sigmaOf(t, DayClass::Workday) : 0.25;
    const double mean = sum / static_cast<double>(sizes.size());
    const double own = std::max({1.4826 * medianOf(sizes), mean, SigmaFloor});
    return wanted == DayClass::Weekend ? std::max(own, 0.5 * sigmaOf(t, DayClass::Workday)) : own;
}

/// A charge that comes on the same day of the month: what it usually adds. Nothing while there are fewer than two such
/// days. The first of the month needs two months that agree, any other day three and a clear size. A first on a weekend
/// is unknown unless those on weekends before agree: the charge may be one of the first working day. One that the last
/// due day passed without has ended, or pauses: it may come.
std::optional<double> DailyDetector::recurringExtra(int t, Outlook& look) const
{
    struct Twin {
        double extra;
        bool isWeekend;
    };
    const Day day = m_options.start + t;
    const bool isFirst = day.dayOfMonth() == 1;
    std::vector<Twin> twins;
    for (int back = 1; back <= 6; ++back) {
        const Day twin = day.addMonths(-back) + (day.dayOfMonth() - 1);
        const int at = twin - m_options.start;
        if (at < 0)
            break;
        const double extra = extraAt(at, look.weekly);
        if (twin.dayOfMonth() == day.dayOfMonth() && !std::isnan(extra) && (isFirst || twins.size() < 4))
            twins.push_back({extra, twin.weekday() >= 5});
    }
    if (twins.size() < 2)
        return std::nullopt;
    std::vector<double> extras;
    for (const auto& twin : twins)
        extras.push_back(twin.extra);
    const double usual = medianOf(extras);
    const auto isUsual = [usual](const Twin& twin) {
        return std::abs(twin.extra - usual) <= AgreeShare * std::abs(usual);
    };
    const auto agree = std::count_if(twins.begin(), twins.end(), isUsual);
    const double size = isFirst ? 0.15 * look.level : std::max(0.5, 3 * look.sigma) * look.level;
    if (agree < (isFirst ? 2 : 3) || !(usual > size))
        return 0;
    const auto isUsualAtWeekend = [&isUsual](const Twin& twin) { return twin.isWeekend && isUsual(twin); };
    const bool comesAtWeekends = !isFirst || std::any_of(twins.begin(), twins.end(), isUsualAtWeekend);
    const auto newest = std::find_if(
        twins.begin(), twins.end(), [comesAtWeekends](const Twin& twin) { return comesAtWeekends || !twin.isWeekend; });
    if (newest != twins.end() && newest->extra < (1 - AgreeShare) * usual) {
        look.maybe = usual;
        return std::nullopt;
    }
    const bool isSeenAtWeekends = comesAtWeekends && std::all_of(twins.begin(), twins.end(), [&](const Twin& twin) {
                                      return !twin.isWeekend || isUsual(twin);
                                  });
    if (isFirst && day.weekday() >= 5 && !isSeenAtWeekends)
        return std::nullopt;
    return usual;
}

/// A factor that most of some ratios agree on; 1 where fewer than two do or it is next to nothing.
struct AgreedFactor {
    double value = 1;
    double share = 0; ///< of the ratios that agree
};

bool agrees(double ratio, double factor)
{
    return std::abs(ratio - factor) <= AgreeShare * std::abs(factor - 1);
}

AgreedFactor agreedFactor(std::vector<double> ratios)
{
    const double usual = medianOf(ratios);
    const auto count =
        std::count_if(ratios.begin(), ratios.end(), [usual](double ratio) { return agrees(ratio, usual); });
    if (count < 2 || !(std::abs(usual - 1) > 0.15))
        return {};
    return {usual, static_cast<double>(count) / static_cast<double>(ratios.size())};
}

/// Median ratio of actual to weekday expectation over the last two days of earlier months; of those days alone that lie
/// as far from the end where the two differ. Nothing while there are too few, and on a weekend where those before do
/// not agree: the batch may be one of the last working day.
std::optional<double> DailyDetector::monthEndFactor(int t) const
{
    constexpr double Most = 0.7;
    const Day day = m_options.start + t;
    const int left = day.addMonths(1) - day;
    const bool isWeekend = day.weekday() >= 5;
    std::vector<double> both;
    std::vector<double> own;
    std::vector<double> atWeekends;
    for (int i = t - 1; i >= FirstWeek && i >= t - 160; --i) {
        if (monthPart(i) != MonthPart::End || std::isnan(past(i).actual) || !(past(i).weekly > 0.1 * past(i).level))
            continue;
        const Day twin = m_options.start + i;
        both.push_back(past(i).actual / past(i).weekly);
        if (twin.addMonths(1) - twin != left)
            continue;
        own.push_back(both.back());
        if (twin.weekday() >= 5)
            atWeekends.push_back(both.back());
    }
    const auto ofBoth = agreedFactor(both);
    auto copy = own;
    const double apart = own.empty() ? 0 : std::abs(medianOf(copy) - ofBoth.value);
    const bool isOneBatch = apart <= std::max(ApartShare * std::abs(ofBoth.value - 1), ApartFactor);
    if (both.size() >= 3 && isOneBatch && (!isWeekend || ofBoth.value == 1 || ofBoth.share >= Most))
        return ofBoth.value;
    if (own.size() < 2)
        return std::nullopt;
    const auto ofOwn = agreedFactor(own);
    const bool isSeenAtWeekends =
        !atWeekends.empty() && std::all_of(atWeekends.begin(), atWeekends.end(),
                                           [&ofOwn](double ratio) { return agrees(ratio, ofOwn.value); });
    return ofOwn.value == 1 || !isWeekend || isSeenAtWeekends ? std::optional(ofOwn.value) : std::nullopt;
}

/// Whether `rule` is due on `day`; unknown on the last day of February for the 29th and the 30th. The 31st is no other
/// day here: what comes on a month's last day comes no days before the end.
std::optional<bool> isDueOn(const CalendarRule& rule, Day day)
{
    const bool isTooShort = rule.anchor == CalendarAnchor::DayOfMonth && day.dayOfMonth() < rule.n && rule.isDue(day);
    if (isTooShort && rule.n < 31)
        return std::nullopt;
    return !isTooShort && rule.isDue(day);
}

/// The charge that a rule stands for, when it alone explains all that the last days of the months before cost: it came
/// on each due day up to the last of them, twice at the least, and the other days cost what their weekday does.
/// `days`: the days of the months' ends so far, newest first.
std::optional<DueCharge> DailyDetector::chargeOf(const CalendarRule& rule, const std::vector<int>& days,
                                                 const Outlook& look) const
{
    std::vector<double> due; // newest first
    std::vector<double> others;
    for (const int i : days) {
        const auto isDue = isDueOn(rule, m_options.start + i);
        if (isDue && (*isDue || monthPart(i) == MonthPart::End))
            (*isDue ? due : others).push_back(extraAt(i, look.weekly));
    }
    auto copy = due;
    std::sort(copy.begin(), copy.end(), std::greater<>());
    if (copy.size() < 2)
        return std::nullopt;
    DueCharge charge{copy[(copy.size() - 1) / 4], 0}; // also where it ended some months ago
    const double least = AgreeShare * charge.amount;
    if (!(charge.amount > std::max(0.5, 3 * look.sigma) * look.level))
        return std::nullopt;
    while (charge.missed < due.size() && std::abs(due[charge.missed]) < least)
        ++charge.missed;
    const bool isSteady = std::all_of(due.begin() + static_cast<std::ptrdiff_t>(charge.missed), due.end(),
                                      [&](double extra) { return std::abs(extra - charge.amount) <= least; });
    const bool isAlone = std::all_of(others.begin(), others.end(), [&](double e) { return std::abs(e) < least; });
    return isSteady && isAlone && due.size() - charge.missed >= 2 ? std::optional(charge) : std::nullopt;
}

/// What the day of the month, the last days before its end or its last working day tell of a charge at a month's end:
/// true where one of them explains all that is known. Where two do and one of them is due, it may come.
bool DailyDetector::isDueByTheMonthsEnd(int t, Outlook& look) const
{
    const Day day = m_options.start + t;
    const Day month = day.firstOfMonth();
    std::vector<CalendarRule> rules;
    for (const int n : {28, 29, 30, 31})
        rules.push_back({CalendarAnchor::DayOfMonth, n, 1, month});
    for (const int n : {0, 1})
        rules.push_back({CalendarAnchor::DaysBeforeEnd, n, 1, month});
    rules.push_back({CalendarAnchor::LastWorkday, 0, 1, month});
    constexpr int Back = 160;
    constexpr int FirstOfThem = 26; // the last working day of the shortest month
    std::vector<int> days;
    for (int i = t - 1; i >= FirstWeek && i >= t - Back; --i)
        if ((m_options.start + i).dayOfMonth() >= FirstOfThem && !std::isnan(past(i).actual))
            days.push_back(i);
    std::size_t missed = std::numeric_limits<std::size_t>::max();
    bool isDue = true;  // by all of them
    bool isFree = true; // by all of them
    double amount = 0;
    for (const auto& rule : rules) {
        const auto charge = chargeOf(rule, days, look);
        if (!charge || charge->missed > missed)
            continue;
        if (charge->missed < missed) {
            missed = charge->missed;
            isDue = isFree = true;
        }
        const auto isRuleDue = isDueOn(rule, day);
        isDue = isDue && isRuleDue.value_or(false);
        isFree = isFree && !isRuleDue.value_or(true);
        amount = charge->amount;
    }
    if (missed == std::numeric_limits<std::size_t>::max())
        return false;
    if (isDue && missed == 0)
        look.expected += amount;
    else if (!isFree)
        look.maybe = amount;
    return true;
}

/// A weekday that costs one thing this week and another the next: what it will this time, when that is clear from the
/// last six weeks.
bool DailyDetector::takesTurns(int t, Outlook& look) const
{
    std::array<std::vector<double>, 2> turns; // as today, as a week ago
    std::array<double, 2> means{};
    for (int back = 1; back <= 6; ++back)
        if (t - 7 * back >= 0 && !std::isnan(past(t - 7 * back).actual))
            turns[static_cast<std::size_t>(back % 2)].push_back(past(t - 7 * back).actual);
    for (std::size_t turn = 0; turn < 2; ++turn) {
        if (turns[turn].size() < 2)
            return false;
        for (const double value : turns[turn])
            means[turn] += value / static_cast<double>(turns[turn].size());
    }
    const double apart = std::abs(means[0] - means[1]);
    if (!(apart > std::max(0.5, 3 * look.sigma) * look.level))
        return false;
    for (std::size_t turn = 0; turn < 2; ++turn)
        for (const double value : turns[turn])
            if (std::abs(value - means[turn]) > SteadyShare * apart)
                return false;
    const bool isLikeOthers = std::abs(means[0] - look.level) < std::abs(means[1] - look.level);
    look.weekly = means[isLikeOthers ? 0 : 1]; // the other turn teaches nothing about the weekday
    look.expected = means[0];
    return true;
}

/// What a day brought above its weekday's expectation; `weekly` stands in for that of the first days.
double DailyDetector::extraAt(int at, double weekly) const
{
    return past(at).actual - (at < FirstWeek ? weekly : past(at).weekly);
}

/// Whether the day brought about as much more than its weekday explains as `extra`; `farthest` grows with the
/// difference.
bool DailyDetector::agreesAt(int at, double extra, double weekly, double& farthest) const
{
    const double off = std::abs(extraAt(at, weekly) / extra - 1);
    farthest = std::max(farthest, off);
    return off <= AgreeShare;
}

/// What the due days before brought, when `extra` is a charge or a credit of the calendar as they were.
std::optional<double> DailyDetector::precedentOf(int t, double extra, double weekly) const
{
    constexpr int MostBack = 3;
    if (!m_options.start.isValid() || extra == 0)
        return std::nullopt;
    for (const int every : {1, 3, 6, 12}) {
        for (const auto& rule : rulesDueOn(m_options.start + t, every)) {
            int precedents = 0;
            double farthest = 0;
            double sum = 0;
            for (int k = -1; k >= -MostBack; --k) {
                const int at = rule.due(k) - m_options.start;
                if (at < 0)
                    break;
                if (std::isnan(past(at).actual))
                    continue;
                if (!agreesAt(at, extra, weekly, farthest))
                    break;
                sum += extraAt(at, weekly);
                ++precedents;
                if (precedents >= 2 || farthest <= (every == 1 ? SameShare : CloseShare))
                    return sum / precedents;
            }
        }
    }
    return weekdayPrecedentOf(t, extra, weekly);
}

/// What the same weekday of the two months before brought, counted from the months' beginnings (the first Monday) or
/// from their ends (the last Friday), when it agrees with `extra`.
std::optional<double> DailyDetector::weekdayPrecedentOf(int t, double extra, double weekly) const
{
    const Day day = m_options.start + t;
    const int week = (day.dayOfMonth() - 1) / 7;
    const int weekFromEnd = (day.addMonths(1) - day - 1) / 7;
    for (const bool isFromEnd : {false, true}) {
        double farthest = 0;
        double sum = 0;
        int precedents = 0;
        for (const int back : {-1, -2}) {
            const Day first = day.addMonths(back);
            const Day edge = isFromEnd ? day.addMonths(back + 1) - 1 : first;
            const int away = isFromEnd ? (edge.weekday() - day.weekday() + 7) % 7 + 7 * weekFromEnd
                                       : (day.weekday() - edge.weekday() + 7) % 7 + 7 * week;
            const Day twin = isFromEnd ? edge - away : edge + away;
            const int at = twin - m_options.start;
            if (at < 0 || twin.month() != first.month() || !agreesAt(at, extra, weekly, farthest))
                break;
            sum += extraAt(at, weekly);
            ++precedents;
        }
        if (precedents == 2)
            return sum / precedents;
    }
    return std::nullopt;
}

/// Today and the same weekday of the last two weeks when each was flagged for about as much as `extra`.
std::vector<int> DailyDetector::sameWeekdays(int t, double extra, double weekly) const
{
    double farthest = 0;
    for (const int at : {t - 7, t - 14})
        if (at < 0 || past(at).side != past(t).side || !agreesAt(at, extra, weekly, farthest))
            return {};
    return {t, t - 7, t - 14};
}

/// From now on that weekday costs what it cost on `days`; what it cost before is forgotten.
void DailyDetector::acceptWeekday(const std::vector<int>& days)
{
    for (int i = days.back() - 7; i >= 0 && i >= days.front() - ProfileDays; i -= 7)
        past(i).learned = Unknown;
    for (const int i : days) {
        past(i).learned = past(i).actual;
        past(i).side = 0;
    }
}

void DailyDetector::addSpecialDays(int t, Outlook& look) const
{
    look.expected = look.weekly;
    if (takesTurns(t, look) || !m_options.start.isValid())
        return;
    const auto part = monthPart(t);
    if (part == MonthPart::End && isDueByTheMonthsEnd(t, look))
        return;
    if (part == MonthPart::End) {
        const auto factor = monthEndFactor(t);
        look.expected = look.weekly * factor.value_or(1);
        look.isPrecedented = factor.has_value() || isIdle(look);
        return;
    }
    const auto extra = recurringExtra(t, look);
    look.isPrecedented = part != MonthPart::First || extra.has_value();
    look.expected += extra.value_or(0);
}

Outlook DailyDetector::outlook(int t, const Profile& profile) const
{
    Outlook look;
    look.level = levelOf(t, profile);
    look.weekly = look.level * factorOf(t, profile);
    look.sigma = sigmaOf(t, dayClass(t));
    addSpecialDays(t, look);
    return look;
}

/// Deviation on a scale where its spread hardly depends on the expected size: money over the geometric mean of
/// expectation and level above, square roots below, so that a drop to nothing can count.
double stabilised(double actual, const Outlook& look)
{
    if (!(look.level > 0))
        return 0;
    const double mean = std::max(look.expected, 0.05 * look.level);
    if (actual >= look.expected)
        return (actual - look.expected) / std::sqrt(mean * look.level);
    const double root = actual >= 0 ? std::sqrt(actual) : actual / std::sqrt(look.level);
    return 2 * (root - std::sqrt(std::max(0.0, look.expected))) / std::sqrt(look.level);
}

/// The value `z` sigmas below the expectation: the inverse of stabilised().
double valueBelow(double z, const Outlook& look)
{
    const double root = std::sqrt(std::max(0.0, look.expected)) - z * look.sigma * std::sqrt(look.level) / 2;
    return root >= 0 ? root * root : root * std::sqrt(look.level);
}

/// Limits of the ordinary: k sigmas, and at least the share and the money that matter.
void DailyDetector::setBounds(DayVerdict& verdict, const Outlook& look, double widen) const
{
    const double k = m_options.chartLimit * widen;
    const double mean = std::max(look.expected, 0.05 * look.level);
    const double material = std::max(m_options.moneyLimit, m_options.shareLimit * mean);
    const double turn = look.isPrecedented ? 0 : TurnFactor * look.level;
    verdict.expected = look.expected;
    if (isIdle(look)) {
        const double room = std::max({m_options.moneyLimit, m_options.shareLimit * look.level,
                                      0.5 * k * look.level * std::max(look.sigma, 0.2)});
        verdict.upper = look.expected + std::max(room, turn);
        verdict.lower = look.expected - room;
        return;
    }
    verdict.upper = look.expected + std::max({material, k * look.sigma * std::sqrt(mean * look.level), turn});
    verdict.lower = std::min(look.expected - material, valueBelow(k, look));
}

double DailyDetector::scoreOf(double actual, const DayVerdict& verdict, const Outlook& look, double widen) const
{
    if (!isIdle(look))
        return std::abs(stabilised(actual, look)) / look.sigma;
    const double room = verdict.upper - look.expected;
    return room > 0 ? m_options.chartLimit * widen * std::abs(actual - look.expected) / room : 0;
}

void DailyDetector::describe(DayVerdict& verdict, double actual, double widen) const
{
    const bool isRise = actual > verdict.expected;
    if (verdict.kind.empty())
        verdict.kind = isRise == (m_sign > 0) ? "spike" : "drop";
    const double limit = (m_options.notifyLimit + (isRise ? 0 : 1)) * widen;
    verdict.notify = verdict.score >= limit || verdict.kind == "level-shift" || verdict.kind == "slow-leak";
    const bool isLarge = isRise ? actual >= 2 * verdict.expected : actual <= 0.5 * verdict.expected;
    verdict.severity = !verdict.notify ? "low" : isLarge ? "high" : "medium";
}

/// The last five working days when at least four of them were flagged on one side: a new level, from the first of them.
std::vector<int> DailyDetector::newLevelDays(int t, int side) const
{
    std::vector<int> days;
    int looked = 0;
    for (int i = t; i >= 0 && i > t - 12 && looked < 5; --i) {
        const bool isIdleWeekday = past(i).level > 0 && past(i).weekly <= 0.1 * past(i).level;
        const bool isTurn = monthPart(i) != MonthPart::Inside && past(i).side != side;
        if (std::isnan(past(i).actual) || isTurn || isIdleWeekday)
            continue;
        ++looked;
        if (past(i).side == side)
            days.push_back(i);
    }
    return days.size() >= 4 ? days : std::vector<int>{};
}

/// The same where nothing is expected any more: by what the same weekday was expected to cost before it fell away.
bool DailyDetector::isReturnFromNothing(int t, double actual, const Outlook& look, int within) const
{
    for (int i = t - 7; i >= LevelDays && i >= t - within; i -= 7) {
        if (!(past(i).level > 0))
            continue;
        const Outlook former{past(i).weekly, past(i).weekly, past(i).level, look.sigma};
        return !isIdle(former) && std::abs(stabilised(actual, former)) <= ReturnLimit * look.sigma;
    }
    return false;
}

/// Whether `actual` is ordinary by a level the series had from one week to `within` days ago: the way back.
bool DailyDetector::isReturn(int t, double actual, const Outlook& look, int within) const
{
    if (!(look.level > 0))
        return isReturnFromNothing(t, actual, look, within);
    if (isIdle(look))
        return false;
    for (int i = t - 7; i >= LevelDays && i >= t - within; i -= 3) {
        const double ratio = past(i).level / look.level;
        if (!(actual > look.expected ? ratio > 1.25 : ratio > 0 && ratio < 0.8))
            continue;
        const Outlook former{look.weekly * ratio, look.expected * ratio, past(i).level, look.sigma};
        if (std::abs(stabilised(actual, former)) <= ReturnLimit * look.sigma)
            return true;
    }
    return false;
}

/// A second day on the way back within three settles it: true on that day.
bool DailyDetector::acceptReturn(int t)
{
    std::vector<int> days;
    for (int i = t; i >= 0 && i > t - 4; --i)
        if (past(i).isReturn && past(i).side == past(t).side)
            days.push_back(i);
    if (days.size() >= 2)
        acceptShift(days);
    return days.size() >= 2;
}

/// The last three working days when all lie well to one side, together clearly, although none alone does.
std::vector<int> DailyDetector::sustainedDays(int t, double widen) const
{
    if (past(t).sigmas == 0)
        return {};
    const double k = m_options.chartLimit * widen;
    const double sign = past(t).sigmas > 0 ? 1 : -1;
    std::vector<int> days;
    double sum = 0;
    double money = 0;
    double usual = 0;
    for (int i = t; i >= 0 && i > t - 6 && days.size() < SustainedDays; --i) {
        if (std::isnan(past(i).actual) || past(i).sigmas == 0)
            continue;
        if (past(i).isReturn || sign * past(i).sigmas < SustainedEach * k)
            return {};
        days.push_back(i);
        sum += sign * past(i).sigmas;
        money += sign * (past(i).actual - past(i).weekly);
        usual += past(i).weekly;
    }
    const double n = static_cast<double>(days.size());
    const bool isClear = days.size() == SustainedDays && sum >= SustainedAll * k * std::sqrt(n);
    const bool isMaterial = money / n >= m_options.moneyLimit && money >= m_options.shareLimit * usual;
    return isClear && isMaterial ? days : std::vector<int>{};
}

/// What is back from nothing is as it was: the days before it fell away teach again, those without cost do not.
void DailyDetector::recall(int first)
{
    for (int i = std::max(0, first - FarReturnDays); i < first; ++i)
        past(i).learned = past(i).level > 0 ? past(i).weekly : Unknown;
}

/// From the first of `days` on the actual values teach, and what came before is brought to the new level; where nothing
/// was spent before, there is nothing to bring along and it is forgotten.
void DailyDetector::acceptShift(const std::vector<int>& days)
{
    std::vector<double> ratios;
    for (const int i : days)
        if (past(i).weekly > 0)
            ratios.push_back(past(i).actual / past(i).weekly);
    const double ratio = ratios.empty() ? Unknown : std::max(0.0, medianOf(ratios));
    const int first = days.back();
    if (ratios.empty() && past(first).isReturn)
        recall(first);
    else
        for (int i = std::max(0, first - ProfileDays); i < first; ++i)
            past(i).learned *= ratio;
    for (int i = first; i < static_cast<int>(m_past.size()); ++i) {
        past(i).learned = past(i).actual;
        past(i).side = 0;
    }
}

/// The level of the ordinary days three to six weeks back, and by how much the last seven stand above it, without their
/// weekday pattern. NaN where that is not clear or not much money.
double DailyDetector::leakBase(int t, const Outlook& look, const Profile& profile, double& rise) const
{
    std::vector<double> before;
    double sum = 0;
    int recent = 0;
    for (int i = t; i >= 0 && i >= t - 41; --i) {
        const double factor = factorOf(i, profile);
        const bool isOrdinary = past(i).side == 0 && monthPart(i) == MonthPart::Inside && factor >= 0.2 &&
                                dayClass(i) == DayClass::Workday && !std::isnan(past(i).learned);
        if (!isOrdinary)
            continue;
        if (i > t - 14 && recent < 7) {
            sum += past(i).learned / factor;
            ++recent;
        } else if (i <= t - 21) {
            before.push_back(past(i).learned / factor);
        }
    }
    rise = Unknown;
    if (recent < 7 || before.size() < 7)
        return Unknown;
    const double n1 = recent;
    const double n2 = static_cast<double>(before.size());
    const double mean = sum / n1;
    const double base = medianOf(before);
    if (!(base > 0))
        return Unknown;
    rise = mean / base;
    const double noise = 0.6 * m_options.chartLimit * look.sigma * std::sqrt(1 / n1 + 1 / n2) * mean;
    return mean - base > noise && mean - base >= m_options.moneyLimit ? base : Unknown;
}

/// A rise too slow for any single day is told once, against the level it began from; while it goes on at that pace it
/// is the habit of the series and no news.
void DailyDetector::reportLeak(int t, double actual, const Outlook& look, const Profile& profile, double widen,
                               DayVerdict& verdict)
{
    double rise = 0;
    const double base = leakBase(t, look, profile, rise);
    if (rise < CalmRise)
        m_reportedRise = 0;
    const bool isNews = rise > std::max(LeakRise, QuickerRise * m_reportedRise);
    if (std::isnan(base) || !isNews || t - m_lastLeak < 21)
        return;
    Outlook before = look;
    before.weekly = before.expected = base * factorOf(t, profile);
    before.level = base;
    if (actual - before.expected < m_options.moneyLimit)
        return; // a day that does not show it: the next will
    setBounds(verdict, before, widen);
    verdict.score = std::max(verdict.score, std::abs(stabilised(actual, before)) / before.sigma);
    verdict.anomaly = true;
    verdict.kind = "slow-leak";
    describe(verdict, actual, widen);
    m_lastLeak = t;
    m_reportedRise = rise;
}

void DailyDetector::learn(int t, double actual, const DayVerdict& verdict, const Outlook& look, bool isEvident)
{
    auto& day = past(t);
    day.weekly = look.weekly;
    day.level = look.level;
    day.actual = actual;
    if (verdict.judged && !isIdle(look) && monthPart(t) == MonthPart::Inside)
        day.sigmas = (actual > look.expected ? 1 : -1) * verdict.score;
    if (verdict.anomaly) {
        day.side = actual > look.expected ? 1 : -1;
        day.learned = look.weekly;
        return;
    }
    day.learned = actual - (look.expected - look.weekly);
    // An accident of the first weeks, which nobody could judge yet, must not hide those that follow.
    const bool isAccident = !verdict.judged && (actual > verdict.upper || actual < verdict.lower);
    if (isEvident && look.isPrecedented && look.level > 0 && !isAccident)
        day.residual = stabilised(actual, look);
}

/// Once most of the last four weeks are negative the past is mirrored, so that a credit is judged like a cost.
void DailyDetector::followSign(int t)
{
    std::vector<double> seen;
    for (int i = std::max(0, t - 28); i < t; ++i)
        if (!std::isnan(past(i).actual))
            seen.push_back(past(i).actual);
    if (!(medianOf(seen) < 0))
        return;
    m_sign = -m_sign;
    for (auto& day : m_past) {
        day.actual = -day.actual;
        day.learned = -day.learned;
        day.weekly = -day.weekly;
        day.residual = Unknown;
        day.side = -day.side;
        day.sigmas = 0;
    }
}

/// Takes back that `actual` is an anomaly: by `look` it is ordinary.
void DailyDetector::allow(double actual, const Outlook& look, double widen, DayVerdict& verdict) const
{
    setBounds(verdict, look, widen);
    verdict.upper = std::max(verdict.upper, actual);
    verdict.lower = std::min(verdict.lower, actual);
    verdict.score = std::min(scoreOf(actual, verdict, look, widen), m_options.chartLimit);
    verdict.anomaly = false;
}

bool DailyDetector::isOfTheCalendar(int t, double actual, Outlook look, double widen, DayVerdict& verdict)
{
    const auto extra = verdict.anomaly ? precedentOf(t, actual - look.weekly, look.weekly) : std::nullopt;
    if (!extra)
        return false;
    look.expected = look.weekly + *extra;
    look.isPrecedented = true;
    allow(actual, look, widen, verdict);
    look.expected = actual;     // it tells nothing of the level,
    look.isPrecedented = false; // nor of the noise
    learn(t, actual, verdict, look, false);
    return true;
}

/// The third week in a row in which that weekday alone is another is no news any more.
bool DailyDetector::isNewWeekday(int t, double actual, Outlook look, double widen, DayVerdict& verdict)
{
    const auto days = verdict.anomaly ? sameWeekdays(t, actual - look.weekly, look.weekly) : std::vector<int>{};
    if (days.empty())
        return false;
    look.expected = past(days[1]).actual;
    allow(actual, look, widen, verdict);
    acceptWeekday(days);
    return true;
}

void DailyDetector::reportNews(int t, double actual, const Outlook& look, double widen, DayVerdict& verdict)
{
    if (verdict.anomaly) {
        const auto days = newLevelDays(t, past(t).side);
        if (!days.empty()) {
            verdict.kind = "level-shift";
            acceptShift(days);
        }
        describe(verdict, actual, widen);
        return;
    }
    const auto sustained = sustainedDays(t, widen);
    if (sustained.empty())
        return;
    if (!isReturn(t, actual, look, FarReturnDays)) {
        verdict.anomaly = true;
        verdict.kind = "level-shift";
        describe(verdict, actual, widen);
    }
    acceptShift(sustained);
}

/// Whether `actual` goes on with what began some days ago out of nothing: that was told on its first day.
bool DailyDetector::isNewbornAt(int t, double actual) const
{
    constexpr int kDays = 10;
    constexpr double kAlike = 2;
    int birth = t;
    for (int i = t - 1; i >= 0; --i) {
        if (std::isnan(past(i).actual) || past(i).actual == 0)
            continue;
        if (past(i).side == 0)
            return false;
        birth = i;
    }
    const double ratio = actual / past(birth).actual;
    return birth < t && t - birth < kDays && ratio <= kAlike && ratio >= 1 / kAlike;
}

DayVerdict DailyDetector::judge(int t)
{
    followSign(t);
    const double actual = m_sign * m_values[static_cast<std::size_t>(t)];
    const auto profile = profileAt(t);
    auto look = outlook(t, profile);
    if (actual > look.expected + look.maybe / 2)
        look.expected += look.maybe;
    const double widen = m_known < MatureDays ? YoungFactor : 1;
    m_past.emplace_back();
    DayVerdict verdict;
    if (m_known == 0)
        verdict.expected = verdict.lower = verdict.upper = Unknown;
    else
        setBounds(verdict, look, widen);
    if (!std::isfinite(actual))
        return verdict;
    verdict.judged = m_known >= FirstJudgedDay;
    verdict.score = verdict.judged ? scoreOf(actual, verdict, look, widen) : 0;
    verdict.anomaly = verdict.judged && (actual > verdict.upper || actual < verdict.lower);
    ++m_known;
    if (isOfTheCalendar(t, actual, look, widen, verdict))
        return verdict;
    learn(t, actual, verdict, look, profile.isEvident);
    if (verdict.anomaly && isReturn(t, actual, look, FarReturnDays)) {
        past(t).isReturn = true;
        // One that was away for weeks had a level of its own: that it is back is told once, when it is sure.
        const bool isFarBack = !isReturn(t, actual, look, NearReturnDays);
        verdict.anomaly = acceptReturn(t) && isFarBack;
        if (verdict.anomaly) {
            verdict.kind = "level-shift";
            describe(verdict, actual, widen);
        }
        return verdict;
    }
    if (!verdict.judged || isNewWeekday(t, actual, look, widen, verdict))
        return verdict;
    const bool isNewborn = verdict.anomaly && isNewbornAt(t, actual);
    reportNews(t, actual, look, widen, verdict);
    if (isNewborn) {
        verdict.anomaly = verdict.notify = false;
        verdict.kind.clear();
        verdict.severity.clear();
        return verdict;
    }
    if (!verdict.anomaly && past(t).side == 0)
        reportLeak(t, actual, look, profile, widen, verdict);
    return verdict;
}

/// A verdict on the mirrored series, said about the series itself.
void mirror(DayVerdict& verdict)
{
    verdict.expected = -verdict.expected;
    std::swap(verdict.lower, verdict.upper);
    verdict.lower = -verdict.lower;
    verdict.upper = -verdict.upper;
}

/// The newest known day, and the one before it where that is less low, are not said to be low: they may still fill up.
/// A drop that is real is said when it is two days old.
void DailyDetector::waitForMore(std::vector<DayVerdict>& verdicts) const
{
    double share = -1;
    int waiting = 0;
    for (std::size_t t = verdicts.size(); t-- > 0 && waiting < 2;) {
        auto& verdict = verdicts[t];
        if (!std::isfinite(m_values[t]))
            continue;
        const double own = m_values[t] / verdict.expected;
        if (!verdict.anomaly || own >= 1 || own <= share)
            return;
        share = own;
        ++waiting;
        verdict.judged = verdict.anomaly = verdict.notify = false;
        verdict.score = 0;
        verdict.kind.clear();
        verdict.severity.clear();
    }
}

std::vector<DayVerdict> DailyDetector::run(const std::stop_token& stop)
{
    std::vector<DayVerdict> verdicts;
    verdicts.reserve(m_values.size());
    for (int t = 0; t < static_cast<int>(m_values.size()); ++t) {
        if (stop.stop_requested())
            break;
        verdicts.push_back(judge(t));
        if (m_sign < 0)
            mirror(verdicts.back());
    }
    if (m_options.mayGrow)
        waitForMore(verdicts);
    return verdicts;
}

} // namespace

std::vector<DayVerdict> detectDailyAnomalies(std::span<const double> values, const AnomalyOptions& options,
                                             std::stop_token stop)
{
    return DailyDetector(values, options).run(stop);
}

} // namespace altimeter::analysis

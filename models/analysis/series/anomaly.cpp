#include "models/analysis/series/anomaly.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace altimeter::analysis {

namespace {

constexpr int FirstJudgedDay = 21; ///< known days needed before a verdict
constexpr int MatureDays = 56;     ///< from here on the limits are not widened
constexpr double YoungFactor = 1.3;
constexpr int ProfileDays = 56;
constexpr int LevelDays = 14;
constexpr std::size_t SustainedDays = 3;
constexpr double SustainedEach = 0.5; ///< shares of the chart limit
constexpr double SustainedAll = 1.0;
constexpr double SigmaFloor = 0.05;
constexpr double ReturnLimit = 3; ///< sigmas around a former level that count as back there
constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

double median(std::vector<double>& values)
{
    if (values.empty())
        return Unknown;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

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
    bool isKnown = false; ///< false: a month start or end without precedent
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
    std::optional<double> recurringExtra(int t, const Outlook& look) const;
    double monthEndFactor(int t, int& precedents) const;
    void setBounds(DayVerdict& verdict, const Outlook& look, double widen) const;
    double scoreOf(double actual, const DayVerdict& verdict, const Outlook& look, double widen) const;
    void describe(DayVerdict& verdict, double actual, double widen) const;
    void learn(int t, double actual, const DayVerdict& verdict, const Outlook& look, bool isEvident);
    std::vector<int> newLevelDays(int t, int side) const;
    void acceptShift(const std::vector<int>& days);
    bool isReturn(int t, double actual, const Outlook& look) const;
    void acceptReturn(int t);
    std::vector<int> sustainedDays(int t, double widen) const;
    bool isSlowLeak(int t, const Outlook& look, const Profile& profile) const;
    void followSign(int t);

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
    double m_sign = 1; ///< -1 while the series is mostly credits; the past is kept mirrored then
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

/// Weekday medians of the last eight weeks relative to their mean; neutral while a weekday is unknown.
Profile DailyDetector::profileAt(int t) const
{
    std::array<std::vector<double>, 7> seen;
    for (int i = std::max(0, t - ProfileDays); i < t; ++i)
        if (monthPart(i) == MonthPart::Inside && !std::isnan(past(i).learned))
            seen[static_cast<std::size_t>(weekday(i))].push_back(past(i).learned);
    Profile profile;
    profile.isEvident = true;
    double sum = 0;
    for (std::size_t w = 0; w < 7; ++w) {
        if (seen[w].size() < 2)
            return {};
        profile.factors[w] = median(seen[w]);
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
    const double level = median(seen);
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
    const double own = std::max({1.4826 * median(sizes), mean, SigmaFloor});
    return wanted == DayClass::Weekend ? std::max(own, 0.5 * sigmaOf(t, DayClass::Workday)) : own;
}

/// A charge that comes on the same day of the month: what it usually adds. Nothing while there are fewer than two such
/// days. The first of the month needs two months that agree, any other day three and a clear size.
std::optional<double> DailyDetector::recurringExtra(int t, const Outlook& look) const
{
    const Day day = m_options.start + t;
    std::vector<double> extras;
    for (int back = 1; back <= 6; ++back) {
        const Day twin = day.addMonths(-back) + (day.dayOfMonth() - 1);
        const int at = twin - m_options.start;
        if (at < 0)
            break;
        if (twin.dayOfMonth() == day.dayOfMonth() && !std::isnan(past(at).actual) && !std::isnan(past(at).weekly))
            extras.push_back(past(at).actual - past(at).weekly);
    }
    if (extras.size() < 2)
        return std::nullopt;
    const bool isFirst = day.dayOfMonth() == 1;
    if (!isFirst && extras.size() > 4)
        extras.resize(4);
    auto copy = extras;
    const double usual = median(copy);
    const auto agree = std::count_if(extras.begin(), extras.end(), [usual](double extra) {
        return std::abs(extra - usual) <= 0.5 * std::abs(usual);
    });
    const double size = isFirst ? 0.15 * look.level : std::max(0.5, 3 * look.sigma) * look.level;
    return agree >= (isFirst ? 2 : 3) && usual > size ? usual : 0;
}

/// Median ratio of actual to weekday expectation over earlier month ends.
double DailyDetector::monthEndFactor(int t, int& precedents) const
{
    std::vector<double> ratios;
    for (int i = t - 1; i >= 0 && i >= t - 160; --i)
        if (monthPart(i) == MonthPart::End && !std::isnan(past(i).actual) && past(i).weekly > 0.1 * past(i).level)
            ratios.push_back(past(i).actual / past(i).weekly);
    precedents = static_cast<int>(ratios.size());
    if (precedents < 2)
        return 1;
    auto copy = ratios;
    const double usual = median(copy);
    const auto agree = std::count_if(ratios.begin(), ratios.end(), [usual](double ratio) {
        return std::abs(ratio - usual) <= 0.5 * std::abs(usual - 1);
    });
    return agree >= 2 && std::abs(usual - 1) > 0.15 ? usual : 1;
}

void DailyDetector::addSpecialDays(int t, Outlook& look) const
{
    look.expected = look.weekly;
    look.isKnown = true;
    if (!m_options.start.isValid())
        return;
    const auto part = monthPart(t);
    if (part == MonthPart::End) {
        int precedents = 0;
        look.expected = look.weekly * monthEndFactor(t, precedents);
        look.isKnown = precedents >= 3 || isIdle(look);
        return;
    }
    const auto extra = recurringExtra(t, look);
    look.isKnown = part != MonthPart::First || extra.has_value();
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
    verdict.expected = look.expected;
    if (isIdle(look)) {
        const double room = std::max({m_options.moneyLimit, m_options.shareLimit * look.level,
                                      0.5 * k * look.level * std::max(look.sigma, 0.2)});
        verdict.upper = look.expected + room;
        verdict.lower = look.expected - room;
        return;
    }
    verdict.upper = look.expected + std::max(material, k * look.sigma * std::sqrt(mean * look.level));
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
        if (std::isnan(past(i).actual) || monthPart(i) != MonthPart::Inside || isIdleWeekday)
            continue;
        ++looked;
        if (past(i).side == side)
            days.push_back(i);
    }
    return days.size() >= 4 ? days : std::vector<int>{};
}

/// Whether `actual` is ordinary by a level the series had one week to four months ago: not news, but the way back.
bool DailyDetector::isReturn(int t, double actual, const Outlook& look) const
{
    if (!(look.level > 0) || isIdle(look))
        return false;
    for (int i = t - 7; i >= LevelDays && i >= t - 130; i -= 3) {
        const double ratio = past(i).level / look.level;
        if (!(actual > look.expected ? ratio > 1.25 : ratio > 0 && ratio < 0.8))
            continue;
        const Outlook former{look.weekly * ratio, look.expected * ratio, past(i).level, look.sigma, true};
        if (std::abs(stabilised(actual, former)) <= ReturnLimit * look.sigma)
            return true;
    }
    return false;
}

/// A second day on the way back within three settles it.
void DailyDetector::acceptReturn(int t)
{
    std::vector<int> days;
    for (int i = t; i >= 0 && i > t - 4; --i)
        if (past(i).isReturn && past(i).side == past(t).side)
            days.push_back(i);
    if (days.size() >= 2)
        acceptShift(days);
}

/// The last three working days when all lie well to one side, together clearly, although none alone does.
std::vector<int> DailyDetector::sustainedDays(int t, double widen) const
{
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

/// From the first of `days` on the actual values teach, and what came before is brought to the new level; where nothing
/// was spent before, there is nothing to bring along and it is forgotten.
void DailyDetector::acceptShift(const std::vector<int>& days)
{
    std::vector<double> ratios;
    for (const int i : days)
        if (past(i).weekly > 0)
            ratios.push_back(past(i).actual / past(i).weekly);
    const double ratio = ratios.empty() ? Unknown : std::max(0.0, median(ratios));
    const int first = days.back();
    for (int i = std::max(0, first - ProfileDays); i < first; ++i)
        past(i).learned *= ratio;
    for (int i = first; i < static_cast<int>(m_past.size()); ++i) {
        past(i).learned = past(i).actual;
        past(i).side = 0;
    }
}

/// The last seven ordinary days against the ordinary days three to six weeks back, without their weekday pattern.
bool DailyDetector::isSlowLeak(int t, const Outlook& look, const Profile& profile) const
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
    if (recent < 7 || before.size() < 7)
        return false;
    const double n1 = recent;
    const double n2 = static_cast<double>(before.size());
    const double mean = sum / n1;
    const double base = median(before);
    const double rise = mean - base;
    const double noise = 0.6 * m_options.chartLimit * look.sigma * std::sqrt(1 / n1 + 1 / n2) * mean;
    return base > 0 && mean > 1.4 * base && rise > noise && rise >= m_options.moneyLimit;
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
    if (isEvident && look.isKnown && look.level > 0)
        day.residual = stabilised(actual, look);
}

/// Once most of the last four weeks are negative the past is mirrored, so that a credit is judged like a cost.
void DailyDetector::followSign(int t)
{
    std::vector<double> seen;
    for (int i = std::max(0, t - 28); i < t; ++i)
        if (!std::isnan(past(i).actual))
            seen.push_back(past(i).actual);
    if (!(median(seen) < 0))
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

DayVerdict DailyDetector::judge(int t)
{
    followSign(t);
    const double actual = m_sign * m_values[static_cast<std::size_t>(t)];
    const auto profile = profileAt(t);
    const auto look = outlook(t, profile);
    const double widen = m_known < MatureDays ? YoungFactor : 1;
    m_past.emplace_back();
    DayVerdict verdict;
    if (m_known == 0)
        verdict.expected = verdict.lower = verdict.upper = Unknown;
    else
        setBounds(verdict, look, widen);
    if (!std::isfinite(actual))
        return verdict;
    verdict.judged = m_known >= FirstJudgedDay && look.isKnown;
    verdict.score = verdict.judged ? scoreOf(actual, verdict, look, widen) : 0;
    verdict.anomaly = verdict.judged && (actual > verdict.upper || actual < verdict.lower);
    learn(t, actual, verdict, look, profile.isEvident);
    ++m_known;
    if (verdict.anomaly && isReturn(t, actual, look)) {
        verdict.anomaly = false;
        past(t).isReturn = true;
        acceptReturn(t);
        return verdict;
    }
    if (verdict.anomaly) {
        const auto days = newLevelDays(t, past(t).side);
        if (!days.empty()) {
            verdict.kind = "level-shift";
            acceptShift(days);
        }
        describe(verdict, actual, widen);
    } else if (const auto sustained = sustainedDays(t, widen); verdict.judged && !sustained.empty()) {
        if (!isReturn(t, actual, look)) {
            verdict.anomaly = true;
            verdict.kind = "level-shift";
            describe(verdict, actual, widen);
        }
        acceptShift(sustained);
    } else if (verdict.judged && t - m_lastLeak >= 21 && isSlowLeak(t, look, profile)) {
        verdict.anomaly = true;
        verdict.kind = "slow-leak";
        describe(verdict, actual, widen);
        m_lastLeak = t;
    }
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
    return verdicts;
}

} // namespace

std::vector<DayVerdict> detectDailyAnomalies(std::span<const double> values, const AnomalyOptions& options,
                                             std::stop_token stop)
{
    return DailyDetector(values, options).run(stop);
}

} // namespace altimeter::analysis

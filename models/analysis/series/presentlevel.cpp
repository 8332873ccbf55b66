#include "models/analysis/series/presentlevel.h"

#include "models/analysis/series/median.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace altimeter::analysis {

namespace {

constexpr std::size_t Week = 7;
constexpr std::size_t DaysBefore = 2 * Week; ///< that tell the level before a change
constexpr std::size_t DaysAfter = Week + 1;  ///< at the least: each weekday, and one of them twice
constexpr std::size_t RecentDays = 8 * Week; ///< older changes are history to every method
constexpr std::size_t FewestPairs = 5;       ///< days with cost on either side
constexpr std::size_t MostChanges = 2;       ///< with more of them no level is the present one
constexpr std::size_t YearDays = 52 * Week;
constexpr std::size_t VisitDays = 4;  ///< in a row beyond the middle
constexpr std::size_t MostVisits = 1; ///< a level left more often than that comes and goes
constexpr double LeastChange = 0.22;  ///< of the logarithm: a quarter up, a fifth down
constexpr double Tightness = 0.25;    ///< typical distance from the own level, in shares of the change
constexpr double ClearShare = 0.85;   ///< of the days lie on their own side of the middle
constexpr double NoCost = 10;         ///< logarithm that stands for none where there was some

/// Logarithm of what a day costs in terms of its weekday; nothing to tell where both are idle or one is unknown.
std::optional<double> distance(double value, double usual)
{
    if (std::isnan(value) || std::isnan(usual) || (value == 0 && usual == 0))
        return std::nullopt;
    if (value == 0 || usual == 0)
        return value == 0 ? -NoCost : NoCost;
    return std::log(value / usual);
}

/// What each weekday cost before a place, NaN where that is unknown.
std::array<double, Week> weekBefore(std::span<const double> raw, std::size_t place)
{
    std::array<double, Week> sums{};
    std::array<double, Week> known{};
    for (std::size_t i = place - DaysBefore; i < place; ++i) {
        sums[i % Week] += std::isnan(raw[i]) ? 0 : raw[i];
        known[i % Week] += std::isnan(raw[i]) ? 0 : 1;
    }
    for (std::size_t i = 0; i < Week; ++i)
        sums[i] = known[i] > 0 ? sums[i] / known[i] : std::numeric_limits<double>::quiet_NaN();
    return sums;
}

std::vector<double> distances(std::span<const double> raw, const std::array<double, Week>& usual, std::size_t from,
                              std::size_t to)
{
    std::vector<double> answer;
    for (std::size_t i = from; i < to; ++i)
        if (const auto away = distance(raw[i], usual[i % Week]))
            answer.push_back(*away);
    return answer;
}

/// Whether days keep to their level: typically close to it, and hardly one beyond the middle, which lies `toMiddle`
/// from it.
bool isTight(const std::vector<double>& values, double level, double toMiddle)
{
    std::vector<double> away;
    double clear = 0;
    for (const double value : values) {
        away.push_back(std::abs(value - level));
        clear += (toMiddle > 0 ? value - level < toMiddle : value - level > toMiddle) ? 1 : 0;
    }
    return upperMedianOf(away) <= 2 * Tightness * std::abs(toMiddle) &&
           clear >= ClearShare * static_cast<double>(values.size());
}

/// How often cost was beyond the middle for some days, within the year before a place.
std::size_t visitsBefore(std::span<const double> raw, const std::array<double, Week>& usual, std::size_t place,
                         double middle)
{
    std::size_t visits = 0;
    std::size_t days = 0;
    for (std::size_t i = place > YearDays ? place - YearDays : 0; i < place; ++i) {
        const auto away = distance(raw[i], usual[i % Week]);
        if (!away)
            continue;
        days = (middle > 0 ? *away > middle : *away < middle) ? days + 1 : 0;
        visits += days == VisitDays ? 1 : 0;
    }
    return visits;
}

/// Ratio of the level from `place` on to the one before it; nothing when there is no clear change of level there.
std::optional<double> changeAt(std::span<const double> raw, std::size_t place)
{
    const auto usual = weekBefore(raw, place);
    const auto before = distances(raw, usual, place - DaysBefore, place);
    const auto after = distances(raw, usual, place, raw.size());
    if (before.size() < FewestPairs || after.size() < FewestPairs)
        return std::nullopt;
    const double change = upperMedianOf(after);
    if (std::abs(change) < LeastChange || std::abs(change) >= NoCost)
        return std::nullopt;
    const double side = change > 0 ? 1 : -1;
    const bool isEdge = side * before.back() < side * change / 2 && side * after.front() > side * change / 2;
    if (!isEdge || !isTight(before, 0, change / 2) || !isTight(after, change, -change / 2))
        return std::nullopt;
    if (visitsBefore(raw, usual, place, change / 2) > MostVisits)
        return std::nullopt;
    return std::exp(change);
}

} // namespace

std::vector<double> atPresentLevel(std::span<const double> raw)
{
    std::vector<double> level(raw.begin(), raw.end());
    if (std::any_of(raw.begin(), raw.end(), [](double value) { return value < 0; }))
        return level;
    const std::size_t n = raw.size();
    const std::size_t first = std::max(DaysBefore, n > RecentDays ? n - RecentDays : 0);
    std::size_t changes = 0;
    for (std::size_t place = n > DaysAfter ? n - DaysAfter : 0; place >= first; --place) {
        const auto ratio = changeAt(level, place);
        if (!ratio)
            continue;
        if (++changes > MostChanges)
            return {raw.begin(), raw.end()};
        for (std::size_t i = 0; i < place; ++i)
            level[i] *= *ratio;
    }
    return level;
}

} // namespace altimeter::analysis

#include "models/analysis/series/accidents.h"

#include "models/analysis/series/intermittent.h"
#include "models/analysis/series/median.h"
#include "models/analysis/series/ordinarydays.h"

#include <algorithm>
#include <cmath>

namespace altimeter::analysis {

namespace {

constexpr std::size_t LeastKnown = 14;
constexpr std::size_t MostAccidents = 2;
constexpr double FarSpreads = 12; ///< typical distances from the ordinary day
constexpr double FarLevels = 2;   ///< ordinary days
constexpr double Alike = 2;       ///< factor between two days that are of one kind

} // namespace

std::vector<Accident> accidentsOf(std::span<const double> raw, int season)
{
    std::vector<double> sizes;
    const auto ordinary = ordinaryDays(raw, season);
    std::vector<Accident> days;
    for (std::size_t t = 0; t < raw.size(); ++t) {
        if (std::isnan(raw[t]))
            continue;
        days.push_back({t, raw[t] - ordinary[t]});
        sizes.push_back(std::abs(days.back().excess));
    }
    if (days.size() < LeastKnown)
        return {};
    const double spread = upperMedianOf(sizes);
    const auto isFar = [&](const Accident& day) {
        return std::abs(day.excess) > FarSpreads * spread &&
               std::abs(day.excess) > FarLevels * std::abs(ordinary[day.at]);
    };
    std::vector<Accident> accidents;
    for (std::size_t i = 1; i < days.size(); ++i) {
        const auto& day = days[i];
        const bool isFollowed = i + 1 < days.size() && isFar(days[i + 1]);
        if (!isFar(day) || !(std::abs(ordinary[day.at]) > 0) || isFar(days[i - 1]) || isFollowed)
            continue;
        const auto alike = std::count_if(days.begin(), days.end(), [&](const Accident& other) {
            return isFar(other) && other.excess / day.excess > 1 / Alike && other.excess / day.excess < Alike;
        });
        if (alike == 1)
            accidents.push_back(day);
    }
    if (accidents.empty() || accidents.size() > MostAccidents)
        return {};
    std::vector<double> usual(raw.begin(), raw.end());
    for (const auto& day : accidents)
        usual[day.at] -= day.excess;
    if (isBursty(usual, season))
        return {};
    return accidents;
}

} // namespace altimeter::analysis

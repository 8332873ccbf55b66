#include "models/analysis/series/intermittent.h"

#include "models/analysis/series/ordinarydays.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace altimeter::analysis {

namespace {

constexpr std::size_t YearDays = 364;
constexpr std::size_t RecentDays = 91;
constexpr double ClearSigmas = 3;       ///< by which a quarter must differ to be another level
constexpr double RareShare = 0.2;       ///< of the money in ordinary days: below it there is no ordinary day
constexpr double BurstShare = 0.25;     ///< of the money in bursts
constexpr double RestShare = 0.3;       ///< of the days without cost, on phases that do have some
constexpr double IdleSpends = 4.6;      ///< expected on a phase that had none: its idleness is no accident (1 in 100)
constexpr std::size_t YoungSeasons = 3; ///< before which a phase has been seen too seldom for a median
constexpr std::size_t Accidents = 2;    ///< the largest bursts may be accidents, or another level

struct Moments {
    double n = 0;
    double sum = 0;
    double squares = 0;
    double spends = 0; ///< values that are not zero

    void add(double value)
    {
        n += 1;
        sum += value;
        squares += value * value;
        spends += value != 0 ? 1 : 0;
    }
    double mean() const { return n > 0 ? sum / n : 0; }
    double spendShare() const { return n > 0 ? spends / n : 0; }
    double variance() const { return n > 0 ? std::max(0.0, squares / n - mean() * mean()) : 0; }
};

Moments momentsOf(std::span<const double> values)
{
    Moments all;
    for (const double value : values)
        if (!std::isnan(value))
            all.add(value);
    return all;
}

std::vector<Moments> phasesOf(std::span<const double> values, std::size_t from, std::size_t season)
{
    std::vector<Moments> phases(season);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i]))
            phases[(from + i) % season].add(values[i]);
    return phases;
}

double mostSpends(const std::vector<Moments>& phases)
{
    double most = 0;
    for (const auto& phase : phases)
        most = std::max(most, phase.spendShare());
    return most;
}

/// Share of days without cost among those on which there might have been some.
double restShare(std::span<const double> values, std::size_t season)
{
    const auto phases = phasesOf(values, 0, season);
    const double most = mostSpends(phases);
    double days = 0;
    double spends = 0;
    for (const auto& phase : phases) {
        if (phase.spendShare() < 0.15 * most)
            continue;
        days += phase.n;
        spends += phase.spends;
    }
    return days > 0 ? 1 - spends / days : 0;
}

/// Excess over the ordinary days, summed over unbroken runs of one sign: a burst comes and goes, and a level that came
/// and stayed is a single one however many days it has lasted. Weekdays that are always idle break no run.
std::vector<double> burstsOf(std::span<const double> values, std::span<const double> ordinary, std::size_t season)
{
    const auto phases = phasesOf(values, 0, season);
    std::vector<double> bursts;
    bool isRun = false;
    for (std::size_t t = 0; t < values.size(); ++t) {
        if (std::isnan(values[t]) || phases[t % season].spends == 0)
            continue;
        const double excess = values[t] - ordinary[t];
        if (isRun && bursts.back() * excess > 0)
            bursts.back() += excess;
        else if (excess != 0)
            bursts.push_back(excess);
        isRun = excess != 0;
    }
    return bursts;
}

/// The part of the past year that tells of the level to come.
std::span<const double> levelWindow(std::span<const double> raw)
{
    const auto year = raw.last(std::min(raw.size(), YearDays));
    if (year.size() < 2 * RecentDays)
        return year;
    const auto recent = momentsOf(year.last(RecentDays));
    const auto before = momentsOf(year.first(year.size() - RecentDays));
    if (recent.n < 1 || before.n < 1)
        return year;
    const double error = std::sqrt(momentsOf(year).variance() * (1 / recent.n + 1 / before.n));
    return std::abs(recent.mean() - before.mean()) > ClearSigmas * error ? year.last(RecentDays) : year;
}

} // namespace

bool isBursty(std::span<const double> raw, int season)
{
    const auto year = raw.last(std::min(raw.size(), YearDays));
    const auto m = static_cast<std::size_t>(season);
    if (year.size() < YoungSeasons * m)
        return momentsOf(year).spendShare() < 1 - RestShare;
    if (restShare(year, m) >= RestShare)
        return true;
    const auto ordinary = ordinaryDays(year, season);
    double money = 0;
    double usual = 0;
    for (std::size_t t = 0; t < year.size(); ++t) {
        money += std::isnan(year[t]) ? 0 : std::abs(year[t]);
        usual += std::isnan(year[t]) ? 0 : std::abs(ordinary[t]);
    }
    if (!(money > 0))
        return false;
    if (usual < RareShare * money)
        return true;
    auto bursts = burstsOf(year, ordinary, m);
    for (std::size_t i = 0; i < Accidents && !bursts.empty(); ++i)
        bursts.erase(std::max_element(bursts.begin(), bursts.end(),
                                      [](double a, double b) { return std::abs(a) < std::abs(b); }));
    const double sum = std::accumulate(bursts.begin(), bursts.end(), 0.0);
    return std::abs(sum) > BurstShare * money;
}

std::vector<double> meanAhead(std::span<const double> raw, int season, int horizon)
{
    const auto m = static_cast<std::size_t>(season);
    const auto window = levelWindow(raw);
    const auto phases = phasesOf(window, raw.size() - window.size(), m);
    const double most = mostSpends(phases);
    Moments active; // all days but those of phases that are always idle
    std::vector<bool> isIdle;
    for (const auto& phase : phases) {
        isIdle.push_back(phase.spends == 0 && phase.n * most >= IdleSpends);
        if (isIdle.back())
            continue;
        active.n += phase.n;
        active.sum += phase.sum;
    }
    // As much of the difference between phases is kept as is more than their own errors make.
    double noise = 0;
    double size = 0;
    bool isSeenTwice = false;
    for (std::size_t i = 0; i < m; ++i) {
        const auto& phase = phases[i];
        if (isIdle[i] || phase.n == 0)
            continue;
        size += (phase.mean() - active.mean()) * (phase.mean() - active.mean());
        noise += phase.n > 1 ? phase.variance() / (phase.n - 1) : 0;
        isSeenTwice = isSeenTwice || phase.n > 1;
    }
    const double free = static_cast<double>(m - 3) / static_cast<double>(m);
    const double share = isSeenTwice && size > 0 ? std::max(0.0, 1 - free * noise / size) : 0;
    std::vector<double> path;
    for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
        const std::size_t at = (raw.size() + h) % m;
        const double own = phases[at].n > 0 ? phases[at].mean() : active.mean();
        path.push_back(isIdle[at] ? 0 : active.mean() + share * (own - active.mean()));
    }
    return path;
}

} // namespace altimeter::analysis

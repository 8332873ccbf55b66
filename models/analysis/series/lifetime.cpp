#include "models/analysis/series/lifetime.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace altimeter::analysis {

namespace {

constexpr std::size_t LeastStop = 4;     ///< zeros in a row that a daily one may have
constexpr std::size_t LeastPause = 14;   ///< zeros after which a restart may be a new life
constexpr std::size_t RestartSpends = 4; ///< days with cost that tell a restart from one more rare day
constexpr std::size_t OwnDays = 28;      ///< of a restart, from which on they are history enough

/// A day with cost and the known zeros directly before it.
struct Spend {
    std::size_t at = 0;
    std::size_t zerosBefore = 0;
};

/// Largest pause between two of `spends[from, to)`.
std::size_t longestPause(const std::vector<Spend>& spends, std::size_t from, std::size_t to)
{
    std::size_t longest = 0;
    for (std::size_t i = from + 1; i < to; ++i)
        longest = std::max(longest, spends[i].zerosBefore);
    return longest;
}

/// Index of the spend that began the present life: after the last pause that is out of proportion to all others.
std::size_t beginning(const std::vector<Spend>& spends)
{
    for (std::size_t i = spends.size(); i-- > 1;) {
        const std::size_t pause = spends[i].zerosBefore;
        const bool isEachDay = spends.size() - i >= 2 && spends.back().at - spends[i].at + 1 == spends.size() - i;
        if (pause < LeastPause || (spends.size() - i < RestartSpends && !isEachDay))
            continue;
        const std::size_t others = std::max(longestPause(spends, 0, i), longestPause(spends, i, spends.size()));
        if (pause > 2 * others + 7)
            return i;
    }
    return 0;
}

} // namespace

Lifetime presentLife(std::span<const double> history)
{
    Lifetime life;
    std::vector<Spend> spends;
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < history.size(); ++i) {
        if (history[i] == 0)
            ++zeros;
        if (std::isnan(history[i]) || history[i] == 0)
            continue;
        spends.push_back({i, zeros});
        zeros = 0;
    }
    const std::size_t first = beginning(spends);
    if (first > 0) {
        if (history.size() - spends[first].at >= OwnDays)
            life.birth = spends[first].at;
    } else if (spends.size() >= 2 && 2 * spends[0].zerosBefore > 3 * longestPause(spends, 0, spends.size())) {
        life.birth = spends[0].at;
    }
    life.values.assign(history.begin() + static_cast<std::ptrdiff_t>(life.birth), history.end());
    if (first > 0 && life.birth == 0) // the days before it still tell its weekdays, those between tell nothing
        std::fill(life.values.begin() + static_cast<std::ptrdiff_t>(spends[first - 1].at) + 1,
                  life.values.begin() + static_cast<std::ptrdiff_t>(spends[first].at),
                  std::numeric_limits<double>::quiet_NaN());
    const std::size_t rhythm = longestPause(spends, first, spends.size());
    life.hasStopped = !spends.empty() && zeros > std::max(LeastStop, 2 * rhythm + 2);
    return life;
}

} // namespace altimeter::analysis

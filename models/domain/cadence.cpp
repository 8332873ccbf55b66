#include "models/domain/cadence.h"

#include <algorithm>
#include <cstddef>

namespace altimeter {

std::optional<int> stoppedPause(std::span<const Day> days, Day through)
{
    constexpr std::size_t kLeastDays = 5;
    constexpr int kLeastPause = 3;
    if (days.size() < kLeastDays)
        return std::nullopt;
    int longest = 0;
    for (std::size_t i = 1; i < days.size(); ++i)
        longest = std::max(longest, days[i] - days[i - 1]);
    return through - days.back() > std::max(2 * longest, kLeastPause) ? std::optional(longest) : std::nullopt;
}

} // namespace altimeter

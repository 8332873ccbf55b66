#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

/// What the programs that measure frames say of them.
namespace altimeter::bench {

inline constexpr double kFrameMs = 1000.0 / 60;

inline double millisecondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// What the calling thread has had of a processor, which a busy machine does not change.
inline double processorMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Requires at least one time.
inline nlohmann::ordered_json figures(std::vector<double> milliseconds)
{
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto at = [&milliseconds](double share) {
        return milliseconds[static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1))];
    };
    const auto inTime = std::upper_bound(milliseconds.begin(), milliseconds.end(), kFrameMs) - milliseconds.begin();
    return {
        {"frames", milliseconds.size()},
        {"median ms", at(0.5)},
        {"95th of 100 ms", at(0.95)},
        {"longest ms", milliseconds.back()},
        {"share within a 60th of a second", static_cast<double>(inTime) / static_cast<double>(milliseconds.size())}};
}

} // namespace altimeter::bench

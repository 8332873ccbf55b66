#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace altimeter {

/// How many threads a pass over `rows` lines is worth: starting one costs as much as some ten thousand lines.
inline std::size_t threadsFor(std::uint64_t rows)
{
    constexpr std::uint64_t kWorthAThread = 100'000;
    const std::size_t machine = std::max(1U, std::thread::hardware_concurrency());
    return std::clamp<std::size_t>(static_cast<std::size_t>(rows / kWorthAThread), 1,
                                   std::min<std::size_t>(machine, 8));
}

/// Calls `work(0)` … `work(threads - 1)` at the same time and comes back when all have ended; nothing outlives the
/// call.
inline void forkJoin(std::size_t threads, const std::function<void(std::size_t)>& work)
{
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i)
        others.emplace_back([&work, i] { work(i); });
    work(0);
}

} // namespace altimeter

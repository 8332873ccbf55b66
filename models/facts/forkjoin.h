#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
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
/// call. Where the system has no thread left, the caller does that work too. An exception of one of them is thrown on
/// to the caller, as if the caller had done the work.
///
/// Threads are started for each call and joined in it, in place of a pool: threadsFor() asks for one only where the
/// pass outweighs its start, and there is no pool that one question could fill up for another.
inline void forkJoin(std::size_t threads, const std::function<void(std::size_t)>& work)
{
    std::vector<std::exception_ptr> failures(threads);
    const auto guarded = [&](std::size_t i) noexcept {
        try {
            work(i);
        } catch (...) {
            failures[i] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        std::size_t next = 1;
        try {
            for (; next < threads; ++next)
                others.emplace_back([&guarded, i = next] { guarded(i); });
        } catch (const std::exception&) {
        }
        guarded(0);
        for (; next < threads; ++next)
            guarded(next);
    }
    for (const std::exception_ptr& failure : failures) {
        if (failure)
            std::rethrow_exception(failure);
    }
}

} // namespace altimeter

#pragma once

#include "models/domain/caught.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace altimeter::session {

/// Runs work on a few threads of its own and hands each answer back through `post`, which must carry a closure to the
/// thread that owns the runner (the window's mailbox).
///
/// A slot is a question that is asked again and again: the newest request wins, an older one is asked to stop and its
/// answer is dropped. run() and the destructor belong to one thread; the destructor stops every slot and waits, so that
/// nothing calls back into a dead owner.
class JobRunner {
public:
    using Post = std::function<void(std::function<void()>)>;

    JobRunner(std::size_t threads, Post post);
    ~JobRunner();
    JobRunner(const JobRunner&) = delete;
    JobRunner& operator=(const JobRunner&) = delete;

    /// `work(stop)` runs on a worker; an exception that leaves it is delivered as an Error; `deliver(answer)` on the
    /// owner's thread, unless a newer request took the slot.
    template <typename Work, typename Deliver> void run(const std::string& slot, Work work, Deliver deliver)
    {
        Job& job = m_jobs[slot];
        job.stop.request_stop();
        job.stop = std::stop_source();
        if (job.isSuperseded)
            *job.isSuperseded = true;
        job.isSuperseded = std::make_shared<std::atomic<bool>>(false);
        const std::uint64_t ticket = ++job.ticket;
        submit([this, slot, ticket, stop = job.stop.get_token(), isSuperseded = job.isSuperseded,
                work = std::move(work), deliver = std::move(deliver)]() mutable {
            if (*isSuperseded)
                return; // nobody waits for its answer; one that was only stopped is waited for
            auto answer = std::make_shared<decltype(work(stop))>(answerOf(work, stop));
            m_post([this, slot, ticket, answer, deliver = std::move(deliver)]() mutable {
                if (m_jobs[slot].ticket == ticket)
                    deliver(std::move(*answer));
                else // a worker lets go of it: a large answer takes longer to free than a frame lasts
                    submit([answer = std::move(answer)] {});
            });
        });
    }
    /// Asks the slot's current work to stop; its answer (usually Cancelled) is still delivered, also where it had not
    /// begun yet.
    void stop(const std::string& slot);

private:
    /// An exception that leaves the work, above all for want of memory, is its answer where that can be an Error.
    template <typename Work> static auto answerOf(Work& work, const std::stop_token& stop) -> decltype(work(stop))
    {
        if constexpr (std::is_constructible_v<decltype(work(stop)), Error>)
            return caught([&] { return work(stop); });
        else
            return work(stop);
    }

    struct Job {
        std::stop_source stop;
        std::shared_ptr<std::atomic<bool>> isSuperseded; ///< by a newer request of the slot
        std::uint64_t ticket = 0;
    };
    void submit(std::function<void()> task);
    void work(const std::stop_token& stop);

    const Post m_post;
    std::map<std::string, Job> m_jobs; ///< owner's thread only
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_tasks; ///< guarded by m_mutex
    std::vector<std::jthread> m_threads;
};

} // namespace altimeter::session

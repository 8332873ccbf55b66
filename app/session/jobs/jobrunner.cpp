#include "app/session/jobs/jobrunner.h"

#include <utility>

namespace altimeter::session {

JobRunner::JobRunner(std::size_t threads, Post post) : m_post(std::move(post))
{
    for (std::size_t i = 0; i < threads; ++i)
        m_threads.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

JobRunner::~JobRunner()
{
    for (auto& [slot, job] : m_jobs)
        job.stop.request_stop();
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.clear();
    }
    for (std::jthread& thread : m_threads)
        thread.request_stop();
    m_threads.clear(); // joins
}

void JobRunner::stop(const std::string& slot)
{
    const auto found = m_jobs.find(slot);
    if (found != m_jobs.end())
        found->second.stop.request_stop();
}

void JobRunner::submit(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_wake.notify_one();
}

void JobRunner::work(const std::stop_token& stop)
{
    while (true) {
        std::function<void()> task;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_tasks.empty(); }))
                return;
            task = std::move(m_tasks.front());
            m_tasks.pop_front();
        }
        try {
            task();
        } catch (...) { // no memory for the answer, or work that answers no Result: its request gets no answer
        }
    }
}

} // namespace altimeter::session

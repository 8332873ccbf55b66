#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace altimeter::cli {

/// Turns Ctrl+C (and a polite kill or hang-up) into a stop request; a second one ends the program at once.
///
/// The signals are taken by a thread of their own, never in a handler, so that what a stop request calls may lock.
/// To be made before any other thread: they inherit the blocked signals. Signals the caller ignores stay ignored.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }

private:
    void watch();

    sigset_t m_signals{};
    std::stop_source m_stop;
    std::jthread m_watcher; ///< last, so that it ends first
};

} // namespace altimeter::cli

#pragma once

#include "models/domain/progress.h"

#include <chrono>
#include <cstdio>

namespace altimeter::cli {

/// A bar on a terminal for work that takes longer than a second; nothing anywhere else. It wipes itself at the end.
class ProgressBar {
public:
    ProgressBar(std::FILE* terminal, bool enabled)
        : m_terminal(terminal), m_enabled(enabled), m_begin(std::chrono::steady_clock::now())
    {
    }
    ~ProgressBar() { wipe(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void show(const Progress& progress);
    /// Removes the bar, so that a message can follow.
    void wipe();

private:
    std::FILE* m_terminal;
    bool m_enabled;
    bool m_isShown = false;
    std::chrono::steady_clock::time_point m_begin;
};

/// One line of at most 78 columns: phase, bar and percentage where the whole is known, rows so far.
std::string progressLine(const Progress& progress);

} // namespace altimeter::cli

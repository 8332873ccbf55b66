#include "app/cli/progressbar.h"

#include "app/cli/text.h"
#include "models/text/utf8.h"

#include <algorithm>

namespace altimeter::cli {

void ProgressBar::show(const Progress& progress)
{
    if (!m_enabled || std::chrono::steady_clock::now() - m_begin < std::chrono::seconds(1))
        return;
    m_isShown = true;
    std::fprintf(m_terminal, "\r%s\033[K", progressLine(progress).c_str());
    std::fflush(m_terminal);
}

void ProgressBar::wipe()
{
    if (!m_isShown)
        return;
    m_isShown = false;
    std::fputs("\r\033[K", m_terminal);
    std::fflush(m_terminal);
}

std::string progressLine(const Progress& progress)
{
    constexpr std::size_t kBarWidth = 16;
    constexpr std::size_t kPhaseWidth = 20;
    std::string line(words::firstCharacters(terminalText(progress.phase), kPhaseWidth));
    if (progress.totalBytes > 0) {
        const double share =
            std::min(1.0, static_cast<double>(progress.bytes) / static_cast<double>(progress.totalBytes));
        const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
        line += " [" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] ";
        line += std::to_string(static_cast<int>(share * 100)) + " %";
    }
    if (progress.rows > 0)
        line += "  " + std::to_string(progress.rows) + " rows";
    if (progress.secondsLeft)
        line += "  " + std::to_string(*progress.secondsLeft) + " s left";
    return line;
}

} // namespace altimeter::cli

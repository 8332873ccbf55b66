#include "app/gui/areas/sessionimports.h"

#include <filesystem>
#include <utility>

namespace altimeter::gui {

void SessionImports::start(const std::vector<std::string>& paths, const std::string& source, ui::ProgressSink progress,
                           ui::Answer<ImportReport> answer)
{
    std::vector<std::filesystem::path> files(paths.begin(), paths.end());
    auto post = [relayed = m_desk.relay(std::move(progress))](const session::Engine::Progress& at) {
        relayed({at.phase, at.rows, at.bytes, at.totalBytes, at.secondsLeft});
    };
    m_desk.change<ImportReport>(
        "import", Desk::Affects::Figures, std::move(answer),
        [files = std::move(files), source, post = std::move(post)](session::Engine& engine,
                                                                   const std::stop_token& stop) {
            session::Engine::ImportOptions options;
            options.source = source;
            return engine.importPaths(files, options, post, stop);
        });
}

void SessionImports::cancel()
{
    m_desk.writes().stop("import");
}

} // namespace altimeter::gui

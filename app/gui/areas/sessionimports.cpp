#include "app/gui/areas/sessionimports.h"

#include <filesystem>
#include <utility>

namespace altimeter::gui {

void SessionImports::start(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink progress,
                           ui::Answer<ImportReport> answer)
{
    std::vector<std::filesystem::path> files(paths.begin(), paths.end());
    m_desk.change<ImportReport>("import", Desk::Affects::Figures, std::move(answer),
                                [files = std::move(files), wish, post = m_desk.relay(std::move(progress))](
                                    session::Engine& engine, const std::stop_token& stop) {
                                    session::ImportOptions options;
                                    options.source = wish.source;
                                    options.replace = wish.replace;
                                    options.keepBoth = wish.keepBoth;
                                    options.decimalComma = wish.decimalComma;
                                    options.dayFirst = wish.dayFirst;
                                    return session::importPaths(engine.file(), files, options, post, stop);
                                });
}

void SessionImports::cancel()
{
    m_desk.writes().stop("import");
}

} // namespace altimeter::gui

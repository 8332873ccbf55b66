#include "app/gui/areas/sessionimports.h"

#include "app/session/imports/importing.h"
#include "app/session/imports/takingback.h"

#include <filesystem>
#include <utility>

namespace altimeter::gui {

namespace {

session::ImportOptions optionsOf(const ui::Imports::Wish& wish)
{
    session::ImportOptions options;
    options.source = wish.source;
    options.replace = wish.replace;
    options.keepBoth = wish.keepBoth;
    options.decimalComma = wish.decimalComma;
    options.dayFirst = wish.dayFirst;
    options.leftOut = wish.leftOut;
    return options;
}

} // namespace

void SessionImports::start(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink progress,
                           ui::Answer<ImportReport> answer)
{
    std::vector<std::filesystem::path> files(paths.begin(), paths.end());
    m_desk.change<ImportReport>("import", Desk::Affects::Figures, std::move(answer),
                                [files = std::move(files), wish, post = m_desk.relay(std::move(progress))](
                                    session::Engine& engine, const std::stop_token& stop) {
                                    return session::importPaths(engine.file(), files, optionsOf(wish), post, stop);
                                });
}

void SessionImports::survey(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink progress,
                            ui::Answer<ImportSurvey> answer)
{
    std::vector<std::filesystem::path> files(paths.begin(), paths.end());
    m_desk.change<ImportSurvey>("survey", Desk::Affects::ViewsOnly, std::move(answer),
                                [files = std::move(files), wish, post = m_desk.relay(std::move(progress))](
                                    session::Engine& engine, const std::stop_token& stop) {
                                    return session::surveyPaths(engine.file(), files, optionsOf(wish), post, stop);
                                });
}

void SessionImports::takeBack(std::int64_t delivery, ui::Answer<SetAsideReport> answer)
{
    m_desk.change<SetAsideReport>(m_desk.newSlot("aside"), Desk::Affects::Figures, std::move(answer),
                                  [delivery](session::Engine& engine, const std::stop_token& stop) {
                                      return session::takeBack(engine.file(), delivery, {}, stop);
                                  });
}

void SessionImports::removeSource(const std::string& name, ui::Answer<SetAsideReport> answer)
{
    m_desk.change<SetAsideReport>(m_desk.newSlot("aside"), Desk::Affects::Figures, std::move(answer),
                                  [name](session::Engine& engine, const std::stop_token& stop) {
                                      return session::removeSource(engine.file(), name, {}, stop);
                                  });
}

void SessionImports::restoreSource(const std::string& name, ui::Answer<SetAsideReport> answer)
{
    m_desk.change<SetAsideReport>(m_desk.newSlot("aside"), Desk::Affects::Figures, std::move(answer),
                                  [name](session::Engine& engine, const std::stop_token& stop) {
                                      return session::restoreSource(engine.file(), name, {}, stop);
                                  });
}

void SessionImports::cancel()
{
    m_desk.writes().stop("survey");
    m_desk.writes().stop("import");
}

} // namespace altimeter::gui

#include "app/gui/areas/sessionviews.h"

#include "app/session/workspace/views.h"

#include <utility>

namespace altimeter::gui {

std::vector<SavedView> SessionViews::all() const
{
    return m_desk.engine() ? session::savedViews(m_desk.engine()->file()) : std::vector<SavedView>();
}

void SessionViews::save(const SavedView& view, ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("view"), Desk::Affects::ViewsOnly, std::move(answer),
                        [view](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::saveView(engine.file(), view));
                        });
}

void SessionViews::remove(const std::string& name, ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("view"), Desk::Affects::ViewsOnly, std::move(answer),
                        [name](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::removeView(engine.file(), name));
                        });
}

void SessionViews::rename(const std::string& from, const std::string& to, ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("view"), Desk::Affects::ViewsOnly, std::move(answer),
                        [from, to](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::renameView(engine.file(), from, to));
                        });
}

void SessionViews::order(const std::vector<std::string>& names, ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("view"), Desk::Affects::ViewsOnly, std::move(answer),
                        [names](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::orderViews(engine.file(), names));
                        });
}

} // namespace altimeter::gui

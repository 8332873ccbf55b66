#include "app/gui/areas/sessionnotes.h"

#include "app/session/workspace/notes.h"
#include "app/session/workspace/presenttime.h"

#include <utility>

namespace altimeter::gui {

std::vector<Note> SessionNotes::all() const
{
    return m_desk.engine() ? session::notes(m_desk.engine()->file()) : std::vector<Note>();
}

void SessionNotes::save(const Note& note, ui::Answer<Note> answer)
{
    m_desk.change<Note>(m_desk.newSlot("note"), Desk::Affects::ViewsOnly, std::move(answer),
                        [note](session::Engine& engine, const std::stop_token&) {
                            return session::keepNote(engine.file(), note, session::presentTime());
                        });
}

void SessionNotes::restore(const Note& note, ui::Answer<Note> answer)
{
    m_desk.change<Note>(
        m_desk.newSlot("note"), Desk::Affects::ViewsOnly, std::move(answer),
        [note](session::Engine& engine, const std::stop_token&) { return session::restoreNote(engine.file(), note); });
}

void SessionNotes::remove(std::int64_t id, ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("note"), Desk::Affects::ViewsOnly, std::move(answer),
                        [id](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::removeNote(engine.file(), id));
                        });
}

} // namespace altimeter::gui

#include "app/gui/areas/sessionfindings.h"

#include "app/session/workspace/acknowledging.h"

#include <utility>

namespace altimeter::gui {

void SessionFindings::acknowledge(const std::vector<SeenFinding>& seen, const std::string& note,
                                  ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("finding"), Desk::Affects::ViewsOnly, std::move(answer),
                        [seen, note](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::acknowledge(engine.file(), seen, note));
                        });
}

void SessionFindings::reopen(const std::vector<FindingKey>& keys, ui::Answer<bool> answer)
{
    m_desk.change<bool>(m_desk.newSlot("finding"), Desk::Affects::ViewsOnly, std::move(answer),
                        [keys](session::Engine& engine, const std::stop_token&) {
                            return toResult(session::reopen(engine.file(), keys));
                        });
}

} // namespace altimeter::gui

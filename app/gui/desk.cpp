#include "app/gui/desk.h"

namespace altimeter::gui {

namespace {

constexpr std::size_t kQuestionsAtATime = 2;
constexpr std::size_t kSyncsAtATime = 4;

} // namespace

Desk::Desk(std::function<void()> onChanged)
    : m_onChanged(std::move(onChanged)),
      m_questions(kQuestionsAtATime, [this](std::function<void()> closure) { post(std::move(closure)); }),
      m_writes(1, [this](std::function<void()> closure) { post(std::move(closure)); }),
      m_syncs(kSyncsAtATime, [this](std::function<void()> closure) { post(std::move(closure)); })
{
}

void Desk::setEngine(EnginePtr engine)
{
    letGo();
    m_engine = std::move(engine);
}

// Held no longer than a turn: a snapshot that is kept keeps all that is written meanwhile in the file's journal
// (resources/docs/decisions/snapshot.md), and a sync writes for minutes before it is announced.
const session::SnapshotPtr& Desk::snapshot()
{
    if (!m_snapshot && m_engine) {
        m_snapshot = m_engine->snapshot();
        post([this] { letGo(); });
    }
    return m_snapshot;
}

/// On a worker: the last to hold a revision frees all that the next one does not share.
void Desk::letGo()
{
    if (m_snapshot)
        m_questions.run(
            "revision", [held = std::move(m_snapshot)](const std::stop_token&) { return true; }, [](bool) {});
}

void Desk::announceNews()
{
    if (m_engine && m_engine->snapshot()->revision != m_announced)
        announce();
}

void Desk::announce()
{
    letGo();
    m_announced = m_engine ? m_engine->snapshot()->revision : 0;
    m_onChanged();
}

} // namespace altimeter::gui

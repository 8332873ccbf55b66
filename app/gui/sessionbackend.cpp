#include "app/gui/sessionbackend.h"

#include "app/session/questions/answers.h"

#include <QDateTime>
#include <QTimer>

#include <utility>
#include <variant>

namespace altimeter::gui {

namespace {

constexpr int kMinute = 60'000; ///< in milliseconds

} // namespace

SessionBackend::SessionBackend(const QString& settingsFile, std::shared_ptr<session::SecretStore> secrets)
    : m_settings(settingsFile), m_desk([this] {
          if (m_workspaces.onChanged)
              m_workspaces.onChanged(m_workspaces.info());
      }),
      m_syncs(m_desk, m_settings), m_connections(m_desk, m_syncs, std::move(secrets)),
      m_workspaces(m_desk, m_settings, m_connections, m_syncs), m_imports(m_desk), m_backups(m_desk, m_workspaces),
      m_rules(m_desk), m_views(m_desk), m_notes(m_desk), m_exports(m_desk), m_findings(m_desk)
{
    auto* schedule = new QTimer(m_desk.owner());
    schedule->setInterval(kMinute);
    QObject::connect(schedule, &QTimer::timeout, m_desk.owner(), [this] {
        refresh();
        syncWhatIsDue({QDateTime::currentSecsSinceEpoch()});
    });
    schedule->start();
}

void SessionBackend::put(const std::string& slot, Question question, ui::Answer<ui::AnyAnswer> answer)
{
    m_desk.ask<ui::AnyAnswer>(
        slot, std::move(answer),
        [question = std::move(question)](const session::Snapshot& snapshot, const std::stop_token& stop) {
            return std::visit(
                [&](const auto& asked) -> Result<ui::AnyAnswer> {
                    auto found = session::answer(snapshot, asked, stop);
                    if (!found)
                        return found.error();
                    return ui::AnyAnswer::of(found.take());
                },
                question);
        });
}

void SessionBackend::compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                             std::function<void(bool isDone)> done)
{
    m_desk.questions().run(
        slot,
        [work = std::move(work)](const std::stop_token& stop) -> Result<bool> {
            work(stop);
            return true;
        },
        [done = std::move(done)](const Result<bool>& result) { done(result.ok()); });
}

void SessionBackend::refresh()
{
    if (!m_desk.engine())
        return;
    m_desk.writes().run(
        "refresh", [engine = m_desk.engine()](const std::stop_token&) { return engine->refresh(); },
        // Also what a sync or an earlier refresh brought that nobody waited for
        [this](const Result<bool>&) { m_desk.announceNews(); });
}

} // namespace altimeter::gui

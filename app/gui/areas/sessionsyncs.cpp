#include "app/gui/areas/sessionsyncs.h"

#include "app/session/sync/connections.h"

#include <algorithm>
#include <utility>

namespace altimeter::gui {

namespace {

constexpr std::int64_t kPauseBetweenTries = 15 * 60; ///< seconds

} // namespace

/// Connections that were asked for together.
struct SessionSyncs::Round {
    Desk::EnginePtr engine; ///< whose connections they are
    std::function<void(const SyncProgress&)> progress;
    ui::Answer<std::vector<SyncResult>> answer;
    std::vector<SyncResult> results;
    std::size_t open = 0; ///< that have not ended yet
};

void SessionSyncs::plan(const std::string& slot, const std::vector<std::string>& names,
                        ui::Answer<std::vector<SyncPlan>> answer)
{
    m_desk.askEngine<std::vector<SyncPlan>>(slot, std::move(answer),
                                            [names](const session::Engine& engine, const std::stop_token&) {
                                                session::SyncOptions all;
                                                all.names = names;
                                                return engine.connections().plan(all);
                                            });
}

void SessionSyncs::start(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
                         ui::Answer<std::vector<SyncResult>> answer)
{
    auto round = std::make_shared<Round>();
    round->progress = std::move(progress);
    round->answer = std::move(answer);
    startRound(names, {}, round);
}

void SessionSyncs::startRound(const std::vector<std::string>& names, Instant dueAt, const std::shared_ptr<Round>& round)
{
    round->engine = m_desk.engine();
    m_desk.askEngine<std::vector<ConnectionInfo>>(
        m_desk.newSlot("sync.names"),
        [this, names, dueAt, round](Result<std::vector<ConnectionInfo>> known) {
            if (known && round->engine != m_desk.engine()) // what was listed is of a workspace that is closed by now
                known = Error{ErrorCode::Cancelled, "the workspace was closed", {}};
            if (!known) {
                round->answer(known.error());
                return;
            }
            std::vector<std::string> chosen;
            for (const ConnectionInfo& one : *known) {
                const std::string& name = one.settings.name;
                const bool isNamed = names.empty() || std::find(names.begin(), names.end(), name) != names.end();
                const bool isDue =
                    !dueAt.isValid() || (one.nextSync.isValid() && one.nextSync <= dueAt && mayTryAgain(name, dueAt));
                const bool isConfirmed = one.unconfirmed.empty() || !names.empty(); // one that is named says why not
                if (isNamed && isDue && isConfirmed && !m_running.contains(name))
                    chosen.push_back(name);
            }
            round->open = chosen.size();
            if (chosen.empty())
                round->answer(round->results);
            for (const std::string& name : chosen)
                startOne(name, dueAt, round);
        },
        [](const session::Engine& engine, const std::stop_token&) { return engine.connections().list(); });
}

/// A sync whose outcome could not be kept is due again at once, and costs again.
bool SessionSyncs::mayTryAgain(const std::string& name, Instant now) const
{
    const auto tried = m_tried.find(name);
    return tried == m_tried.end() || now.seconds >= tried->second.seconds + kPauseBetweenTries;
}

void SessionSyncs::startOne(const std::string& name, Instant dueAt, const std::shared_ptr<Round>& round)
{
    std::stop_source& source = m_running[name] = std::stop_source();
    if (dueAt.isValid())
        m_tried[name] = dueAt;
    session::SyncOptions options;
    options.dueAt = dueAt;
    m_desk.syncs().run(
        "sync/" + name,
        [engine = round->engine, name, options, source,
         tell = m_desk.relay(round->progress)](const std::stop_token& stop) mutable {
            // The runner's own stop (at the end of the program) and the user's Cancel both end it.
            const std::stop_callback ended(stop, [&source] { source.request_stop(); });
            return engine->connections().syncOne(name, options, tell, source.get_token());
        },
        [this, name, round](SyncResult result) {
            m_running.erase(name);
            m_desk.announceNews(); // days without a charge are news as well
            round->results.push_back(std::move(result));
            if (--round->open == 0)
                round->answer(round->results);
        });
}

void SessionSyncs::cancel(const std::string& name)
{
    for (auto& [connection, source] : m_running) {
        if (name.empty() || name == connection)
            source.request_stop();
    }
}

void SessionSyncs::startWhatIsDue(Instant now)
{
    if (!m_desk.engine() || m_settings.value("scheduled_sync") == "off")
        return;
    auto round = std::make_shared<Round>();
    round->progress = [this](const SyncProgress& at) {
        if (onProgress)
            onProgress(at);
    };
    round->answer = [](const Result<std::vector<SyncResult>>&) {};
    startRound({}, now, round);
}

} // namespace altimeter::gui

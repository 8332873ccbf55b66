#include "app/gui/areas/sessionsyncs.h"

#include "app/session/sync/connections.h"

#include <algorithm>
#include <utility>

namespace altimeter::gui {

/// Connections that were asked for together.
struct SessionSyncs::Round {
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
                                                return engine.connections().plan({names, {}, {}});
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
    m_desk.askEngine<std::vector<ConnectionInfo>>(
        m_desk.newSlot("sync.names"),
        [this, names, dueAt, round](Result<std::vector<ConnectionInfo>> known) {
            if (!known) {
                round->answer(known.error());
                return;
            }
            std::vector<std::string> chosen;
            for (const ConnectionInfo& one : *known) {
                const std::string& name = one.settings.name;
                const bool isNamed = names.empty() || std::find(names.begin(), names.end(), name) != names.end();
                const bool isDue = !dueAt.isValid() || (one.nextSync.isValid() && one.nextSync <= dueAt);
                const bool isConfirmed = one.unconfirmed.empty() || !names.empty(); // one that is named says why not
                if (isNamed && isDue && isConfirmed && !m_running.contains(name))
                    chosen.push_back(name);
            }
            round->open = chosen.size();
            if (chosen.empty())
                round->answer(round->results);
            for (const std::string& name : chosen)
                startOne(name, round);
        },
        [](const session::Engine& engine, const std::stop_token&) { return engine.connections().list(); });
}

void SessionSyncs::startOne(const std::string& name, const std::shared_ptr<Round>& round)
{
    std::stop_source& source = m_running[name] = std::stop_source();
    m_desk.syncs().run(
        "sync/" + name,
        [engine = m_desk.engine(), name, source,
         tell = m_desk.relay(round->progress)](const std::stop_token& stop) mutable {
            // The runner's own stop (at the end of the program) and the user's Cancel both end it.
            const std::stop_callback ended(stop, [&source] { source.request_stop(); });
            return engine->connections().syncOne(name, {}, tell, source.get_token());
        },
        [this, name, round](SyncResult result) {
            m_running.erase(name);
            if (result.partitionsNew + result.partitionsReplaced + result.partitionsRemoved > 0)
                m_desk.announce();
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

#include "app/gui/areas/sessionbackups.h"

#include "app/session/workspace/upkeep.h"

#include <chrono>
#include <thread>
#include <utility>

namespace altimeter::gui {

template <typename T, typename Work>
void SessionBackups::run(const std::string& phase, ui::ProgressSink progress, ui::Answer<T> answer, Work work)
{
    auto post = [phase, relayed = m_desk.relay(std::move(progress))](std::uint64_t done, std::uint64_t all) {
        relayed({phase, 0, done, all, {}});
    };
    m_desk.writes().run(
        "upkeep",
        [work = std::move(work), post = std::move(post)](const std::stop_token& stop) { return work(post, stop); },
        std::move(answer));
}

void SessionBackups::list(const std::string& workspace, ui::Answer<std::vector<Backup>> answer)
{
    m_desk.questions().run(
        "backups",
        [workspace](const std::stop_token&) -> Result<std::vector<Backup>> { return session::backupsOf(workspace); },
        std::move(answer));
}

void SessionBackups::make(ui::ProgressSink progress, ui::Answer<Backup> answer)
{
    run<Backup>("Copying", std::move(progress), std::move(answer),
                [path = m_workspaces.info().path](const session::UpkeepProgress& post, const std::stop_token& stop) {
                    return session::backUp(path, {}, post, stop);
                });
}

void SessionBackups::restore(const std::string& backup, const std::string& workspace, ui::ProgressSink progress,
                             ui::Answer<RestoreReport> answer)
{
    if (m_workspaces.info().path == workspace)
        m_workspaces.close();
    run<RestoreReport>("Restoring", std::move(progress), std::move(answer),
                       [backup, workspace](const session::UpkeepProgress& post, const std::stop_token& stop) {
                           // A question that was on its way when the workspace was closed holds it a moment longer.
                           constexpr int kTries = 30;
                           constexpr auto kPause = std::chrono::milliseconds(100);
                           auto report = session::restore(backup, workspace, post, stop);
                           for (int tries = 0; tries < kTries && !report && report.error().code == ErrorCode::Busy;
                                ++tries) {
                               std::this_thread::sleep_for(kPause);
                               report = session::restore(backup, workspace, post, stop);
                           }
                           return report;
                       });
}

void SessionBackups::salvage(const std::string& damaged, const std::string& target, ui::ProgressSink progress,
                             ui::Answer<SalvageReport> answer)
{
    run<SalvageReport>("Salvaging", std::move(progress), std::move(answer),
                       [damaged, target](const session::UpkeepProgress& post, const std::stop_token& stop) {
                           return session::salvage(damaged, target, post, stop);
                       });
}

void SessionBackups::cancel()
{
    m_desk.writes().stop("upkeep");
}

} // namespace altimeter::gui

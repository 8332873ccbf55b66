#include "app/session/workspace/upkeep.h"

#include "models/store/file/backup.h"
#include "models/store/file/salvage.h"
#include "models/store/file/workspace.h"
#include "resources/assets.h"

#include <chrono>

namespace altimeter::session {

Result<Backup> backUp(const std::filesystem::path& workspace, const std::filesystem::path& out,
                      const UpkeepProgress& progress, const std::stop_token& stop)
{
    const auto opened = store::openAnyWorkspace(workspace.string(), stop);
    if (!opened)
        return opened.error();
    if (out.empty())
        return store::makeBackup(opened->connection, workspace, store::BackupReason::Asked, progress, stop);
    if (auto made = store::backUpTo(opened->connection, out, progress, stop); !made)
        return made.error();
    std::error_code ignored;
    return Backup{out.string(), store::timeNow(), std::string(store::reasonName(store::BackupReason::Asked)),
                  std::filesystem::file_size(out, ignored)};
}

std::vector<Backup> backupsOf(const std::filesystem::path& workspace)
{
    return store::listBackups(workspace);
}

Result<RestoreReport> restore(const std::filesystem::path& backup, const std::filesystem::path& workspace,
                              const UpkeepProgress& progress, const std::stop_token& stop)
{
    auto restored = store::restoreBackup(backup, workspace, progress, stop);
    if (!restored)
        return restored.error();
    return RestoreReport{restored->aside.string(), std::move(restored->notes)};
}

Result<SalvageReport> salvage(const std::filesystem::path& damaged, const std::filesystem::path& target,
                              const UpkeepProgress& progress, const std::stop_token& stop)
{
    using namespace std::chrono;
    const auto now = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
    return store::salvage(damaged, target, defaultRules(), now, progress, stop);
}

} // namespace altimeter::session

#pragma once

#include "models/domain/result.h"
#include "models/domain/upkeep.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// Dated copies of a workspace in a folder beside it (NAME.backups), each named by its time and reason and checked
/// before it gets its name. The newest ten are kept, and of the older ones the newest of each month, for a year.

enum class BackupReason { Asked, Migration, Publish, Restore };
std::string_view reasonName(BackupReason reason); ///< "asked", "migration", "publish", "restore"

using CopyProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// "2026-11-21T08:30:00Z", as backups tell their time.
std::string timeNow();

std::filesystem::path backupFolder(const std::filesystem::path& workspace);
/// Newest first; none where there is no folder.
std::vector<Backup> listBackups(const std::filesystem::path& workspace);

/// Makes one of what `source` sees, in the folder beside `workspace`, and removes those that are no longer kept. It
/// appears whole or not at all. Error Corrupt when the workspace is damaged: then the earlier ones all stay.
Result<Backup> makeBackup(const sql::Connection& source, const std::filesystem::path& workspace, BackupReason reason,
                          const CopyProgress& progress, const std::stop_token& stop);
/// The same into a file of the caller's choice. Error Invalid when it exists.
Status backUpTo(const sql::Connection& source, const std::filesystem::path& target, const CopyProgress& progress,
                const std::stop_token& stop);

/// Makes sure that there is a way back before rules are published. A copy is made unless the newest one is younger than
/// a day and the workspace is larger than kSmallWorkspace: the rules that were in force stay in the workspace as a
/// version of their own, whatever is published over them.
Status backUpBeforePublishing(const sql::Connection& source, const std::stop_token& stop);
inline constexpr std::uint64_t kSmallWorkspace = std::uint64_t{64} << 20U;

/// Reads the whole file and compares everything that carries a checksum. Nothing is written, also not beside it. Error
/// Corrupt, Unsupported, NotFound, Io, Cancelled.
Status verifyWorkspace(const std::filesystem::path& file, const std::stop_token& stop);

/// What restoring left of the state before.
struct Restored {
    std::filesystem::path aside;    ///< the file that was there; empty: none was
    std::vector<std::string> notes; ///< sentences about what was found beside the backup
};
/// Puts a copy of `backup`, with what waits in the journal beside it, in the place of `workspace`, after checking it.
/// `backup` may be in use. The file that is there now and its journal are renamed, never deleted; a kill leaves the
/// file that was there with its journal, or the restored one. Error Busy while any program has the workspace open.
Result<Restored> restoreBackup(const std::filesystem::path& backup, const std::filesystem::path& workspace,
                               const CopyProgress& progress, const std::stop_token& stop);

} // namespace altimeter::store

#pragma once

#include "models/domain/result.h"
#include "models/domain/upkeep.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

/// Care for a workspace file that needs no open Engine, and for some of it must have none.
namespace altimeter::session {

using UpkeepProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// Makes a checked copy of `workspace`, in the folder of backups beside it or as `out`. Error Invalid when `out`
/// exists; Corrupt when the workspace is damaged.
Result<Backup> backUp(const std::filesystem::path& workspace, const std::filesystem::path& out,
                      const UpkeepProgress& progress, const std::stop_token& stop);
/// Newest first.
std::vector<Backup> backupsOf(const std::filesystem::path& workspace);

/// Checks `backup`, with the journal beside it, and puts a copy in the place of `workspace`. Error Busy while any
/// program, this one included, has the workspace open.
Result<RestoreReport> restore(const std::filesystem::path& backup, const std::filesystem::path& workspace,
                              const UpkeepProgress& progress, const std::stop_token& stop);

/// Copies what is whole of a damaged workspace into a new one; `damaged` is only read.
Result<SalvageReport> salvage(const std::filesystem::path& damaged, const std::filesystem::path& target,
                              const UpkeepProgress& progress, const std::stop_token& stop);

} // namespace altimeter::session

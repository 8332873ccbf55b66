#pragma once

#include "models/domain/upkeep.h"
#include "ui/backend/answer.h"

#include <string>
#include <vector>

namespace altimeter::ui {

/// Backups of workspace files, and what to do about damaged ones; one at a time. Progress counts bytes of the workspace
/// or months of accounts.
class Backups {
public:
    virtual ~Backups() = default;

    /// Of a workspace file, which need not be open; newest first.
    virtual void list(const std::string& workspace, Answer<std::vector<Backup>> answer) = 0;
    /// Of the open workspace.
    virtual void make(ProgressSink progress, Answer<Backup> answer) = 0;
    /// Puts `backup` in the place of `workspace`, which is closed first if it is open; answers where the file that was
    /// there is kept and what was found beside the backup.
    virtual void restore(const std::string& backup, const std::string& workspace, ProgressSink progress,
                         Answer<RestoreReport> answer) = 0;
    /// Copies what is whole of `damaged` into the new workspace `target`.
    virtual void salvage(const std::string& damaged, const std::string& target, ProgressSink progress,
                         Answer<SalvageReport> answer) = 0;
    virtual void cancel() = 0;
};

} // namespace altimeter::ui

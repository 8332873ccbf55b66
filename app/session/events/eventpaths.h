#pragma once

#include "app/session/events/eventimport.h"
#include "app/session/imports/importing.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::session {

/// Whether files of that form can be read; "auto": by what they hold.
bool isEventForm(std::string_view name);

struct EventPathOptions {
    std::string source;        ///< empty: named after the folder or file
    std::string form = "auto"; ///< one that isEventForm()
    bool dryRun = false;
    Instant at{}; ///< when the import happens; not valid: now
};

/// Imports the AI events of files, and of all of folders that may hold some (JSON, JSON lines and logs, also packed by
/// gzip), as one delivery; see importEvents(). A file that holds none is told by a finding. Errors: NotFound (no such
/// file), those of the last file where none holds any, and those of importEvents().
Result<EventImportReport> importEventPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                                           const EventPathOptions& options, const ProgressSink& progress,
                                           std::stop_token stop);

} // namespace altimeter::session

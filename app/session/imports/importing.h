#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/importreport.h"
#include "models/domain/importsurvey.h"
#include "models/domain/period.h"
#include "models/domain/progress.h"
#include "models/domain/result.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

using ProgressSink = std::function<void(const Progress&)>; ///< called on the working thread, at most every 50 ms

struct ImportOptions {
    std::string source; ///< empty: named after the folder or file, or that of which the files are a newer state
    bool dryRun = false;
    Instant at{};          ///< when the import happens; not valid: now
    bool replace = false;  ///< takes the place of what is stored also where it is less: see store::Ingest::Options
    bool keepBoth = false; ///< counts beside what is stored, though it could be the same: see there, too
    std::optional<bool> decimalComma{}; ///< numbers such as 1,234; none: a file that does not decide is not read
    std::optional<bool> dayFirst{};     ///< days such as 4/1/2025, likewise
    std::set<std::string> leftOut{};    ///< names of files, as of DeliveryFile, that the user wants left out
};

/// Imports cost files, and all those of folders, as one delivery: whole or not at all. What replaces what, and which
/// files count, is decided by their charges (see store::DeliveryMeeting). Errors: NotFound (no cost file), ReadOnly,
/// Cancelled, Conflict (stored charges would go or count twice; `replace` or `keepBoth` decide), and what makes the
/// last of unusable files unusable, where all are.
Result<ImportReport> importPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                                 const ImportOptions& options, const ProgressSink& progress, std::stop_token stop);

/// What importPaths() would do with the same options, and what it would ask, without storing anything: it reads and
/// decides by the same code. Unlike it, this goes on behind a file that is damaged and behind what only the user can
/// decide, so that all of it is known at once. Errors as of importPaths(), but for Conflict.
Result<ImportSurvey> surveyPaths(WorkspaceFile& workspace, const std::vector<std::filesystem::path>& paths,
                                 const ImportOptions& options, const ProgressSink& progress, std::stop_token stop);

} // namespace altimeter::session

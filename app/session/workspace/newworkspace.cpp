#include "app/session/workspace/newworkspace.h"

#include "app/demo/democompany.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/file/making.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"
#include "resources/assets.h"

namespace altimeter::session {

Status makeWorkspace(const std::filesystem::path& file)
{
    std::error_code failed;
    if (file.has_parent_path()) {
        std::filesystem::create_directories(file.parent_path(), failed);
        if (failed)
            return Error{ErrorCode::Io, "the folder cannot be made: " + failed.message(), file.parent_path().string()};
    }
    const auto made = store::createWorkspace(file.string(), [](store::sql::Connection& connection) -> Status {
        const auto version = store::publishRules(connection, defaultRules(), 0);
        return version ? Status() : Status(version.error());
    });
    return made ? Status() : Status(made.error());
}

Status makeUnlessThere(const std::filesystem::path& file)
{
    std::error_code failed;
    if (std::filesystem::exists(file, failed))
        return {};
    const auto made = makeWorkspace(file);
    return !made && !std::filesystem::exists(file, failed) ? made : Status();
}

namespace {

/// When the demonstration company's files count as imported: the morning after their last day, so that two
/// demonstration workspaces are alike.
Instant demoImportInstant()
{
    constexpr std::int64_t kSixOClock = 6 * 3600;
    return {static_cast<std::int64_t>(Day::fromYmd(2026, 11, 20).number) * 86400 + kSixOClock};
}

/// Through the ordinary import.
Status fillDemo(const std::filesystem::path& file, const std::filesystem::path& files, const ProgressSink& progress,
                std::stop_token stop)
{
    const auto workspace = WorkspaceFile::open(file, FileBefore(file));
    if (!workspace)
        return workspace.error();
    ImportOptions options;
    options.source = "demo";
    options.at = demoImportInstant();
    const auto report = importPaths(**workspace, {files}, options, progress, std::move(stop));
    if (!report)
        return report.error();
    auto writing = (*workspace)->write();
    const auto version = store::publishRules(writing.db(), demoRules(), demoImportInstant().seconds);
    if (!version)
        return version.error();
    return store::markDemo(writing.db());
}

} // namespace

Status makeDemo(const std::filesystem::path& file, const ProgressSink& progress, std::stop_token stop)
{
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return Error{ErrorCode::Invalid, "the file exists already", file.string()};
    if (file.has_parent_path())
        std::filesystem::create_directories(file.parent_path(), ignored);
    auto making = store::Making::begin(file);
    if (!making)
        return making.error();
    std::filesystem::create_directories(making->folder() / "files", ignored);
    const auto files = writeDemoCompany(making->folder() / "files");
    if (!files)
        return files.error();
    if (auto made = makeWorkspace(making->file()); !made)
        return made;
    if (auto filled = fillDemo(making->file(), making->folder() / "files", progress, std::move(stop)); !filled)
        return filled;
    return making->place(); // whole or absent: an interrupted init leaves no half workspace
}

} // namespace altimeter::session

#include "app/session/workspace/workspacefile.h"

#include "app/session/events/eventimport.h"
#include "app/session/workspace/presenttime.h"
#include "models/store/sql/soundness.h"

namespace altimeter::session {

Result<std::shared_ptr<WorkspaceFile>> WorkspaceFile::open(const std::filesystem::path& file, const FileBefore& before,
                                                           const std::stop_token& stop)
{
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    auto opened = store::openAnyWorkspace(file.string(), stop);
    if (!opened)
        return before.notOpened(opened.error());
    auto workspace = std::make_shared<WorkspaceFile>();
    workspace->m_path = file.string();
    workspace->m_writer = std::move(opened->connection);
    workspace->m_readOnly = std::move(opened->readOnly);
    workspace->m_notes = std::move(opened->notes);
    workspace->m_copy = std::move(opened->copy);
    std::error_code ignored;
    workspace->m_seenAt = std::filesystem::last_write_time(file, ignored);
    workspace->m_seenBytes = std::filesystem::file_size(file, ignored);
    const store::sql::StopsWith stoppable(workspace->m_writer, stop);
    const auto demo = store::metaValue(workspace->m_writer, "demo");
    if (!demo)
        return before.notOpened(demo.error());
    workspace->m_isDemo = *demo == "1";
    auto mended = store::mendIndexes(workspace->m_writer);
    if (!mended)
        return before.notOpened(mended.error());
    workspace->m_mended = mended.take();
    return workspace;
}

Status WorkspaceFile::checkWritable() const
{
    if (m_readOnly.empty())
        return {};
    return Error{ErrorCode::ReadOnly, "this workspace is read-only: " + m_readOnly + "; nothing was changed", m_path,
                 "Give yourself write permission on the file and its folder, or copy the workspace to a place of your "
                 "own."};
}

Status WorkspaceFile::checkUnchanged() const
{
    if (m_writer.mode() != store::sql::Connection::Mode::Immutable)
        return {};
    std::error_code failed;
    const bool changed = std::filesystem::last_write_time(m_path, failed) != m_seenAt ||
                         std::filesystem::file_size(m_path, failed) != m_seenBytes;
    if (!changed && !failed)
        return {};
    return Error{ErrorCode::Busy, "the workspace was changed since it was opened for reading only", m_path,
                 "Open it again."};
}

Status WorkspaceFile::committed(Writing& writing, Change change)
{
    // A bill that came or went, or a price, changes what events are charged at.
    const auto renewed =
        change == Change::Records ? Result<bool>(false) : renewEventCharges(writing.db(), presentTime(), {});
    if (renewed && *renewed)
        change = Change::Figures;
    else if (change == Change::Prices)
        change = Change::Records;
    if (m_committed) {
        if (auto told = m_committed(writing, change); !told)
            return told;
    } else if (change == Change::Figures) {
        store::settle(writing.db());
    }
    return renewed ? Status() : Status(renewed.error());
}

Result<store::sql::Connection> WorkspaceFile::reader() const
{
    if (auto unchanged = checkUnchanged(); !unchanged)
        return unchanged.error();
    return m_writer.reader();
}

} // namespace altimeter::session

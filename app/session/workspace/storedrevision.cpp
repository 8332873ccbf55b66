#include "app/session/workspace/storedrevision.h"

#include "models/store/file/workspace.h"

namespace altimeter::session {

namespace {

/// A reader whose view of the file begins now, and the revision it sees.
struct View {
    store::sql::Connection connection;
    std::uint64_t revision = 0;
};

Result<View> viewOf(const WorkspaceFile& file)
{
    auto reader = file.reader();
    if (!reader)
        return reader.error();
    if (auto begun = reader->execute("BEGIN"); !begun)
        return begun.error();
    const auto revision = store::revisionOf(*reader); // the first statement that reads fixes what is seen
    if (!revision)
        return revision.error();
    return View{reader.take(), *revision};
}

} // namespace

Result<std::shared_ptr<const StoredRevision>> StoredRevision::open(std::shared_ptr<const WorkspaceFile> file)
{
    auto view = viewOf(*file);
    if (!view)
        return view.error();
    return std::shared_ptr<const StoredRevision>(
        new StoredRevision(std::move(file), std::move(view->connection), view->revision));
}

StoredRevision::Reading::Reading(Reading&& other) noexcept
    : m_lender(std::exchange(other.m_lender, nullptr)), m_own(std::move(other.m_own))
{
}

StoredRevision::Reading::~Reading()
{
    if (m_lender)
        m_lender->giveBack();
}

void StoredRevision::giveBack() const
{
    {
        const std::lock_guard lock(m_mutex);
        m_isLent = false;
    }
    m_returned.notify_one();
}

Result<StoredRevision::Reading> StoredRevision::read(const std::stop_token& stop) const
{
    if (auto unchanged = m_file->checkUnchanged(); !unchanged)
        return unchanged.error();
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isLent)
            return lend();
    }
    if (auto own = viewOf(*m_file); own && own->revision == m_revision)
        return Reading(std::move(own->connection));
    std::unique_lock lock(m_mutex);
    if (!m_returned.wait(lock, stop, [this] { return !m_isLent; }))
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    return lend();
}

/// A transaction that an error of reading has ended would let the next question see what is newer.
Result<StoredRevision::Reading> StoredRevision::lend() const
{
    if (!m_kept.isInTransaction()) {
        auto view = viewOf(*m_file);
        if (!view)
            return view.error();
        if (view->revision != m_revision)
            return Error{ErrorCode::Busy, "the workspace was changed while its file could not be read", m_file->path(),
                         "Ask again."};
        m_kept = std::move(view->connection);
    }
    m_isLent = true;
    return Reading(*this);
}

void StoredRevision::renew() const
{
    auto view = viewOf(*m_file);
    const std::lock_guard lock(m_mutex);
    if (view && view->revision == m_revision && !m_isLent)
        m_kept = std::move(view->connection);
}

} // namespace altimeter::session

#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace altimeter::session {

/// What a workspace file held at one revision, for as long as this lives, whoever writes to the file meanwhile: one
/// read transaction is kept open. Why, and what it costs: resources/docs/decisions/snapshot.md. Thread-safe.
class StoredRevision {
public:
    /// Of what the file holds now.
    static Result<std::shared_ptr<const StoredRevision>> open(std::shared_ptr<const WorkspaceFile> file);

    std::uint64_t revision() const { return m_revision; }

    /// A connection that sees this revision and nothing newer, inside a transaction; one thread's at a time.
    class Reading {
    public:
        Reading(Reading&& other) noexcept;
        Reading& operator=(Reading&&) = delete;
        ~Reading();
        store::sql::Connection& db() { return m_own ? *m_own : m_lender->m_kept; }

    private:
        friend class StoredRevision;
        explicit Reading(const StoredRevision& lender) : m_lender(&lender) {}
        explicit Reading(store::sql::Connection own) : m_own(std::move(own)) {}
        const StoredRevision* m_lender = nullptr;
        std::optional<store::sql::Connection> m_own;
    };
    /// While another question reads, a further connection is opened; once the file is newer there is none to be had and
    /// questions take turns. Must not outlive this. Errors: Cancelled; Busy (a file that is read as it lies there has
    /// changed).
    Result<Reading> read(const std::stop_token& stop) const;

    /// Begins the transaction anew where the file is still of this revision and nobody reads: records that are no
    /// figures (connections) may have changed, and the journal, which has been written into the file meanwhile, may
    /// then be emptied.
    void renew() const;

private:
    friend class Reading;
    StoredRevision(std::shared_ptr<const WorkspaceFile> file, store::sql::Connection kept, std::uint64_t revision)
        : m_file(std::move(file)), m_revision(revision), m_kept(std::move(kept))
    {
    }
    Result<Reading> lend() const; ///< requires m_mutex, and that nobody reads
    void giveBack() const;

    const std::shared_ptr<const WorkspaceFile> m_file; ///< before the connection: it is closed after it
    const std::uint64_t m_revision;
    mutable std::mutex m_mutex;
    mutable std::condition_variable_any m_returned;
    mutable bool m_isLent = false;         ///< guarded by m_mutex
    mutable store::sql::Connection m_kept; ///< guarded by m_mutex; while it is lent, of whoever reads
};

} // namespace altimeter::session

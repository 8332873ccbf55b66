#pragma once

#include "app/session/workspace/filebefore.h"
#include "models/domain/result.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

/// An open workspace file: the one connection that writes, and readers of their own. What a program holds of the
/// file's content is not its business (see Snapshot).
///
/// May be used by several threads at once. What reads the file after it was opened keeps this alive: the connection
/// that writes is the last to be closed, and clears the journal away.
class WorkspaceFile {
public:
    /// `before` was taken before anybody touched the file. Errors: NotFound, Unsupported (newer program), Corrupt,
    /// Busy, Cancelled.
    static Result<std::shared_ptr<WorkspaceFile>> open(const std::filesystem::path& file, const FileBefore& before,
                                                       const std::stop_token& stop = {});

    const std::string& path() const { return m_path; }
    bool isDemo() const { return m_isDemo; }
    /// Why nothing can be written; empty: it can be.
    const std::string& readOnly() const { return m_readOnly; }
    /// Sentences about what was found and done on opening.
    const std::vector<std::string>& notes() const { return m_notes; }
    /// Sentences about damage that was found on opening and put right without loss.
    const std::vector<std::string>& mended() const { return m_mended; }

    /// Error ReadOnly with the reason where nothing can be written.
    Status checkWritable() const;
    /// A connection of its own, for reading. Error Busy where the file is read as it lies there and has changed since.
    Result<store::sql::Connection> reader() const;
    Status checkUnchanged() const;

    /// The connection that writes, and nobody else writing by this program meanwhile.
    class Writing {
    public:
        store::sql::Connection& db() { return m_db; }

    private:
        friend class WorkspaceFile;
        Writing(store::sql::Connection& db, std::mutex& turns) : m_db(db), m_turn(turns) {}
        store::sql::Connection& m_db;
        std::unique_lock<std::mutex> m_turn;
    };
    Writing write() { return {m_writer, m_turns}; }

    /// Figures: charges, rules, or what belongs to a delivery; a new revision. Records: connections and the like, which
    /// no figure depends on. Prices: records that the charges of AI events depend on; Figures where those change.
    enum class Change : std::uint8_t { Figures, Records, Prices };
    /// Told of every commit, as Figures or Records, while its writer still has its turn. Set once, before the first
    /// write.
    using Committed = std::function<Status(Writing&, Change)>;
    void onCommitted(Committed committed) { m_committed = std::move(committed); }
    /// A writer calls this after its commit, which holds whatever becomes of the telling. Where nobody is told, the
    /// file is settled.
    Status committed(Writing& writing, Change change = Change::Figures);

private:
    std::string m_path;
    bool m_isDemo = false;
    std::string m_readOnly;
    std::vector<std::string> m_notes, m_mended;
    std::shared_ptr<const store::Making> m_copy; ///< the private copy that is read, if any
    std::filesystem::file_time_type m_seenAt;    ///< of a file that is read without locks
    std::uintmax_t m_seenBytes = 0;
    std::mutex m_turns;
    store::sql::Connection m_writer; ///< guarded by m_turns, but for its path and mode
    Committed m_committed;
};

} // namespace altimeter::session

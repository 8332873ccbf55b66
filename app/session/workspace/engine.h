#pragma once

#include "app/session/imports/importing.h"
#include "app/session/workspace/snapshot.h"
#include "app/session/workspace/workspacefile.h"
#include "models/domain/result.h"
#include "models/domain/workspaceinfo.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>

namespace altimeter::session {

class Connections;

/// An open workspace: its file, its connections, and the newest snapshot of it, without Qt and without threads of its
/// own. The command line uses it directly, the window through its workers.
///
/// What is asked is asked of a snapshot (questions/answers.h), by any number of threads. What is written goes through
/// the file or the connections, one writer at a time; each write that changes figures publishes the next snapshot
/// before it returns.
class Engine {
public:
    /// Makes a new workspace file with the default rules and opens it. Error Invalid if the file exists already.
    static Result<std::unique_ptr<Engine>> create(const std::filesystem::path& file);
    /// Opens an existing one; where the file, its folder or disk cannot be written, for looking at only: then whatever
    /// writes answers Error ReadOnly. Error NotFound, Unsupported (newer program), Corrupt, Busy, Cancelled.
    static Result<std::unique_ptr<Engine>> open(const std::filesystem::path& file, const std::stop_token& stop = {});
    /// The one that is there, or a new one; also when another program makes it at the same moment.
    static Result<std::unique_ptr<Engine>> openOrCreate(const std::filesystem::path& file,
                                                        const std::stop_token& stop = {});
    /// Makes a workspace filled with the demonstration company and opens it.
    static Result<std::unique_ptr<Engine>> createDemo(const std::filesystem::path& file, const ProgressSink& progress,
                                                      std::stop_token stop);
    ~Engine();

    /// The newest revision this program has read; never null.
    SnapshotPtr snapshot() const;
    /// What is said of that revision and of the file.
    WorkspaceInfo info() const;
    /// Takes in what another program (a sync from a timer) wrote meanwhile; true where figures may have changed.
    Result<bool> refresh();

    WorkspaceFile& file() { return *m_file; }
    const WorkspaceFile& file() const { return *m_file; }
    Connections& connections() { return *m_connections; }
    const Connections& connections() const { return *m_connections; }

private:
    Engine(std::shared_ptr<WorkspaceFile> file, SnapshotPtr snapshot);
    Status reload(WorkspaceFile::Writing& writing);

    const std::shared_ptr<WorkspaceFile> m_file;
    const std::unique_ptr<Connections> m_connections;
    mutable std::mutex m_mutex;
    SnapshotPtr m_snapshot; ///< guarded by m_mutex
};

} // namespace altimeter::session

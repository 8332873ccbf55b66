#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"

#include <filesystem>
#include <string>

namespace altimeter::session {

/// Held by the one program that syncs a connection of a workspace, so that no two ask the provider, and pay, for the
/// same days at once: a window by its schedule and a timer, two windows, two people on one file server.
///
/// It is a locked file beside the workspace, "NAME.altimeter-sync-…", of a name that is the connection's own. The lock
/// ends with the program that holds it, however that ends; a file without a lock means nothing and is taken over.
class SyncLock {
public:
    /// `workspace` is found through links. Error Busy where another holds it ("… since 07:12 UTC"), ReadOnly or Io
    /// where the file cannot be made. On a file system without locks the answer holds nothing and keeps nobody out.
    static Result<SyncLock> take(const std::filesystem::path& workspace, const std::string& connection, Instant at);

    SyncLock(const SyncLock&) = delete;
    SyncLock& operator=(const SyncLock&) = delete;
    SyncLock(SyncLock&& other) noexcept;
    SyncLock& operator=(SyncLock&&) = delete;
    /// The file is gone afterwards.
    ~SyncLock();

private:
    SyncLock(std::filesystem::path file, int fd);

    std::filesystem::path m_file; ///< empty where there are no locks: the file may be another's
    int m_fd;
};

} // namespace altimeter::session

#include "app/session/sync/synclock.h"

#include "providers/net/crypto.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace altimeter::session {

namespace {

/// Several programs that end and begin in the same moments: more turns than that have a reason of another kind.
constexpr int kMostTurns = 100;

std::filesystem::path lockFileOf(const std::filesystem::path& workspace, const std::string& connection)
{
    std::error_code failed;
    const auto real = std::filesystem::canonical(workspace, failed); // a workspace has one lock by whatever link
    auto file = failed ? workspace : real;
    file += "-sync-" + providers::hexOf(providers::sha256(connection)).substr(0, 16);
    return file;
}

/// A lock needs no right to write where another user's program left the file; NFS locks files open for writing alone.
int opened(const std::filesystem::path& file)
{
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    return fd < 0 && errno == EACCES ? ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : fd;
}

Error cannotBeMade(const std::filesystem::path& file, int cause)
{
    const bool isReadOnly = cause == EROFS || cause == EACCES || cause == EPERM;
    return {isReadOnly ? ErrorCode::ReadOnly : ErrorCode::Io,
            std::string("nothing was asked, because the file that keeps other programs from syncing the same cannot be "
                        "made: ") +
                std::strerror(cause),
            file.string()};
}

Error busy(int fd)
{
    std::array<char, 32> since{};
    const auto length = ::pread(fd, since.data(), since.size() - 1, 0);
    std::string what = "this connection is being synced by another program";
    if (length == 20) // what toString(Instant) gives; less while it is being written
        what += " since " + std::string(since.data() + 11, 5) + " UTC";
    return {ErrorCode::Busy, what, {}, "It is left out here; what that program fetches is there when it is done."};
}

/// False: the file that was locked has no name any more, because its holder ended in between.
bool isStillThere(int fd, const std::filesystem::path& file)
{
    struct stat held = {};
    struct stat named = {};
    return ::fstat(fd, &held) == 0 && ::lstat(file.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

bool hasNoLocks(int cause)
{
    return cause == ENOLCK || cause == ENOSYS || cause == EOPNOTSUPP || cause == EINVAL || cause == EBADF;
}

} // namespace

Result<SyncLock> SyncLock::take(const std::filesystem::path& workspace, const std::string& connection, Instant at)
{
    const auto file = lockFileOf(workspace, connection);
    for (int turn = 0; turn < kMostTurns; ++turn) {
        const int fd = opened(file);
        if (fd < 0)
            return cannotBeMade(file, errno);
        const bool isLocked = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
        const int cause = errno;
        if (isLocked && !isStillThere(fd, file)) {
            ::close(fd);
            continue;
        }
        if (!isLocked && !hasNoLocks(cause)) {
            const Error error = cause == EWOULDBLOCK ? busy(fd) : cannotBeMade(file, cause);
            ::close(fd);
            return error;
        }
        const std::string since = toString(at);
        [[maybe_unused]] const auto emptied = ::ftruncate(fd, 0); // it says since when, and holds without
        [[maybe_unused]] const auto written = ::pwrite(fd, since.data(), since.size(), 0);
        return SyncLock(isLocked ? file : std::filesystem::path(), fd);
    }
    return Error{ErrorCode::Busy, "this connection is being synced by other programs", {}};
}

SyncLock::SyncLock(std::filesystem::path file, int fd) : m_file(std::move(file)), m_fd(fd) {}

SyncLock::SyncLock(SyncLock&& other) noexcept : m_file(std::move(other.m_file)), m_fd(std::exchange(other.m_fd, -1)) {}

SyncLock::~SyncLock()
{
    if (m_fd < 0)
        return;
    if (!m_file.empty()) // before the lock ends: whoever waits for it sees that its file has no name
        ::unlink(m_file.c_str());
    ::close(m_fd);
}

} // namespace altimeter::session

#include "models/store/file/making.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace altimeter::store {

namespace {

std::filesystem::path folderOf(const std::filesystem::path& file)
{
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

Error failure(const std::string& what, const std::filesystem::path& where)
{
    const int reason = errno;
    Error error{ErrorCode::Io, what + ": " + std::strerror(reason), where.string()};
    if (reason == ENOSPC) {
        std::error_code failed;
        const auto space = std::filesystem::space(folderOf(where), failed);
        error.what += failed ? std::string() : " (" + std::to_string(space.available) + " bytes free)";
        error.todo = "Free some space and repeat.";
    } else if (reason == EROFS || reason == EACCES) {
        error.todo = "Choose a folder that you may write.";
    }
    return error;
}

Error existsAlready(const std::filesystem::path& target)
{
    return {ErrorCode::Invalid, "the file exists already", target.string()};
}

/// The lock on a folder of this user; -1: it is not to be had.
int lockedFolder(const std::filesystem::path& path)
{
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat about = {};
    if (folder >= 0 && ::fstat(folder, &about) == 0 && about.st_uid == ::geteuid() &&
        ::flock(folder, LOCK_EX | LOCK_NB) == 0)
        return folder;
    if (folder >= 0)
        ::close(folder);
    return -1;
}

std::string prefixOf(const std::filesystem::path& target)
{
    return "." + target.filename().string() + ".making-";
}

/// Removes what killed programs left of the same workspace.
void sweep(const std::filesystem::path& target)
{
    std::error_code failed;
    std::error_code ignored;
    const std::string prefix = prefixOf(target);
    for (auto at = std::filesystem::directory_iterator(folderOf(target), failed);
         !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
        if (!at->path().filename().string().starts_with(prefix))
            continue;
        const int lock = lockedFolder(at->path());
        if (lock < 0)
            continue;
        std::filesystem::remove_all(at->path(), ignored);
        ::close(lock);
    }
}

bool nameExists(const std::filesystem::path& path)
{
    std::error_code failed;
    return std::filesystem::exists(std::filesystem::symlink_status(path, failed));
}

} // namespace

std::filesystem::path linkedFile(std::filesystem::path path)
{
    constexpr int kMostLinks = 40;
    std::error_code failed;
    for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(path, failed); ++links) {
        const auto to = std::filesystem::read_symlink(path, failed);
        if (failed)
            break;
        path = to.is_absolute() ? to : path.parent_path() / to;
    }
    return path;
}

void syncFolderOf(const std::filesystem::path& file)
{
    const int folder = ::open(folderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return;
    (void)::fsync(folder); // some file systems refuse; the change itself is done
    ::close(folder);
}

std::string dateForName()
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm date = {};
    ::gmtime_r(&seconds, &date);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H-%M-%SZ", &date);
    return text;
}

Result<Making> Making::begin(const std::filesystem::path& target)
{
    Making making;
    making.m_target = linkedFile(target);
    sweep(making.m_target);
    constexpr int kTries = 10; // another program may sweep the folder before it is locked
    for (int tries = 0; tries < kTries && making.m_lock < 0; ++tries) {
        std::string name = (folderOf(making.m_target) / (prefixOf(making.m_target) + "XXXXXX")).string();
        if (!::mkdtemp(name.data()))
            return failure("the workspace cannot be made", target);
        const int lock = lockedFolder(name);
        struct stat locked = {};
        struct stat named = {};
        if (lock >= 0 && ::fstat(lock, &locked) == 0 && ::stat(name.c_str(), &named) == 0 &&
            locked.st_ino == named.st_ino) {
            making.m_folder = name;
            making.m_lock = lock;
        } else if (lock >= 0) {
            ::close(lock);
        }
    }
    if (making.m_lock < 0)
        return Error{ErrorCode::Busy, "another program is making this workspace", target.string()};
    return making;
}

Making::Making(Making&& other) noexcept
    : m_target(std::move(other.m_target)), m_folder(std::exchange(other.m_folder, {})),
      m_lock(std::exchange(other.m_lock, -1))
{
}

Making::~Making()
{
    if (m_folder.empty())
        return;
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
    ::close(m_lock);
}

Status Making::sync() const
{
    std::error_code absent;
    if (const auto journal = std::filesystem::file_size(file().string() + "-wal", absent); !absent && journal > 0)
        return Error{ErrorCode::Io, "the workspace cannot be written to the disk", m_target.string(),
                     "Check the disk and that it has room, then repeat."};
    const int file = ::open(this->file().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return failure("the workspace cannot be made", m_target);
    (void)::fchmod(file, S_IRUSR | S_IWUSR);
    const bool synced = ::fsync(file) == 0;
    const int reason = errno;
    ::close(file);
    errno = reason;
    return synced ? Status() : Status(failure("the workspace cannot be written to the disk", m_target));
}

Status Making::place()
{
    if (auto synced = sync(); !synced)
        return synced;
    const auto from = file();
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, m_target.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST)
            return existsAlready(m_target);
        if (errno != EINVAL && errno != ENOSYS)
            return failure("the workspace cannot be put in place", m_target);
        // File systems that cannot rename without replacing: a second name does not replace either. FAT knows none.
        if (::link(from.c_str(), m_target.c_str()) != 0) {
            if (errno == EEXIST || nameExists(m_target))
                return existsAlready(m_target);
            if (::rename(from.c_str(), m_target.c_str()) != 0)
                return failure("the workspace cannot be put in place", m_target);
        }
    }
    syncFolderOf(m_target);
    return {};
}

Status Making::exchange(const std::filesystem::path& aside)
{
    if (auto synced = sync(); !synced)
        return synced;
    const auto from = file();
    // The old file gets its second name first: after a kill it lies under both.
    const bool linked = ::link(m_target.c_str(), aside.c_str()) == 0;
    if (!linked && errno == EEXIST)
        return failure("the present file cannot be set aside", aside);
    if (!linked && ::rename(m_target.c_str(), aside.c_str()) != 0)
        return failure("the present file cannot be set aside", m_target);
    syncFolderOf(m_target);
    if (::rename(from.c_str(), m_target.c_str()) != 0) {
        const Error error = failure("the file cannot be put in place", m_target);
        if (linked)
            ::unlink(aside.c_str());
        else
            (void)::rename(aside.c_str(), m_target.c_str());
        return error;
    }
    syncFolderOf(m_target);
    return {};
}

} // namespace altimeter::store

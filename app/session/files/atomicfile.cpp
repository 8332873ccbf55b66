#include "app/session/files/atomicfile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace altimeter::session {

AtomicFile::AtomicFile(std::filesystem::path target) : m_target(std::move(target)) {}

AtomicFile::~AtomicFile()
{
    if (m_fd >= 0)
        ::close(m_fd);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Status AtomicFile::failure(const std::string& what) const
{
    std::string text = what + ": " + std::strerror(errno);
    if (errno == ENOSPC) {
        std::error_code ignored;
        const auto space = std::filesystem::space(folder(), ignored);
        text += " (" + std::to_string(ignored ? 0 : space.available) + " bytes free)";
    }
    return Error{ErrorCode::Io, text, m_target.string()};
}

std::filesystem::path AtomicFile::folder() const
{
    return m_target.has_parent_path() ? m_target.parent_path() : std::filesystem::path(".");
}

Status AtomicFile::open()
{
    if (::access("/proc/self/fd", X_OK) == 0) // the way back from the open file to a name
        m_fd = ::open(folder().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (m_fd >= 0)
        return {};
    std::string name = m_target.string() + ".XXXXXX"; // network and FAT file systems: no file without a name
    m_fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (m_fd < 0)
        return failure("the file cannot be made");
    m_temporary = name;
    return {};
}

Status AtomicFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failure("the file cannot be written");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// Names the written file and renames it over the target. The name in between is always the same, so that one a kill
/// left there goes with the next run; another program at the same moment makes this one try again.
Status AtomicFile::putInPlace()
{
    if (!m_temporary.empty()) {
        if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
            return failure("the file cannot be put in place");
        m_temporary.clear();
        return {};
    }
    const std::string self = "/proc/self/fd/" + std::to_string(m_fd);
    const std::filesystem::path name = folder() / ('.' + m_target.filename().string() + ".altimeter-new");
    for (int tries = 0; tries < 20; ++tries) {
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
            if (errno != EEXIST || (::unlink(name.c_str()) != 0 && errno != ENOENT))
                return failure("the file cannot be named");
            continue;
        }
        if (::rename(name.c_str(), m_target.c_str()) == 0)
            return {};
        if (errno != ENOENT) {
            const Status failed = failure("the file cannot be put in place");
            ::unlink(name.c_str());
            return failed;
        }
    }
    return Error{ErrorCode::Busy, "another program is writing this file", m_target.string()};
}

Status AtomicFile::commit()
{
    if (::fsync(m_fd) != 0)
        return failure("the file cannot be written to the disk");
    if (auto placed = putInPlace(); !placed)
        return placed;
    ::close(std::exchange(m_fd, -1)); // synced above: closing has nothing left to report
    const int folderFd = ::open(folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folderFd >= 0) {
        (void)::fsync(folderFd); // some file systems refuse; the rename itself is done
        ::close(folderFd);
    }
    return {};
}

Status writeFileAtomically(const std::filesystem::path& file, std::string_view text)
{
    AtomicFile output(file);
    if (auto done = output.open(); !done)
        return done;
    if (auto done = output.write(text); !done)
        return done;
    return output.commit();
}

} // namespace altimeter::session

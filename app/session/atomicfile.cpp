#include "app/session/atomicfile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
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
        const auto space = std::filesystem::space(m_target.parent_path().empty() ? "." : m_target.parent_path(), ignored);
        text += " (" + std::to_string(ignored ? 0 : space.available) + " bytes free)";
    }
    return Error{ErrorCode::Io, text, m_target.string()};
}

Status AtomicFile::open()
{
    std::string name = m_target.string() + ".XXXXXX";
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

Status AtomicFile::commit()
{
    if (::fsync(m_fd) != 0)
        return failure("the file cannot be written to the disk");
    const int fd = std::exchange(m_fd, -1);
    if (::close(fd) != 0)
        return failure("the file cannot be closed");
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return failure("the file cannot be put in place");
    m_temporary.clear();
    const std::string folder = m_target.has_parent_path() ? m_target.parent_path().string() : std::string(".");
    const int folderFd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

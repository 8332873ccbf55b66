#include "providers/core/inputfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace altimeter::providers {

namespace {

bool namesInherited(const std::string& path)
{
    return path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

const char* kindOf(mode_t mode)
{
    return S_ISFIFO(mode) ? "a pipe" : S_ISCHR(mode) ? "a device" : S_ISBLK(mode) ? "a disk" : "a socket";
}

Error notOpened(int cause, const std::string& displayName)
{
    if (cause == ENXIO) // what open() says of a socket
        return {ErrorCode::Invalid, "is a socket, not a file", displayName};
    return {cause == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            std::string("cannot be opened: ") + std::strerror(cause), displayName};
}

} // namespace

Result<InputFile> openInputFile(const std::filesystem::path& file, const std::string& displayName, Streams streams)
{
    // Without O_NONBLOCK the opening of a named pipe waits for somebody who writes into it.
    const int fd = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return notOpened(errno, displayName);
    struct stat about {};
    const bool known = ::fstat(fd, &about) == 0;
    const bool isInherited = streams == Streams::Inherited && namesInherited(file.string());
    if (known && S_ISDIR(about.st_mode)) {
        ::close(fd);
        return Error{ErrorCode::Invalid, "is a folder, not a file", displayName};
    }
    if (!known || (!S_ISREG(about.st_mode) && !isInherited)) {
        ::close(fd);
        return Error{ErrorCode::Invalid,
                     std::string("is ") + (known ? kindOf(about.st_mode) : "unreadable") +
                         ", not a file; save what it gives to a file and name that",
                     displayName};
    }
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    std::FILE* const stream = ::fdopen(fd, "rb");
    if (stream == nullptr) {
        const int cause = errno;
        ::close(fd);
        return notOpened(cause, displayName);
    }
    return InputFile(stream);
}

} // namespace altimeter::providers

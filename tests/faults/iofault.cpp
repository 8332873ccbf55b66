/// A preload library that makes the disk fail at a chosen moment. It counts the calls that change or sync a file whose
/// path contains IOFAULT_PATH, and does at call IOFAULT_AT (from 1) what IOFAULT_MODE says:
///
///   kill          the process dies before the call
///   half          half of the bytes are written, then the process dies
///   enospc, eio   the call fails once
///   enospc-sticky, eio-sticky   that call and every later one fail
///
/// With IOFAULT_RECORD every call that succeeded is appended to that file, so that a test can replay what a power cut
/// would have left: kind (a letter), path, second path, offset and bytes, each text with its length before it.
///
/// With IOFAULT_COUNT the number of calls is written to that file when the program ends by itself. Naming,
/// renaming and removing count too, for a program may die between a write and a rename; removing never fails, as it
/// frees space.

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace {

enum class Mode { None, Kill, Half, NoSpace, NoSpaceSticky, IoError, IoErrorSticky };

Mode modeByName(const char* name)
{
    constexpr const char* kNames[] = {"kill", "half", "enospc", "enospc-sticky", "eio", "eio-sticky"};
    for (int i = 0; name && i < 6; ++i) {
        if (std::strcmp(name, kNames[i]) == 0)
            return static_cast<Mode>(i + 1);
    }
    return Mode::None;
}

struct Plan {
    const char* path = std::getenv("IOFAULT_PATH");
    const char* countFile = std::getenv("IOFAULT_COUNT");
    int record = -1;
    long at = std::getenv("IOFAULT_AT") ? std::atol(std::getenv("IOFAULT_AT")) : 0;
    Mode mode = modeByName(std::getenv("IOFAULT_MODE"));
    std::atomic<long> calls{0};

    Plan();
    ~Plan();
};

Plan plan;

template <typename Function> Function real(const char* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

using WriteFunction = ssize_t (*)(int, const void*, size_t);

Plan::Plan()
{
    if (const char* file = std::getenv("IOFAULT_RECORD"))
        record = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

Plan::~Plan()
{
    if (!countFile)
        return;
    const int fd = ::open(countFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char text[32];
    const int size = std::snprintf(text, sizeof text, "%ld\n", calls.load());
    if (fd >= 0 && real<WriteFunction>("write")(fd, text, static_cast<size_t>(size)) == size)
        ::close(fd);
}

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    while (true)
        ::pause();
}

bool isMeant(const char* path)
{
    return plan.path && *plan.path && std::strstr(path, plan.path);
}

bool isMeant(int fd)
{
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const int kept = errno;
    const ssize_t size = ::readlink(link, path, sizeof path - 1);
    errno = kept;
    if (size < 0)
        return false;
    path[size] = '\0';
    return isMeant(path);
}

std::string pathOf(int fd)
{
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link, path, sizeof path);
    return size < 0 ? std::string() : std::string(path, static_cast<size_t>(size));
}

void append(std::string& text, const std::string& part)
{
    const auto size = static_cast<uint32_t>(part.size());
    text.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
}

/// Notes a call that was done.
void note(char kind, const std::string& path, const std::string& second, int64_t offset, const void* data, size_t size)
{
    if (plan.record < 0)
        return;
    const int kept = errno;
    std::string text(1, kind);
    append(text, path);
    append(text, second);
    text.append(reinterpret_cast<const char*>(&offset), sizeof offset);
    append(text, std::string(static_cast<const char*>(data), size));
    (void)!real<WriteFunction>("write")(plan.record, text.data(), text.size());
    errno = kept;
}

/// What the next call on a meant file has to do.
Mode nextFault()
{
    const long call = ++plan.calls;
    if (plan.at <= 0 || call < plan.at)
        return Mode::None;
    if (call > plan.at && plan.mode != Mode::NoSpaceSticky && plan.mode != Mode::IoErrorSticky)
        return Mode::None;
    if (plan.mode == Mode::Kill)
        die();
    return plan.mode;
}

/// True when the call has to fail; errno is set.
bool fails(Mode mode)
{
    if (mode == Mode::None)
        return false;
    errno = mode == Mode::NoSpace || mode == Mode::NoSpaceSticky ? ENOSPC : EIO;
    return true;
}

template <typename Offset> ssize_t faultyPwrite(const char* name, int fd, const void* data, size_t size, Offset offset)
{
    static const auto pwriteNow = real<ssize_t (*)(int, const void*, size_t, Offset)>(name);
    if (!isMeant(fd))
        return pwriteNow(fd, data, size, offset);
    const Mode mode = nextFault();
    if (mode == Mode::Half) {
        (void)pwriteNow(fd, data, size / 2, offset);
        die();
    }
    if (fails(mode))
        return -1;
    const ssize_t written = pwriteNow(fd, data, size, offset);
    if (written > 0)
        note('w', pathOf(fd), {}, static_cast<int64_t>(offset), data, static_cast<size_t>(written));
    return written;
}

int faultySync(const char* name, int fd)
{
    const auto syncNow = real<int (*)(int)>(name);
    if (!isMeant(fd))
        return syncNow(fd);
    const Mode mode = nextFault();
    if (mode == Mode::Half)
        die();
    if (fails(mode))
        return -1;
    const int done = syncNow(fd);
    if (done == 0)
        note('s', pathOf(fd), {}, 0, "", 0);
    return done;
}

template <typename Offset> int faultyTruncate(const char* name, int fd, Offset size)
{
    const auto truncateNow = real<int (*)(int, Offset)>(name);
    if (!isMeant(fd))
        return truncateNow(fd, size);
    const Mode mode = nextFault();
    if (mode == Mode::Half)
        die();
    if (fails(mode))
        return -1;
    const int done = truncateNow(fd, size);
    if (done == 0)
        note('t', pathOf(fd), {}, static_cast<int64_t>(size), "", 0);
    return done;
}

/// Names change whole or not at all: the process may die before it. True when the change has to fail.
bool nameChangeFails(const char* path)
{
    if (!isMeant(path))
        return false;
    const Mode mode = nextFault();
    if (mode == Mode::Half)
        die();
    return fails(mode);
}

} // namespace

extern "C" {

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset)
{
    return faultyPwrite("pwrite", fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset)
{
    return faultyPwrite("pwrite64", fd, data, size, offset);
}

ssize_t write(int fd, const void* data, size_t size)
{
    static const auto writeNow = real<WriteFunction>("write");
    if (!isMeant(fd))
        return writeNow(fd, data, size);
    const Mode mode = nextFault();
    if (mode == Mode::Half) {
        (void)writeNow(fd, data, size / 2);
        die();
    }
    return fails(mode) ? -1 : writeNow(fd, data, size);
}

int fsync(int fd)
{
    return faultySync("fsync", fd);
}

int fdatasync(int fd)
{
    return faultySync("fdatasync", fd);
}

int ftruncate(int fd, off_t size) noexcept
{
    return faultyTruncate("ftruncate", fd, size);
}

int ftruncate64(int fd, off64_t size) noexcept
{
    return faultyTruncate("ftruncate64", fd, size);
}

int unlink(const char* path) noexcept
{
    if (isMeant(path) && nextFault() == Mode::Half)
        die();
    const int done = real<int (*)(const char*)>("unlink")(path);
    if (done == 0 && isMeant(path))
        note('u', path, {}, 0, "", 0);
    return done;
}

int rename(const char* from, const char* to) noexcept
{
    if (nameChangeFails(to))
        return -1;
    const int done = real<int (*)(const char*, const char*)>("rename")(from, to);
    if (done == 0 && isMeant(to))
        note('r', from, to, 0, "", 0);
    return done;
}

int renameat2(int fromFolder, const char* from, int toFolder, const char* to, unsigned flags) noexcept
{
    if (nameChangeFails(to))
        return -1;
    const int done =
        real<int (*)(int, const char*, int, const char*, unsigned)>("renameat2")(fromFolder, from, toFolder, to, flags);
    if (done == 0 && isMeant(to))
        note('r', from, to, 0, "", 0);
    return done;
}

int linkat(int fromFolder, const char* from, int toFolder, const char* to, int flags) noexcept
{
    if (nameChangeFails(to))
        return -1;
    return real<int (*)(int, const char*, int, const char*, int)>("linkat")(fromFolder, from, toFolder, to, flags);
}
}

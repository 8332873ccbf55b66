#include "app/session/workspace/openingmarker.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace altimeter::session {

namespace {

constexpr const char* kPrefix = "opening-";
constexpr std::size_t kLongestPath = 16384;

/// Calls `use(file, workspace)` for every marker whose program is gone; the marker stays locked meanwhile.
template <typename Use> void forEachAbandoned(const std::filesystem::path& folder, Use use)
{
    std::error_code problem;
    for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
        if (!at->path().filename().string().starts_with(kPrefix))
            continue;
        const int fd = ::open(at->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0)
            continue;
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
            std::array<char, kLongestPath> text{};
            const auto length = ::read(fd, text.data(), text.size());
            use(at->path(), std::string(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0));
        }
        ::close(fd);
    }
}

} // namespace

std::string OpeningMarker::unsettled() const
{
    std::string newest;
    std::filesystem::file_time_type newestTime;
    forEachAbandoned(m_folder, [&](const std::filesystem::path& file, std::string workspace) {
        std::error_code ignored;
        const auto time = std::filesystem::last_write_time(file, ignored);
        if (!workspace.empty() && (newest.empty() || time > newestTime)) {
            newest = std::move(workspace);
            newestTime = time;
        }
    });
    return newest;
}

void OpeningMarker::begin(const std::string& workspace)
{
    std::error_code ignored;
    std::filesystem::create_directories(m_folder, ignored);
    // Under another name until it is locked and says what it has to say.
    std::string draft = (m_folder / ".opening-XXXXXX").string();
    const int fd = ::mkostemp(draft.data(), O_CLOEXEC);
    std::filesystem::path file;
    if (fd >= 0) {
        file = m_folder / (kPrefix + draft.substr(draft.size() - 6));
        const bool written = ::flock(fd, LOCK_EX | LOCK_NB) == 0 &&
                             ::write(fd, workspace.data(), workspace.size()) == static_cast<ssize_t>(workspace.size());
        if (!written || ::rename(draft.c_str(), file.c_str()) != 0) {
            ::unlink(draft.c_str());
            file.clear();
        }
    }
    end();
    m_file = file;
    m_fd = fd;
    if (!m_file.empty())
        forEachAbandoned(m_folder,
                         [](const std::filesystem::path& left, const std::string&) { ::unlink(left.c_str()); });
}

void OpeningMarker::end()
{
    if (!m_file.empty())
        ::unlink(m_file.c_str());
    if (m_fd >= 0)
        ::close(m_fd);
    m_file.clear();
    m_fd = -1;
}

} // namespace altimeter::session

#include "app/session/workspace/filebefore.h"

#include "models/store/file/leftover.h"

#include <sys/stat.h>

namespace altimeter::session {

FileBefore::FileBefore(std::filesystem::path path)
    : m_file(std::move(path)), m_hadJournal(store::hasJournal(m_file.string())), m_before(now())
{
}

FileBefore::Mark FileBefore::now() const
{
    struct stat about = {};
    (void)::stat(m_file.c_str(), &about);
    return {{about.st_ino, about.st_size}, {about.st_mtim.tv_sec, about.st_mtim.tv_nsec}};
}

/// Only what is known: another program may have replaced the file or written into it meanwhile.
std::string_view FileBefore::whatBecameOfIt() const
{
    const Mark mark = now();
    if (mark == m_before)
        return "; the file was left as it is";
    const bool isSameFile = mark.first.first == m_before.first.first;
    return m_hadJournal && isSameFile && !store::hasJournal(m_file.string())
               ? "; changes that were waiting were written into it first"
               : "";
}

Error FileBefore::notOpened(Error error) const
{
    const bool saysWhatWasLeft = error.what.find("left as") != std::string::npos;
    if (error.code == ErrorCode::Database || (error.code == ErrorCode::Corrupt && !saysWhatWasLeft)) {
        error.code = ErrorCode::Corrupt;
        error.what = "the workspace is damaged (" + error.what + ")" + std::string(whatBecameOfIt());
    }
    if (error.code == ErrorCode::Corrupt)
        error.todo = "Restore a backup, or salvage what is whole into a new workspace.";
    error.where = m_file.string();
    return error;
}

} // namespace altimeter::session

#pragma once

#include "models/domain/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace altimeter::session {

/// A file that appears whole or not at all: written without a name in the same folder, synced, named, renamed into
/// place, and the folder synced. Destroying it before commit() leaves an old file as it was and nothing else; so does a
/// kill, except where the file system knows no nameless files: there a kill leaves the temporary file. Files are
/// readable by their owner only.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target);
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    Status open();
    Status write(std::string_view bytes);
    Status commit();

private:
    Status failure(const std::string& what) const;
    Status putInPlace();
    std::filesystem::path folder() const;
    std::filesystem::path m_target;
    std::filesystem::path m_temporary; ///< empty while the file has no name
    int m_fd = -1;
};

Status writeFileAtomically(const std::filesystem::path& file, std::string_view text);

} // namespace altimeter::session

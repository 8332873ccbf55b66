#pragma once

#include "models/domain/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace altimeter::session {

/// A file that appears whole or not at all: written under a temporary name in the same folder, synced, renamed into
/// place, and the folder synced. Destroying it before commit() removes the temporary file and leaves an old file as it
/// was. Files are readable by their owner only.
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
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    int m_fd = -1;
};

Status writeFileAtomically(const std::filesystem::path& file, std::string_view text);

} // namespace altimeter::session

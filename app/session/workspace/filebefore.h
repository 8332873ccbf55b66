#pragma once

#include "models/domain/result.h"

#include <sys/types.h>

#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace altimeter::session {

/// A workspace file as it was before it was opened, to tell the truth about it when that fails.
class FileBefore {
public:
    explicit FileBefore(std::filesystem::path path);
    /// Why it cannot be opened, with its path. What the database cannot make sense of is damage.
    Error notOpened(Error error) const;

private:
    /// Number and bytes of a file, and when it was last written.
    using Mark = std::pair<std::pair<ino_t, off_t>, std::pair<time_t, long>>;
    Mark now() const;
    std::string_view whatBecameOfIt() const;

    std::filesystem::path m_file;
    bool m_hadJournal;
    Mark m_before;
};

} // namespace altimeter::session

#pragma once

#include "models/domain/result.h"

#include <filesystem>
#include <string>

namespace altimeter::store {

/// A workspace file that is being made beside the place where it shall stand. It appears there whole or not at all:
/// it is built in a folder of its own that only its owner can enter, synced, and renamed without replacing anything.
/// Destroying it removes the folder; what a killed program left is told by its lock and goes with the next one.
class Making {
public:
    /// Error Invalid when `target` exists already, Io when its folder cannot be written.
    static Result<Making> begin(const std::filesystem::path& target);
    Making(Making&& other) noexcept;
    Making& operator=(Making&&) = delete;
    ~Making();

    /// For whatever is needed on the way.
    const std::filesystem::path& folder() const { return m_folder; }
    /// Where to build the workspace.
    std::filesystem::path file() const { return m_folder / "workspace"; }
    /// Puts file() in place. Requires that nobody has it open any more. Error Invalid when somebody else made one
    /// meanwhile.
    Status place();
    /// Puts file() in the place of an existing file, which is renamed to `aside`. A kill leaves the old
    /// file, under one name or both, or the new one.
    Status exchange(const std::filesystem::path& aside);

private:
    Making() = default;
    Status sync() const;
    std::filesystem::path m_target;
    std::filesystem::path m_folder;
    int m_lock = -1;
};

/// Follows symbolic links, also one that points to nothing yet.
std::filesystem::path linkedFile(std::filesystem::path path);
/// Syncs the folder of `file`, so that a name in it stays after a power cut.
void syncFolderOf(const std::filesystem::path& file);
/// "2026-11-21T08-30-00Z", now: a date for a file's name.
std::string dateForName();

} // namespace altimeter::store

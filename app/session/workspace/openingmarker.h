#pragma once

#include <filesystem>
#include <string>

namespace altimeter::session {

/// Remembers on disk which workspace is being opened, so that a program that died of it does not open it by itself
/// again.
///
/// The marker is a small file, locked as long as its program lives: a marker without a lock was left by one that is
/// gone, however it went. Several programs may open workspaces at a time. Where the folder cannot be written there is
/// no marker and no protection; nothing else fails.
class OpeningMarker {
public:
    explicit OpeningMarker(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    OpeningMarker(const OpeningMarker&) = delete;
    OpeningMarker& operator=(const OpeningMarker&) = delete;
    /// The program ends in an orderly way: end().
    ~OpeningMarker() { end(); }

    /// The workspace that a program which is gone was opening; empty where none was.
    std::string unsettled() const;
    /// An opening of `workspace` begins. What earlier programs left is forgotten: somebody decided to go on.
    void begin(const std::string& workspace);
    /// The opening is over: refused in words, closed again, or open and shown for a while.
    void end();

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_file; ///< empty: no opening goes on
    int m_fd = -1;
};

} // namespace altimeter::session

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace altimeter {

/// How far a piece of work on a workspace has come. What `bytes` counts is the work's own affair (bytes of files,
/// months of accounts); it ends at `totalBytes`.
struct Progress {
    std::string phase;
    std::uint64_t rows = 0, bytes = 0, totalBytes = 0;
    std::optional<std::uint32_t> secondsLeft; ///< by the pace so far; none before there is one
};

} // namespace altimeter

#pragma once

#include "models/domain/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace altimeter::session {

/// The whole of a text somebody named: a file, or a pipe the program was started with (/dev/stdin, /dev/fd/N). A named
/// pipe, a device or a folder is refused at once, and so is what holds more than `limitBytes`.
Result<std::string> readTextFile(const std::filesystem::path& file, std::uintmax_t limitBytes = 64U << 20);

} // namespace altimeter::session

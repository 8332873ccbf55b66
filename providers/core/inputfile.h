#pragma once

#include "models/domain/result.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace altimeter::providers {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using InputFile = std::unique_ptr<std::FILE, CloseFile>;

/// What else than an ordinary file may be read.
enum class Streams {
    Refused,
    Inherited, ///< also a pipe that the program was started with: /dev/stdin, /dev/fd/N
};

/// Opens a file somebody named, never waiting for anyone: a named pipe, a device or a folder is an Error Invalid at
/// once. An Error NotFound or Io where it cannot be opened. Errors name `displayName`.
Result<InputFile> openInputFile(const std::filesystem::path& file, const std::string& displayName,
                                Streams streams = Streams::Refused);

} // namespace altimeter::providers

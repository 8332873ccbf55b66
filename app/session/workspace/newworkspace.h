#pragma once

#include "app/session/imports/importing.h"
#include "models/domain/result.h"

#include <filesystem>
#include <stop_token>

namespace altimeter::session {

/// Makes a new workspace file with the default rules, whole or not at all. Error Invalid if the file exists already.
Status makeWorkspace(const std::filesystem::path& file);
/// Makes a workspace filled with the demonstration company through the ordinary import. Error Invalid as above.
Status makeDemo(const std::filesystem::path& file, const ProgressSink& progress, std::stop_token stop);
/// Makes one where there is none; also when another program makes it at the same moment.
Status makeUnlessThere(const std::filesystem::path& file);

} // namespace altimeter::session

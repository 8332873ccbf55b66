#pragma once

#include <filesystem>

namespace altimeter::report {

inline constexpr const char* kRegularFontFile = "NotoSans-Regular.ttf";
inline constexpr const char* kBoldFontFile = "NotoSans-Bold.ttf";

/// The folder that holds both fonts of the report: beside the running program (bin/../share/altimeter/fonts), else
/// where the build installs them, else in the source tree. Empty when none has both.
std::filesystem::path findFontFolder();
/// A font of the system for the writings the report's own lacks (Chinese, Japanese, Korean, …): in `folder` if it is
/// there, else where distributions install it. Empty when there is none.
std::filesystem::path findWideFont(const std::filesystem::path& folder);
/// True when `folder` has both fonts.
bool holdsReportFonts(const std::filesystem::path& folder);

} // namespace altimeter::report

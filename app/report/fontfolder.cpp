#include "app/report/fontfolder.h"

#include <system_error>
#include <vector>

namespace altimeter::report {

namespace {

std::vector<std::filesystem::path> candidates()
{
    std::vector<std::filesystem::path> folders;
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (!program.empty())
        folders.push_back(program.parent_path().parent_path() / "share/altimeter/fonts");
    folders.emplace_back(ALTIMETER_FONTS_INSTALLED);
#ifdef ALTIMETER_FONTS_SOURCE
    folders.emplace_back(ALTIMETER_FONTS_SOURCE);
#endif
    return folders;
}

} // namespace

bool holdsReportFonts(const std::filesystem::path& folder)
{
    std::error_code ignored;
    return !folder.empty() && std::filesystem::is_regular_file(folder / kRegularFontFile, ignored) &&
           std::filesystem::is_regular_file(folder / kBoldFontFile, ignored);
}

std::filesystem::path findWideFont(const std::filesystem::path& folder)
{
    constexpr const char* kWideFontFile = "DroidSansFallbackFull.ttf";
    for (const std::filesystem::path& place : {folder, std::filesystem::path("/usr/share/fonts/truetype/droid"),
                                               std::filesystem::path("/usr/share/fonts/google-droid-sans-fonts"),
                                               std::filesystem::path("/usr/share/fonts/droid")}) {
        std::error_code ignored;
        if (!place.empty() && std::filesystem::is_regular_file(place / kWideFontFile, ignored))
            return place / kWideFontFile;
    }
    return {};
}

std::filesystem::path findFontFolder()
{
    for (const auto& folder : candidates()) {
        if (holdsReportFonts(folder))
            return folder;
    }
    return {};
}

} // namespace altimeter::report

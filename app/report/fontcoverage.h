#pragma once

#include "models/domain/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::report {

/// Which characters of the Basic Multilingual Plane a TrueType font can draw, read from its Unicode cmap (format 4).
/// Characters beyond that plane count as absent, because the PDF library cannot address them.
class FontCoverage {
public:
    /// Reads the bytes of a .ttf file. Error Corrupt when a table lies outside the file, Unsupported without a
    /// format 4 Unicode cmap.
    static Result<FontCoverage> parse(std::string_view font);

    bool has(char32_t character) const;

private:
    std::vector<std::pair<std::uint16_t, std::uint16_t>> m_ranges; ///< both ends inside, ascending
};

} // namespace altimeter::report

#pragma once

#include "models/domain/result.h"

#include <string>
#include <string_view>

namespace altimeter::report {

/// The bytes of a .ttf file in which no glyph is put together of others: each has its outline whole.
///
/// Fonts of East Asian writing make most characters of two parts. The PDF library takes the number of a part for
/// negative from 32,768 on and does not embed it, so that the character loses that part. Glyphs that say where a part
/// goes by points instead of distances stay as they are. Error Corrupt where a table lies outside the file,
/// Unsupported where one is missing.
Result<std::string> withoutComposites(std::string_view font);

/// Whether the font has so many glyphs that the library would lose parts of them. False for what is no font.
bool losesParts(std::string_view font);

} // namespace altimeter::report

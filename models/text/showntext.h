#pragma once

#include <string>
#include <string_view>

/// How data reach the eye. A name out of a cost file or from a server is text: what it holds is shown, never obeyed.
namespace altimeter::words {

/// What becomes of line breaks and tabs.
enum class LineEnds {
    Shown, ///< named like every other control character: for names and table cells
    Blank, ///< one blank each: for a message that stands on one line
    Kept,  ///< left alone: for text of several lines
};

/// True for a character that nobody sees but that acts on what is seen: control characters (C0, DEL, C1), marks that
/// turn or isolate the direction of writing, characters of no width, fillers, line and paragraph separators, tags.
bool actsUnseen(char32_t character);

/// UTF-8 `text` with every such character written as its number, "‹U+202E›". A byte that belongs to no UTF-8 sequence
/// becomes U+FFFD. The joiners U+200C and U+200D are kept between two characters of scripts and pictures that need them
/// (neither is a letter of the Latin, Greek or Cyrillic alphabet, a digit or a sign of theirs).
///
/// Not for data that leave the program: exports, CSV and JSON keep what was delivered.
std::string shown(std::string_view text, LineEnds lineEnds = LineEnds::Shown);

} // namespace altimeter::words

#pragma once

#include "models/text/words.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace altimeter::providers {

/// Whether a cell says "no value": empty, blank, or NULL in any case, blanks around it or not.
inline bool isNullCell(std::string_view cell)
{
    if (cell.empty())
        return true;
    const char first = cell.front();
    if (first != 'N' && first != 'n' && first != ' ' && first != '\t')
        return false;
    const std::string_view word = words::trimmed(cell);
    return word.empty() || words::equalsIgnoreCase(word, "null");
}

/// The start of a cell, short enough for a message.
std::string shownText(std::string_view text);

/// "1.234,50" as "1234.50": for files that write a decimal comma. Empty when a point stands where no group can end, so
/// that "4.7" in such a file is refused and never read as 47.
std::string withDecimalPoint(std::string_view number);

} // namespace altimeter::providers

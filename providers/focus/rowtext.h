#pragma once

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
    const std::size_t begin = cell.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return true;
    const std::string_view word = cell.substr(begin, cell.find_last_not_of(" \t\r\n") - begin + 1);
    return word.size() == 4 && (word[0] | 0x20) == 'n' && (word[1] | 0x20) == 'u' && (word[2] | 0x20) == 'l' &&
           (word[3] | 0x20) == 'l';
}

/// Whether the bytes are well-formed UTF-8.
bool isUtf8(std::string_view text);

/// The start of a cell, short enough for a message.
std::string shownText(std::string_view text);

/// "1.234,50" as "1234.50": for files that write a decimal comma. Empty when a point stands where no group can end, so
/// that "4.7" in such a file is refused and never read as 47.
std::string withDecimalPoint(std::string_view number);

} // namespace altimeter::providers

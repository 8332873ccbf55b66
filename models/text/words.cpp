#include "models/text/words.h"

#include <algorithm>
#include <array>

namespace altimeter::words {

std::string toLower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return toLower(c); });
    return result;
}

std::string_view trimmed(std::string_view text, std::string_view blanks)
{
    const std::size_t from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::string foldTagKey(std::string_view key)
{
    return toLower(trimmed(key));
}

std::string foldColumnName(std::string_view name)
{
    if (name.starts_with("\xef\xbb\xbf"))
        name.remove_prefix(3);
    std::string folded;
    for (const char c : name) {
        if (c != '_' && c != ' ' && c != '\t')
            folded.push_back(toLower(c));
    }
    return folded;
}

bool equalsIgnoreCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return toLower(x) == toLower(y); });
}

bool startsFormula(std::string_view text)
{
    constexpr std::array<std::string_view, 4> fullWidth{"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    constexpr std::string_view ascii("=+-@\t\r\n\0", 8);
    if (text.empty())
        return false;
    return ascii.find(text.front()) != std::string_view::npos ||
           std::any_of(fullWidth.begin(), fullWidth.end(),
                       [text](std::string_view start) { return text.starts_with(start); });
}

} // namespace altimeter::words

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

namespace {

/// "-0.25", "+1e5": a spreadsheet reads a number there, and runs nothing.
bool isPlainNumber(std::string_view text)
{
    std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    const auto digits = [&text, &at] {
        const std::size_t from = at;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return at - from;
    };
    std::size_t mantissa = digits();
    if (at < text.size() && text[at] == '.') {
        ++at;
        mantissa += digits();
    }
    if (mantissa == 0)
        return false;
    if (at < text.size() && toLower(text[at]) == 'e') {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        if (digits() == 0)
            return false;
    }
    return at == text.size();
}

std::string_view withoutApostrophes(std::string_view text)
{
    return text.substr(std::min(text.find_first_not_of('\''), text.size()));
}

} // namespace

bool startsFormula(std::string_view text)
{
    constexpr std::array<std::string_view, 4> fullWidth{"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    constexpr std::string_view ascii("=+-@\t\r\n\0", 8);
    if (text.empty() || isPlainNumber(text))
        return false;
    return ascii.find(text.front()) != std::string_view::npos ||
           std::any_of(fullWidth.begin(), fullWidth.end(),
                       [text](std::string_view start) { return text.starts_with(start); });
}

std::string guarded(std::string_view text)
{
    return startsFormula(withoutApostrophes(text)) ? '\'' + std::string(text) : std::string(text);
}

std::string_view unguarded(std::string_view text)
{
    const bool isGuarded = text.starts_with('\'') && startsFormula(withoutApostrophes(text));
    return isGuarded ? text.substr(1) : text;
}

} // namespace altimeter::words

#include "models/text/showntext.h"

#include "models/text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter::words {

namespace {

/// First and last, ascending.
constexpr std::array<std::pair<char32_t, char32_t>, 18> kUnseen{{
    {0x0000, 0x001F},   // C0
    {0x007F, 0x009F},   // DEL, C1
    {0x00AD, 0x00AD},   // soft hyphen
    {0x034F, 0x034F},   // grapheme joiner
    {0x061C, 0x061C},   // Arabic letter mark
    {0x115F, 0x1160},   // Hangul fillers
    {0x17B4, 0x17B5},   // Khmer vowels without a shape
    {0x180B, 0x180F},   // Mongolian selectors and vowel separator
    {0x200B, 0x200F},   // no width, joiners, direction marks
    {0x2028, 0x202E},   // separators, embeddings, overrides
    {0x2060, 0x206F},   // word joiner, invisible operators, isolates
    {0x3164, 0x3164},   // Hangul filler
    {0xFEFF, 0xFEFF},   // byte order mark
    {0xFFA0, 0xFFA0},   // half-width Hangul filler
    {0xFFF9, 0xFFFC},   // interlinear annotation, object in place of text
    {0x13430, 0x1343F}, // hieroglyph format controls
    {0x1D173, 0x1D17A}, // musical format controls
    {0xE0000, 0xE0FFF}, // tags and their neighbours
}};

bool isLineEnd(char32_t c)
{
    return c == U'\n' || c == U'\r' || c == U'\t';
}

bool isJoiner(char32_t c)
{
    return c == 0x200C || c == 0x200D;
}

/// Characters of scripts whose letters join, and pictures.
bool mayJoin(char32_t c)
{
    return c >= 0x0590 && c != kMalformed && (c < 0x2000 || c > 0x206F) && !actsUnseen(c);
}

void appendNumber(std::string& out, char32_t c)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    out += "\u2039U+";
    for (int shift = c > 0xFFFFF ? 20 : c > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4)
        out += kHex[c >> shift & 0xFu];
    out += "\u203A";
}

/// Printable ASCII, the usual case, needs no look at single characters.
bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

bool actsUnseen(char32_t character)
{
    if (character >= 0x20 && character < 0x7F)
        return false; // nearly all that is ever asked
    const auto next = std::upper_bound(kUnseen.begin(), kUnseen.end(), character,
                                       [](char32_t value, const auto& range) { return value < range.first; });
    return next != kUnseen.begin() && character <= std::prev(next)->second;
}

std::string shown(std::string_view text, LineEnds lineEnds)
{
    if (isPlain(text))
        return std::string(text);
    std::string out;
    char32_t before = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character now = characterAt(text, at);
        const std::size_t after = at + now.length;
        const bool joins =
            isJoiner(now.value) && mayJoin(before) && after < text.size() && mayJoin(characterAt(text, after).value);
        if (isLineEnd(now.value) && lineEnds != LineEnds::Shown)
            out += lineEnds == LineEnds::Blank ? ' ' : text[at];
        else if (actsUnseen(now.value) && !joins)
            appendNumber(out, now.value);
        else if (now.value == kMalformed)
            out += "\uFFFD";
        else
            out += text.substr(at, now.length);
        before = now.value;
        at = after;
    }
    return out;
}

} // namespace altimeter::words

#include "models/text/utf8.h"

#include <algorithm>

namespace altimeter::words {

std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    if (at >= text.size())
        return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || at + length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    }
    const bool tooLong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    const bool tooHigh = lead == 0xF4 && byte(1) >= 0x90;
    return tooLong || surrogate || tooHigh ? 0 : length;
}

bool isUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

Character characterAt(std::string_view text, std::size_t at)
{
    const std::size_t length = sequenceLength(text, at);
    if (length == 0)
        return {};
    const auto lead = static_cast<unsigned char>(text[at]);
    char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
        value = value << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    return {value, length};
}

std::u32string characters(std::string_view text)
{
    std::u32string all;
    for (std::size_t at = 0; at < text.size();) {
        const Character one = characterAt(text, at);
        all.push_back(one.value);
        at += one.length;
    }
    return all;
}

std::size_t characterCount(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count)
        at += std::max<std::size_t>(sequenceLength(text, at), 1);
    return count;
}

void appendCharacter(std::string& out, char32_t character)
{
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    const auto tail = [&put](char32_t bits) { put(0x80U | (bits & 0x3FU)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0U | character >> 6U);
        tail(character);
    } else if (character < 0x10000) {
        put(0xE0U | character >> 12U);
        tail(character >> 6U);
        tail(character);
    } else {
        put(0xF0U | character >> 18U);
        tail(character >> 12U);
        tail(character >> 6U);
        tail(character);
    }
}

std::string wellFormed(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        out += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

std::string_view firstBytes(std::string_view text, std::size_t most)
{
    if (text.size() <= most)
        return text;
    std::size_t end = most;
    for (std::size_t back = 0; back < 4 && back <= most; ++back) {
        const std::size_t begin = most - back;
        if (sequenceLength(text, begin) > back) { // it reaches beyond the end, or begins there
            end = begin;
            break;
        }
    }
    return text.substr(0, end);
}

std::string excerpt(std::string_view text, std::size_t mostBytes)
{
    return std::string(firstBytes(text, mostBytes));
}

std::string_view firstCharacters(std::string_view text, std::size_t most)
{
    std::size_t at = 0;
    for (; most > 0 && at < text.size(); --most)
        at += std::max<std::size_t>(sequenceLength(text, at), 1);
    return text.substr(0, at);
}

} // namespace altimeter::words

#include "providers/focus/rowtext.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

/// Length of the well-formed sequence at `at`, 0 when it is none.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
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

/// Whether a group of exactly three digits follows the separator at `place`.
bool endsGroup(std::string_view number, std::size_t place)
{
    const std::string_view rest = number.substr(place + 1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    return digits == 3;
}

} // namespace

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

std::string shownText(std::string_view text)
{
    constexpr std::size_t kShown = 60;
    if (text.size() <= kShown)
        return std::string(text);
    std::size_t length = kShown;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length;
    return std::string(text.substr(0, length)) + "…";
}

std::string withDecimalPoint(std::string_view number)
{
    std::string text;
    text.reserve(number.size());
    const std::size_t comma = std::min(number.find(','), number.size());
    for (std::size_t i = 0; i < number.size(); ++i) {
        if (number[i] == '.') {
            if (i > comma || !endsGroup(number, i))
                return {};
        } else {
            text += number[i] == ',' ? '.' : number[i];
        }
    }
    return text;
}

} // namespace altimeter::providers

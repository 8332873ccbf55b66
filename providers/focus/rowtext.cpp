#include "providers/focus/rowtext.h"

#include "models/text/utf8.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

/// Whether a group of exactly three digits follows the separator at `place`.
bool endsGroup(std::string_view number, std::size_t place)
{
    const std::string_view rest = number.substr(place + 1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    return digits == 3;
}

} // namespace

std::string shownText(std::string_view text)
{
    constexpr std::size_t kShown = 60;
    if (text.size() <= kShown)
        return std::string(text);
    return words::excerpt(text, kShown) + "…";
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

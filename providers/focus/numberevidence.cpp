#include "providers/focus/numberevidence.h"

#include "models/text/words.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

/// How many digits follow the separator at `place`.
std::size_t digitsBehind(std::string_view number, std::size_t place)
{
    std::size_t digits = 0;
    while (place + 1 + digits < number.size() && words::isDigit(number[place + 1 + digits]))
        ++digits;
    return digits;
}

/// What one separator that stands alone says: three digits behind it may be a group of thousands, if one to three
/// stand before it and the first of them is no zero.
bool mayGroup(std::string_view number, std::size_t place)
{
    std::size_t begin = place;
    while (begin > 0 && words::isDigit(number[begin - 1]))
        --begin;
    const std::size_t before = place - begin;
    return digitsBehind(number, place) == 3 && before >= 1 && before <= 3 && number[begin] != '0';
}

bool isText(char c)
{
    return (words::toLower(c) >= 'a' && words::toLower(c) <= 'z' && words::toLower(c) != 'e') || c == '/' || c == ':';
}

} // namespace

NumberSays whatNumberSays(std::string_view number)
{
    if (std::any_of(number.begin(), number.end(), isText))
        return NumberSays::Nothing;
    const auto commas = std::count(number.begin(), number.end(), ',');
    const auto points = std::count(number.begin(), number.end(), '.');
    const std::size_t comma = number.rfind(',');
    const std::size_t point = number.rfind('.');
    if (commas > 0 && points > 0)
        return comma < point ? NumberSays::Point : NumberSays::Comma;
    if (points > 1)
        return NumberSays::Comma;
    if (commas > 1)
        return NumberSays::Point;
    if (points == 1)
        return mayGroup(number, point) ? NumberSays::PerhapsPoint : NumberSays::Point;
    if (commas == 1)
        return mayGroup(number, comma) ? NumberSays::EitherWay : NumberSays::Comma;
    return NumberSays::Nothing;
}

void NumberEvidence::add(std::string_view number, std::uint64_t line)
{
    if (number.find_first_of(",.") == std::string_view::npos)
        return;
    const NumberSays says = whatNumberSays(number);
    points += says == NumberSays::Point ? 1U : 0U;
    commas += says == NumberSays::Comma ? 1U : 0U;
    hasComma = hasComma || number.find(',') != std::string_view::npos;
    if (says == NumberSays::EitherWay && eitherWayLine == 0) {
        eitherWayLine = line;
        eitherWay = number;
    }
    if (says == NumberSays::PerhapsPoint && perhapsLine == 0) {
        perhapsLine = line;
        perhaps = number;
    }
}

} // namespace altimeter::providers

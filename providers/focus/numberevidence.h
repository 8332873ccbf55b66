#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace altimeter::providers {

/// What a number as it is written says of its decimal sign.
enum class NumberSays : std::uint8_t {
    Nothing,      ///< "12"
    Point,        ///< "0.5", "1,234.5", "1,234,567"
    Comma,        ///< "0,5", "0,125", "1234,500", "1.234,5", "1.234.567"
    EitherWay,    ///< "1,234"
    PerhapsPoint, ///< "1.234": a decimal point, as FOCUS writes it, unless the file has ways of its own
};
NumberSays whatNumberSays(std::string_view number);

/// What the numbers of one column, or of several, say together.
struct NumberEvidence {
    std::uint64_t points = 0, commas = 0; ///< numbers that prove the one or the other
    bool hasComma = false;                ///< a comma stands in one of them
    std::uint64_t eitherWayLine = 0;      ///< of the first number that can be read in two ways; 0: there is none
    std::string eitherWay;                ///< as it is written
    std::uint64_t perhapsLine = 0;        ///< of the first number such as "1.234"; 0: there is none
    std::string perhaps;                  ///< as it is written

    void add(std::string_view number, std::uint64_t line);
    bool isContradictory() const { return points > 0 && commas > 0; }
    bool isSilent() const { return points == 0 && commas == 0; }
};

} // namespace altimeter::providers

#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace altimeter::cli {

/// One typed value of an answer, already in the words in which it is printed.
struct Cell {
    enum class Kind : std::uint8_t {
        Null,   ///< unknown or not there: empty in csv, null in json
        Text,   ///< data of the user or a fixed word
        Amount, ///< exact decimal of money: a string in json
        Number, ///< a count or a statistic: a number in json
        Json,   ///< a JSON value, printed as it is; only for columns of json
    };
    Kind kind = Kind::Null;
    std::string text;

    static Cell null() { return {}; }
    static Cell ofText(std::string_view text) { return {Kind::Text, std::string(text)}; }
    static Cell ofCount(std::uint64_t count) { return {Kind::Number, std::to_string(count)}; }
    static Cell ofAmount(const Amount& amount) { return {Kind::Amount, amount.toString()}; }
    static Cell ofAmount(const std::optional<Amount>& amount) { return amount ? ofAmount(*amount) : null(); }
    static Cell ofAmount(const DecimalSum& sum) { return {Kind::Amount, sum.toString()}; }
    /// An estimated amount with nine decimals; null where it is no number.
    static Cell ofEstimate(double value);
    /// A number as a source wrote it, never in exponent form; its text where it is none.
    static Cell ofDecimal(std::string_view text);
    /// A plain statistic with `decimals` decimals; null where it is no number.
    static Cell ofNumber(double value, int decimals);
    static Cell ofJson(std::string json) { return {Kind::Json, std::move(json)}; }
    static Cell ofDay(Day day) { return day.isValid() ? ofText(toString(day)) : null(); }
    /// "2026-11": a billing period.
    static Cell ofMonth(Day day) { return day.isValid() ? ofText(toString(day).substr(0, 7)) : null(); }
    static Cell ofInstant(Instant instant) { return instant.isValid() ? ofText(toString(instant)) : null(); }
};

} // namespace altimeter::cli

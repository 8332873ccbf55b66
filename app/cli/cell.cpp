#include "app/cli/cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace altimeter::cli {

namespace {

/// Fixed notation without locale; empty where `value` is no number.
std::string fixedText(double value, int decimals)
{
    std::array<char, 400> buffer{};
    if (!std::isfinite(value))
        return {};
    const auto [end, code] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    if (code != std::errc{})
        return {};
    std::string text(buffer.data(), end);
    const bool isMinusZero = text.starts_with('-') && text.find_first_of("123456789") == std::string::npos;
    return isMinusZero ? text.substr(1) : text;
}

/// "1.5e-3" as "0.0015", by moving the point, whatever the number of digits; empty where it is no such number.
std::string withoutExponent(std::string_view text)
{
    constexpr int kFarthest = 400; // no double reaches further
    const std::size_t letter = text.find_first_of("eE");
    if (letter == std::string_view::npos)
        return {};
    const bool isNegative = text.starts_with('-');
    std::string digits(text.substr(isNegative ? 1 : 0, letter - (isNegative ? 1 : 0)));
    std::string_view power = text.substr(letter + 1);
    power.remove_prefix(power.starts_with('+') ? 1 : 0);
    int exponent = 0;
    const auto [end, code] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    if (point < digits.size())
        digits.erase(point, 1);
    if (code != std::errc{} || end != power.data() + power.size() || std::abs(exponent) > kFarthest || digits.empty() ||
        digits.find_first_not_of("0123456789") != std::string::npos)
        return {};
    int place = static_cast<int>(point) + exponent;
    if (place <= 0) {
        digits.insert(0, static_cast<std::size_t>(1 - place), '0');
        place = 1;
    }
    if (static_cast<std::size_t>(place) > digits.size())
        digits.append(static_cast<std::size_t>(place) - digits.size(), '0');
    std::string whole = digits.substr(0, static_cast<std::size_t>(place));
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    const std::string fraction = digits.substr(static_cast<std::size_t>(place));
    return (isNegative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

} // namespace

Cell Cell::ofDecimal(std::string_view text)
{
    const std::string plain = withoutExponent(text);
    return {Kind::Amount, plain.empty() ? std::string(text) : plain};
}

Cell Cell::ofEstimate(double value)
{
    std::string text = fixedText(value, 9);
    return text.empty() ? null() : Cell{Kind::Amount, std::move(text)};
}

Cell Cell::ofNumber(double value, int decimals)
{
    std::string text = fixedText(value, decimals);
    return text.empty() ? null() : Cell{Kind::Number, std::move(text)};
}

} // namespace altimeter::cli

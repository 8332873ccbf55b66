#include "app/cli/cell.h"

#include <array>
#include <charconv>
#include <cmath>

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

} // namespace

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

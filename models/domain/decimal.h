#pragma once

#include "models/domain/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace altimeter {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// An exact decimal number as a provider wrote it: `mantissa` / 10^`scale`.
///
/// Up to 38 significant digits and 0..36 digits after the point, so the 24-decimal amounts of real exports fit with
/// room. Trailing zeros of the text are kept in `scale` ("1.50" is 150 / 10^2).
struct Decimal {
    Int128 mantissa = 0;
    std::uint8_t scale = 0;

    bool isZero() const { return mantissa == 0; }
    bool isNegative() const { return mantissa < 0; }
};

/// What a lenient reading met; the conformance findings count these.
enum class NumberStyle : std::uint8_t {
    Plain,     ///< as FOCUS asks: digits, one point, leading minus, mEn
    Decorated, ///< currency sign, grouping commas, blanks, leading plus, accounting brackets, exponent with '+'
};

struct ParsedDecimal {
    Decimal value;
    NumberStyle style = NumberStyle::Plain;
};

/// Reads a decimal from provider text: "12.50", "-3", "1.66667e-05", "$10,100.00 ", "(4.20)", "+1".
/// Requires non-null text. Error Invalid when it is no number, Overflow when it needs more than 38 digits or 36
/// decimals. A comma is grouping only where three digits follow each comma and the point, if any, comes later.
Result<ParsedDecimal> parseDecimal(std::string_view text);

/// Plain text, never an exponent, all digits of `scale` kept: {150, 2} is "1.50".
std::string toString(const Decimal& value);

/// Exact sum of any number of Decimals of any scale: whole units plus a fraction in 10^-36.
/// Range ±1.7e38 units; leaving it turns `overflowed()` true for good, it never wraps.
class DecimalSum {
public:
    void add(const Decimal& value);
    void add(const DecimalSum& other);
    void subtract(const DecimalSum& other);
    bool overflowed() const { return m_overflowed; }
    bool isZero() const { return m_units == 0 && m_fraction == 0; }
    /// Plain exact decimal, at least `minDecimals` digits after the point, no other trailing zeros.
    std::string toString(int minDecimals = 9) const;
    /// The sum rounded once, half to even, to `decimals` (0..18) digits, as plain text with exactly those digits.
    std::string toRoundedString(int decimals = 9) const;
    /// Exact value as count of 10^-18 (rounded toward minus infinity) and what is left in 10^-36 (0 <= rest < 10^18).
    /// Error Overflow outside ±1.7e20 units.
    Result<Int128> attosFloor(std::int64_t* restIn1e36 = nullptr) const;
    friend bool operator==(const DecimalSum&, const DecimalSum&) = default;

    /// Reads what toString wrote. Error Invalid otherwise.
    static Result<DecimalSum> parse(std::string_view text);

private:
    Int128 m_units = 0;    ///< floor of the sum
    Int128 m_fraction = 0; ///< 0 <= m_fraction < 10^36, in 10^-36
    bool m_overflowed = false;
};

} // namespace altimeter

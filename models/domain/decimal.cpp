#include "models/domain/decimal.h"

#include "models/domain/powersoften.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <limits>

namespace altimeter {

namespace {

using words::isDigit;

constexpr int kMaxDigits = 38;
constexpr int kMaxScale = 36;
constexpr int kFastDigits = 18;

constexpr Int128 kFractionUnit = powerOfTen(kMaxScale);
constexpr Int128 kMaxInt128 = static_cast<Int128>(~UInt128{0} >> 1);

constexpr UInt128 magnitudeOf(Int128 value)
{
    return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

/// Writes the digits of `value` before `end`, padded with zeros to `width`, and answers their begin.
char* writeDigitsBackward(char* end, UInt128 value, int width)
{
    char* at = end;
    while (value > std::numeric_limits<std::uint64_t>::max()) {
        *--at = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    }
    for (auto low = static_cast<std::uint64_t>(value); low != 0; low /= 10)
        *--at = static_cast<char>('0' + static_cast<int>(low % 10));
    while (end - at < width)
        *--at = '0';
    return at;
}

std::string digitsOf(UInt128 value, int width)
{
    std::array<char, 48> buffer{};
    char* const end = buffer.data() + buffer.size();
    return std::string(writeDigitsBackward(end, value, width), end);
}

Error invalidNumber(std::string_view text)
{
    constexpr std::size_t kShown = 60;
    std::string shown(text.substr(0, kShown));
    return {ErrorCode::Invalid, "\"" + shown + (text.size() > kShown ? "…" : "") + "\" is not a number", {}};
}

Error tooLong(std::string_view text)
{
    return {ErrorCode::Overflow, "\"" + std::string(text.substr(0, 60)) + "\" has more digits than can be kept", {}};
}

/// The everyday case, [-]digits[.digits] with at most 18 digits. False: look closer.
bool parseFast(std::string_view text, Decimal& out)
{
    const char* at = text.data();
    const char* const end = at + text.size();
    const bool negative = at != end && *at == '-';
    at += negative ? 1 : 0;
    if (end - at > kFastDigits + 1)
        return false;
    std::uint64_t mantissa = 0; // 19 digits fit, one more than is taken
    const auto digit = [](char c) { return static_cast<std::uint64_t>(c - '0'); };
    const char* const first = at;
    while (at != end && isDigit(*at))
        mantissa = mantissa * 10 + digit(*at++);
    auto digits = at - first;
    std::uint8_t scale = 0;
    if (at != end && *at == '.') {
        const char* const point = ++at;
        while (at != end && isDigit(*at))
            mantissa = mantissa * 10 + digit(*at++);
        digits += at - point;
        scale = static_cast<std::uint8_t>(at - point);
    }
    if (at != end || digits == 0 || digits > kFastDigits)
        return false;
    out.mantissa = negative ? -static_cast<Int128>(mantissa) : static_cast<Int128>(mantissa);
    out.scale = scale;
    return true;
}

/// Cuts what stands around the digits: blanks, currency signs, a sign, accounting brackets.
class Peeler {
public:
    explicit Peeler(std::string_view text) : m_rest(text) {}

    /// False when signs or brackets contradict each other.
    bool peel()
    {
        if (isBare())
            return true;
        cutAround();
        if (m_rest.size() >= 2 && m_rest.front() == '(' && m_rest.back() == ')') {
            m_rest = m_rest.substr(1, m_rest.size() - 2);
            m_bracketed = m_decorated = true;
            cutAround();
        }
        return m_signs <= 1 && !(m_bracketed && m_signs > 0) && m_currencySigns <= 1;
    }
    std::string_view rest() const { return m_rest; }
    bool isNegative() const { return m_negative || m_bracketed; }
    bool isDecorated() const { return m_decorated; }

private:
    /// The common case: nothing but perhaps a minus stands around the digits.
    bool isBare()
    {
        const std::size_t sign = m_rest.starts_with('-') ? 1 : 0;
        if (m_rest.size() <= sign || !isDigit(m_rest[sign]) || !isDigit(m_rest.back()))
            return false;
        m_negative = sign == 1;
        m_rest.remove_prefix(sign);
        return true;
    }
    void cutAround()
    {
        while (cutBlank() || cutCurrencySign() || cutSign())
            continue;
    }
    bool cutPrefix(std::string_view what)
    {
        if (!m_rest.starts_with(what))
            return false;
        m_rest.remove_prefix(what.size());
        return true;
    }
    bool cutEither(std::string_view what)
    {
        if (cutPrefix(what))
            return true;
        if (!m_rest.ends_with(what))
            return false;
        m_rest.remove_suffix(what.size());
        return true;
    }
    bool cutBlank()
    {
        for (const std::string_view blank : {" ", "\t", "\r", "\n", "\xC2\xA0", "\xE2\x80\xAF"}) {
            if (cutEither(blank))
                return m_decorated = true;
        }
        return false;
    }
    bool cutCurrencySign()
    {
        using namespace std::string_view_literals;
        constexpr std::array kSigns{"$"sv,           "\xC2\xA2"sv,     "\xC2\xA3"sv,     "\xC2\xA4"sv,
                                    "\xC2\xA5"sv,    "\xEF\xBC\x84"sv, "\xEF\xBF\xA1"sv, "\xEF\xBF\xA5"sv,
                                    "\xEF\xBF\xA6"sv};
        const bool known = std::any_of(kSigns.begin(), kSigns.end(), [this](auto sign) { return cutEither(sign); });
        if (!known && !cutCurrencyBlock())
            return false;
        ++m_currencySigns;
        return m_decorated = true;
    }
    /// U+20A0..U+20CF, the Unicode block of currency symbols.
    bool cutCurrencyBlock()
    {
        const auto isSymbol = [](std::string_view three) {
            const auto third = static_cast<unsigned char>(three[2]);
            return three[0] == '\xE2' &&
                   ((three[1] == '\x82' && third >= 0xA0) || (three[1] == '\x83' && third <= 0x8F));
        };
        if (m_rest.size() >= 3 && isSymbol(m_rest.substr(0, 3)))
            return m_rest.remove_prefix(3), true;
        if (m_rest.size() >= 3 && isSymbol(m_rest.substr(m_rest.size() - 3)))
            return m_rest.remove_suffix(3), true;
        return false;
    }
    bool cutSign()
    {
        if (cutPrefix("-")) {
            m_negative = true;
        } else if (cutPrefix("\xE2\x88\x92")) {
            m_negative = m_decorated = true;
        } else if (cutPrefix("+")) {
            m_decorated = true;
        } else {
            return false;
        }
        ++m_signs;
        return true;
    }

    std::string_view m_rest;
    int m_signs = 0;
    int m_currencySigns = 0;
    bool m_negative = false;
    bool m_bracketed = false;
    bool m_decorated = false;
};

/// Digits with optional grouping, point and exponent, as they are read one after another.
struct Digits {
    UInt128 mantissa = 0;
    int significant = 0;  ///< digits in `mantissa`, without leading zeros
    int seen = 0;         ///< all digits
    int decimals = 0;     ///< digits after the point that `mantissa` holds
    int pendingZeros = 0; ///< zeros after the point not yet multiplied in
    bool tooLong = false;

    void pushWhole(int digit)
    {
        ++seen;
        append(digit);
    }
    /// Zeros after the point wait until a digit follows, so that padding beyond the range does no harm.
    void pushDecimal(int digit)
    {
        ++seen;
        if (digit == 0) {
            ++pendingZeros;
            return;
        }
        flushZeros();
        append(digit);
        ++decimals;
    }
    void flushZeros()
    {
        for (; pendingZeros > 0 && !tooLong; --pendingZeros) {
            append(0);
            ++decimals;
        }
    }
    /// Keeps written trailing zeros as far as there is room.
    void keepTrailingZeros()
    {
        while (pendingZeros > 0 && significant < kMaxDigits && decimals < kMaxScale) {
            append(0);
            ++decimals;
            --pendingZeros;
        }
    }

private:
    void append(int digit)
    {
        if (mantissa == 0 && digit == 0)
            return;
        tooLong |= ++significant > kMaxDigits;
        if (!tooLong)
            mantissa = mantissa * 10 + static_cast<unsigned>(digit);
    }
};

/// Reads the whole part with its grouping commas. Answers how many bytes, or nothing where commas stand wrong.
bool readWhole(std::string_view& rest, Digits& digits, bool& grouped)
{
    std::size_t at = 0;
    std::size_t group = 0;
    for (; at < rest.size() && (isDigit(rest[at]) || rest[at] == ','); ++at) {
        if (rest[at] != ',') {
            digits.pushWhole(rest[at] - '0');
            ++group;
            continue;
        }
        if (grouped ? group != 3 : (group == 0 || group > 3 || rest[0] == '0'))
            return false;
        grouped = true;
        group = 0;
    }
    rest.remove_prefix(at);
    return !grouped || group == 3;
}

/// Reads "e-05". False when it is none.
bool readExponent(std::string_view& rest, int& exponent, bool& decorated)
{
    rest.remove_prefix(1);
    const bool negative = rest.starts_with('-');
    decorated |= rest.starts_with('+');
    if (negative || rest.starts_with('+'))
        rest.remove_prefix(1);
    if (rest.empty())
        return false;
    constexpr int kFarAway = 100000;
    for (; !rest.empty() && isDigit(rest.front()); rest.remove_prefix(1))
        exponent = std::min(exponent * 10 + (rest.front() - '0'), kFarAway);
    if (negative)
        exponent = -exponent;
    return rest.empty();
}

/// Moves the point by `exponent`; false when the value needs more room than there is.
bool applyExponent(UInt128& mantissa, int& scale, int exponent)
{
    scale -= exponent;
    if (mantissa == 0) {
        scale = std::clamp(scale, 0, kMaxScale);
        return true;
    }
    while (scale > kMaxScale && mantissa % 10 == 0) {
        mantissa /= 10;
        --scale;
    }
    if (scale > kMaxScale || scale < -kMaxDigits)
        return false;
    for (; scale < 0; ++scale) {
        mantissa *= 10;
        if (mantissa >= kPowersOfTen[kMaxDigits])
            return false;
    }
    return true;
}

Result<ParsedDecimal> parseSlow(std::string_view text)
{
    Peeler peeler(text);
    if (!peeler.peel())
        return invalidNumber(text);
    std::string_view rest = peeler.rest();
    bool decorated = peeler.isDecorated();
    bool grouped = false;
    Digits digits;
    if (!readWhole(rest, digits, grouped))
        return invalidNumber(text);
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        for (; !rest.empty() && isDigit(rest.front()); rest.remove_prefix(1))
            digits.pushDecimal(rest.front() - '0');
    }
    int exponent = 0;
    if (digits.seen == 0)
        return invalidNumber(text);
    if (!rest.empty() && !((rest.front() == 'e' || rest.front() == 'E') && readExponent(rest, exponent, decorated)))
        return invalidNumber(text);
    digits.keepTrailingZeros();
    int scale = digits.decimals;
    UInt128 mantissa = digits.mantissa;
    if (digits.tooLong || !applyExponent(mantissa, scale, exponent))
        return tooLong(text);
    ParsedDecimal parsed;
    parsed.value.mantissa = peeler.isNegative() ? -static_cast<Int128>(mantissa) : static_cast<Int128>(mantissa);
    parsed.value.scale = static_cast<std::uint8_t>(scale);
    parsed.style = decorated || grouped ? NumberStyle::Decorated : NumberStyle::Plain;
    return parsed;
}

struct SignAndMagnitude {
    bool negative = false;
    UInt128 units = 0;
    UInt128 fraction = 0; ///< in 10^-36
};

SignAndMagnitude signAndMagnitude(Int128 units, Int128 fraction)
{
    if (units >= 0)
        return {false, static_cast<UInt128>(units), static_cast<UInt128>(fraction)};
    if (fraction == 0)
        return {true, magnitudeOf(units), 0};
    return {true, magnitudeOf(units + 1), static_cast<UInt128>(kFractionUnit - fraction)};
}

} // namespace

Result<ParsedDecimal> parseDecimal(std::string_view text)
{
    ParsedDecimal parsed;
    if (parseFast(text, parsed.value))
        return parsed;
    return parseSlow(text);
}

std::string toString(const Decimal& value)
{
    std::string digits = digitsOf(magnitudeOf(value.mantissa), value.scale + 1);
    if (value.scale > 0)
        digits.insert(digits.size() - value.scale, 1, '.');
    if (value.isNegative())
        digits.insert(0, 1, '-');
    return digits;
}

void DecimalSum::add(const Decimal& value)
{
    Int128 units = 0;
    Int128 rest = 0;
    if (value.scale <= kFastDigits && value.mantissa == static_cast<std::int64_t>(value.mantissa)) {
        const auto divisor = static_cast<std::int64_t>(powerOfTen(value.scale));
        units = static_cast<std::int64_t>(value.mantissa) / divisor;
        rest = static_cast<std::int64_t>(value.mantissa) % divisor;
    } else {
        const Int128 divisor = powerOfTen(value.scale);
        units = value.mantissa / divisor;
        rest = value.mantissa % divisor;
    }
    m_fraction += rest * powerOfTen(kMaxScale - value.scale);
    if (m_fraction < 0) {
        m_fraction += kFractionUnit;
        --units;
    } else if (m_fraction >= kFractionUnit) {
        m_fraction -= kFractionUnit;
        ++units;
    }
    m_overflowed |= __builtin_add_overflow(m_units, units, &m_units);
}

void DecimalSum::add(const DecimalSum& other)
{
    m_fraction += other.m_fraction;
    const bool carry = m_fraction >= kFractionUnit;
    if (carry)
        m_fraction -= kFractionUnit;
    m_overflowed |= other.m_overflowed;
    m_overflowed |= __builtin_add_overflow(m_units, other.m_units, &m_units);
    m_overflowed |= __builtin_add_overflow(m_units, Int128{carry}, &m_units);
}

void DecimalSum::subtract(const DecimalSum& other)
{
    m_fraction -= other.m_fraction;
    const bool borrow = m_fraction < 0;
    if (borrow)
        m_fraction += kFractionUnit;
    m_overflowed |= other.m_overflowed;
    m_overflowed |= __builtin_sub_overflow(m_units, other.m_units, &m_units);
    m_overflowed |= __builtin_sub_overflow(m_units, Int128{borrow}, &m_units);
}

std::string DecimalSum::toString(int minDecimals) const
{
    const SignAndMagnitude value = signAndMagnitude(m_units, m_fraction);
    std::string decimals = digitsOf(value.fraction, kMaxScale);
    auto keep = static_cast<std::size_t>(std::clamp(minDecimals, 0, kMaxScale));
    keep = std::max(keep, decimals.find_last_not_of('0') + 1);
    std::string text = value.negative ? "-" : "";
    text += digitsOf(value.units, 1);
    if (keep > 0)
        text.append(1, '.').append(decimals, 0, keep);
    return text;
}

std::string DecimalSum::toRoundedString(int decimals) const
{
    const int places = std::clamp(decimals, 0, 18);
    SignAndMagnitude value = signAndMagnitude(m_units, m_fraction);
    const auto quantum = static_cast<UInt128>(powerOfTen(kMaxScale - places));
    UInt128 kept = value.fraction / quantum;
    const UInt128 rest = value.fraction % quantum;
    const bool odd = ((places == 0 ? value.units : kept) & 1) != 0;
    if (rest > quantum / 2 || (rest == quantum / 2 && odd))
        ++kept;
    if (kept == static_cast<UInt128>(powerOfTen(places))) {
        kept = 0;
        ++value.units;
    }
    std::string text = value.negative && (value.units != 0 || kept != 0) ? "-" : "";
    text += digitsOf(value.units, 1);
    if (places > 0)
        text.append(1, '.').append(digitsOf(kept, places));
    return text;
}

Result<Int128> DecimalSum::attosFloor(std::int64_t* restIn1e36) const
{
    constexpr Int128 kAttos = 1'000'000'000'000'000'000;
    const Error overflow{ErrorCode::Overflow, "the total " + toString(0) + " is outside the range of an amount", {}};
    if (m_overflowed)
        return overflow;
    // One unit is moved into the fraction below zero, so that the lowest amounts pass without a detour out of range.
    const Int128 whole = m_units < 0 ? m_units + 1 : m_units;
    const Int128 part = m_fraction / kAttos - (m_units < 0 ? kAttos : 0);
    Int128 attos = 0;
    if (__builtin_mul_overflow(whole, kAttos, &attos) || __builtin_add_overflow(attos, part, &attos))
        return overflow;
    if (restIn1e36 != nullptr)
        *restIn1e36 = static_cast<std::int64_t>(m_fraction % kAttos);
    return attos;
}

Result<DecimalSum> DecimalSum::parse(std::string_view text)
{
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    rest.remove_prefix(negative ? 1 : 0);
    const std::size_t point = std::min(rest.find('.'), rest.size());
    const std::string_view whole = rest.substr(0, point);
    const std::string_view decimals = point < rest.size() ? rest.substr(point + 1) : std::string_view{};
    if (whole.empty() || !std::all_of(whole.begin(), whole.end(), isDigit) ||
        !std::all_of(decimals.begin(), decimals.end(), isDigit) || (point < rest.size() && decimals.empty()) ||
        decimals.size() > static_cast<std::size_t>(kMaxScale))
        return invalidNumber(text);
    constexpr UInt128 kLimit = static_cast<UInt128>(kMaxInt128) + 1;
    UInt128 units = 0;
    for (const char c : whole) {
        const auto digit = static_cast<unsigned>(c - '0');
        if (units > (kLimit - digit) / 10)
            return tooLong(text);
        units = units * 10 + digit;
    }
    UInt128 fraction = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(kMaxScale); ++i)
        fraction = fraction * 10 + (i < decimals.size() ? static_cast<unsigned>(decimals[i] - '0') : 0U);
    if (units == kLimit && (!negative || fraction != 0))
        return tooLong(text);
    DecimalSum magnitude;
    DecimalSum sum;
    if (units == kLimit) {
        sum.m_units = -kMaxInt128 - 1;
        return sum;
    }
    magnitude.m_units = static_cast<Int128>(units);
    magnitude.m_fraction = static_cast<Int128>(fraction);
    if (!negative)
        return magnitude;
    sum.subtract(magnitude);
    return sum;
}

} // namespace altimeter

#include "models/prices/unitprice.h"

#include "models/domain/powersoften.h"

namespace altimeter::unitprice {

namespace {

constexpr int kMaxScale = 36;

std::optional<Decimal> checked(Int128 mantissa, int scale)
{
    Decimal value;
    value.mantissa = mantissa;
    while (scale > 0 && value.mantissa % 10 == 0) {
        value.mantissa /= 10;
        --scale;
    }
    if (scale > kMaxScale)
        return std::nullopt;
    value.scale = static_cast<std::uint8_t>(scale);
    return value;
}

} // namespace

Decimal shortened(Decimal value)
{
    while (value.scale > 0 && value.mantissa % 10 == 0) {
        value.mantissa /= 10;
        --value.scale;
    }
    return value;
}

std::optional<Decimal> times(const Decimal& a, const Decimal& b)
{
    const Decimal shortA = shortened(a);
    const Decimal shortB = shortened(b);
    Int128 mantissa = 0;
    if (__builtin_mul_overflow(shortA.mantissa, shortB.mantissa, &mantissa))
        return std::nullopt;
    return checked(mantissa, shortA.scale + shortB.scale);
}

std::optional<Decimal> times(const Decimal& a, std::uint64_t count)
{
    Decimal product = a;
    if (__builtin_mul_overflow(a.mantissa, static_cast<Int128>(count), &product.mantissa))
        return std::nullopt;
    return product;
}

std::optional<Decimal> dividedBy(const Decimal& value, std::uint64_t per)
{
    // 10^digits is the smallest power of ten that `per` divides.
    int digits = 0;
    UInt128 power = 1;
    for (; power % per != 0; power *= 10)
        ++digits;
    const Decimal factor{static_cast<Int128>(power / per), static_cast<std::uint8_t>(digits)};
    return times(value, factor);
}

std::uint64_t inexactPart(std::uint64_t per)
{
    while (per % 2 == 0 && per != 0)
        per /= 2;
    while (per % 5 == 0 && per != 0)
        per /= 5;
    return per;
}

std::optional<Decimal> roundedQuotient(const Decimal& value, std::uint64_t divisor)
{
    constexpr int kDecimals = 30;
    if (divisor == 1)
        return value;
    Decimal wide = shortened(value);
    while (wide.scale < kDecimals) {
        Int128 next = 0;
        if (__builtin_mul_overflow(wide.mantissa, Int128{10}, &next))
            break;
        wide.mantissa = next;
        ++wide.scale;
    }
    const auto by = static_cast<Int128>(divisor);
    Int128 quotient = wide.mantissa / by;
    const Int128 rest = wide.mantissa % by;
    if (rest * 2 > by || (rest * 2 == by && quotient % 2 != 0))
        ++quotient;
    return checked(quotient, wide.scale);
}

std::optional<Decimal> lessPercent(const Decimal& value, const Decimal& percent)
{
    DecimalSum left;
    left.add(Decimal{100, 0});
    DecimalSum off;
    off.add(percent);
    left.subtract(off);
    const auto rest = parseDecimal(left.toString(0));
    const auto product = rest ? times(value, rest->value) : std::nullopt;
    return product ? checked(product->mantissa, product->scale + 2) : std::nullopt;
}

bool isLess(const Decimal& a, const Decimal& b)
{
    DecimalSum left;
    left.add(a);
    DecimalSum right;
    right.add(b);
    left.subtract(right);
    return left.toString(0).starts_with('-');
}

} // namespace altimeter::unitprice

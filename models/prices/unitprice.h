#pragma once

#include "models/domain/decimal.h"

#include <cstdint>
#include <optional>

/// Exact arithmetic of prices. None: the digits do not fit.
namespace altimeter::unitprice {

/// Without zeros at the end, so that products stay short.
Decimal shortened(Decimal value);
std::optional<Decimal> times(const Decimal& a, const Decimal& b);
std::optional<Decimal> times(const Decimal& a, std::uint64_t count);
/// What of `per` does not divide decimals without a rest: 1 but for odd ones like the 3600 seconds of an hour (9).
std::uint64_t inexactPart(std::uint64_t per);
/// `value` / `per`, exact. Requires inexactPart(per) to be 1.
std::optional<Decimal> dividedBy(const Decimal& value, std::uint64_t per);
/// `value` / `divisor`: exact where that has an end within 30 decimals, else rounded half to even to so many.
std::optional<Decimal> roundedQuotient(const Decimal& value, std::uint64_t divisor);
/// What is left of `value` after so many percent off.
std::optional<Decimal> lessPercent(const Decimal& value, const Decimal& percent);
/// Whether a < b.
bool isLess(const Decimal& a, const Decimal& b);
inline bool isEqual(const Decimal& a, const Decimal& b)
{
    return !isLess(a, b) && !isLess(b, a);
}

} // namespace altimeter::unitprice

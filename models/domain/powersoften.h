#pragma once

#include "models/domain/decimal.h"

#include <array>
#include <cassert>
#include <cstddef>

namespace altimeter {

inline constexpr int kLargestPowerOfTen = 38; ///< of those that fit into 128 bits

inline constexpr auto kPowersOfTen = [] {
    std::array<UInt128, kLargestPowerOfTen + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// 10^`exponent`. Requires an exponent of 0 to 38.
constexpr Int128 powerOfTen(int exponent)
{
    assert(exponent >= 0 && exponent <= kLargestPowerOfTen && "no power of ten that fits");
    return static_cast<Int128>(kPowersOfTen[static_cast<std::size_t>(exponent)]);
}

} // namespace altimeter

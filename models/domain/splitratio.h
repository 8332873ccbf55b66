#pragma once

#include "models/domain/decimal.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace altimeter {

/// weight / sum, made ready to be taken of many rests without a division. Requires weight <= sum < 2^63.
class SplitRatio {
public:
    SplitRatio(std::uint64_t weight, std::uint64_t sum)
        : m_weight(weight), m_sum(sum), m_fraction(static_cast<std::uint64_t>(std::min<UInt128>(
                                            (UInt128{weight} << 64U) / sum, std::numeric_limits<std::uint64_t>::max())))
    {
    }
    struct Part {
        std::uint64_t whole = 0; ///< floor(rest * weight / sum)
        std::uint64_t left = 0;  ///< rest * weight - whole * sum
    };
    /// Requires rest < sum. The kept fraction is too small by less than 2^-64, so that the first guess at the whole is
    /// right or one too small.
    Part of(std::uint64_t rest) const
    {
        Part part;
        part.whole = static_cast<std::uint64_t>((UInt128{rest} * m_fraction) >> 64U);
        part.left = rest * m_weight - part.whole * m_sum; // below 2 * sum, and so in 64 bits
        if (part.left >= m_sum) {
            part.left -= m_sum;
            ++part.whole;
        }
        return part;
    }

private:
    std::uint64_t m_weight, m_sum, m_fraction;
};

} // namespace altimeter

#include "models/domain/proofline.h"

#include <algorithm>

namespace altimeter {

bool ProofLine::reconciled() const
{
    return remainder.isZero() && !remainder.overflowed() &&
           std::none_of(parts.begin(), parts.end(), [](const Part& part) { return part.isMissing; });
}

DecimalSum ProofLine::missing() const
{
    DecimalSum sum;
    for (const Part& part : parts) {
        if (part.isMissing)
            sum.add(part.amount);
    }
    return sum;
}

std::uint64_t ProofLine::unreadable() const
{
    std::uint64_t rows = 0;
    for (const Part& part : parts)
        rows += part.unreadable;
    return rows;
}

} // namespace altimeter

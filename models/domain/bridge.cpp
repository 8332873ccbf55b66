#include "models/domain/bridge.h"

namespace altimeter {

Result<Overview::Mover> sumOf(std::span<const Overview::Mover> movers)
{
    Overview::Mover sum;
    for (const Overview::Mover& mover : movers) {
        const auto now = checkedAdd(sum.now, mover.now);
        const auto before = checkedAdd(sum.before, mover.before);
        if (!now || !before)
            return Error{ErrorCode::Overflow, "the movers add up to more than can be said", {}};
        sum.now = *now;
        sum.before = *before;
    }
    return sum;
}

} // namespace altimeter

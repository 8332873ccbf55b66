#include "models/domain/sources.h"

#include <algorithm>

namespace altimeter {

namespace {

/// False, and nothing is added, where the sum would leave its range.
bool addWithin(DecimalSum& sum, const DecimalSum& other)
{
    DecimalSum together = sum;
    together.add(other);
    if (together.overflowed())
        return false;
    sum = together;
    return true;
}

} // namespace

void RejectedPart::add(const RejectedPart& other)
{
    rows += other.rows;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const bool isAdded = addWithin(cost[lens], other.cost[lens]);
        (isAdded ? costRows : unreadable)[lens] += other.costRows[lens];
        unreadable[lens] += other.unreadable[lens];
    }
}

void PartitionInfo::addRejected(RejectedPart part)
{
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (addWithin(fileTotal[lens], part.cost[lens]))
            continue;
        part.cost[lens] = DecimalSum();
        part.unreadable[lens] += part.costRows[lens];
        part.costRows[lens] = 0;
    }
    const auto same = std::find_if(rejectedParts.begin(), rejectedParts.end(),
                                   [&part](const RejectedPart& one) { return one.check == part.check; });
    if (same == rejectedParts.end())
        rejectedParts.push_back(std::move(part));
    else
        same->add(part);
}

bool PartitionInfo::isUnknown(CostLens lens) const
{
    return unknownRows[static_cast<std::size_t>(lens)] == rows &&
           std::none_of(rejectedParts.begin(), rejectedParts.end(),
                        [lens](const RejectedPart& part) { return part.tells(lens); });
}

} // namespace altimeter

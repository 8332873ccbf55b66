#pragma once

#include "models/domain/comparison.h"
#include "models/domain/overview.h"
#include "models/domain/query.h"

#include <cstdint>
#include <span>
#include <vector>

namespace altimeter {

/// From the cost of one period to that of another in parts that add up to the last digit, in one currency: what rose,
/// what is new, what fell, what is gone, and the others.
struct Bridge {
    /// What a part did. Price, volume and mix, the drivers behind a part, would be kinds of their own.
    enum class Kind { Riser, New, Faller, Gone, Others };
    struct Part {
        Kind kind = Kind::Others;
        KeyTuple keys;           ///< one per `by`; of a part that stands for several keys: none
        std::uint64_t count = 1; ///< keys it stands for
        Amount before, now;
        std::uint64_t rowsBefore = 0, rowsNow = 0; ///< charge lines
        bool isFolded = false;                     ///< stands for the keys that are no part of their own
        /// Within range: a Bridge is made of such parts alone.
        Amount change() const { return Amount::fromAttos(now.attos() - before.attos()); }
    };

    Currency currency;
    Amount base, current;    ///< the sum of the parts' `before`, and of their `now`
    std::vector<Part> parts; ///< kind by kind as they are named above, in each the largest |change| first
    std::uint64_t rowsBefore = 0, rowsNow = 0;       ///< charge lines, each once
    std::uint64_t unknownBefore = 0, unknownNow = 0; ///< of these, such as do not state this cost: in no part

    Amount change() const { return Amount::fromAttos(current.attos() - base.attos()); }
    /// Nothing can be said of the change: no line of one of the periods states this cost.
    bool isUnknown() const
    {
        return (rowsBefore > 0 && rowsBefore == unknownBefore) || (rowsNow > 0 && rowsNow == unknownNow);
    }
};

/// The bridges of one question, one for each currency that either period has: currencies are never added.
struct BridgeSet {
    CostQuery query;
    DateRange base;
    DaysCovered baseDays, days;  ///< how much of both periods the data cover
    std::vector<Bridge> bridges; ///< as the current period's totals are ordered, then those the base alone has
    /// Charges of these days were left out, as their like of the other period is not known
    /// (BridgeQuestion::onlyKnownDays): who asks for the days alone gets other amounts.
    bool leavesOut = false;
    std::uint64_t revision = 0;
};

/// All of them as one, for the end of a list that shows the largest. Error Overflow.
Result<Overview::Mover> sumOf(std::span<const Overview::Mover> movers);

} // namespace altimeter

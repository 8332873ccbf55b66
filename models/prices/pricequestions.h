#pragma once

#include "models/prices/pricebook.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace altimeter {

/// A call at three prices; the fourth, as it was billed, is no matter of the book.
struct PriceLenses {
    PricedCost then;     ///< at the list price of its time
    PricedCost today;    ///< at the list price of `today`, its hour and weekday its own
    PricedCost contract; ///< at the list price of its time after what was agreed
};
PriceLenses priceLenses(const PriceBook& book, const PricedUse& use, Instant today);

/// Usage of one class or tool, added up over a stretch of time.
struct UsageTotal {
    std::string provider, model, tier, region;
    std::string item; ///< name of a UsageClass or of a tool
    std::uint64_t events = 0;
    Decimal count;
    Instant first, last; ///< when it was seen, both inside
};

struct UnpricedUsage {
    std::string provider, model, item;
    std::uint64_t events = 0;
    DecimalSum count;
    Instant first, last;
    PriceGap gap = PriceGap::None; ///< of what was seen last
};

/// What of `totals` has no price when it was first seen or when last, by provider, model and class, in that order.
/// Short prompts are asked for: a gap above a bound is not seen in totals.
std::vector<UnpricedUsage> unpricedUsage(const PriceBook& book, std::span<const UsageTotal> totals);

} // namespace altimeter

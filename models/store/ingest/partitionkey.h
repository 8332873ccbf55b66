#pragma once

#include "models/domain/accountname.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <compare>
#include <cstdint>
#include <string>

namespace altimeter::store {

/// What names a partition within its source: the smallest part of the charges that a delivery replaces as a whole.
struct PartitionKey {
    std::string provider;
    std::string billingAccount;
    Day billingPeriod;
    Currency currency;
    Day slice; ///< the one day of charges it holds; none: the whole month
    friend auto operator<=>(const PartitionKey&, const PartitionKey&) = default;
};

/// The days a partition speaks for: those of its slice, else of its billing period.
inline DateRange daysOf(Day billingPeriod, Day slice)
{
    return slice.isValid() ? DateRange{slice, slice + 1} : DateRange{billingPeriod, billingPeriod.addMonths(1)};
}
inline DateRange daysOf(const PartitionKey& key)
{
    return daysOf(key.billingPeriod, key.slice);
}

/// For people, whatever the currency and slice: "AWS A-1, 2025-06".
inline std::string monthName(const PartitionKey& key)
{
    return accountName(key.provider, key.billingAccount) + ", " + toString(key.billingPeriod).substr(0, 7);
}

/// As the file keeps a slice: 0 for the whole month.
inline std::int64_t sliceNumber(Day slice)
{
    return slice.isValid() ? slice.number : 0;
}

} // namespace altimeter::store

#pragma once

#include "models/facts/datadays.h"
#include "models/facts/factset.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace altimeter {

/// What was delivered of one account.
struct AccountHistory {
    const FactPartition* of = nullptr;
    std::vector<Day> days;                  ///< with a charge that was not made ahead, ascending
    std::map<Day, std::int64_t> deliveries; ///< by billing month, the one that holds it now
    std::set<Day> running;                  ///< with a charge, that were not over when it was brought
    Day partFrom;                           ///< the first of the days at the end that tell only a part; none: no such
    Day partThrough;                        ///< the last of them
    Day brought;                            ///< the latest of its deliveries; none: not known
};
using AccountKey = std::tuple<std::string, std::string, std::string, Currency>;
using AccountHistories = std::map<AccountKey, AccountHistory>;

inline AccountKey keyOf(const FactPartition& partition)
{
    return {partition.source, partition.provider, partition.billingAccount, partition.currency};
}

/// By source, provider, account and currency: the days of the ordinary charges, and of `data` (see KnownDays) those
/// alone. `data` is set to the days they reach; none where there are no ordinary charges. `near`: see nearDaysOf().
AccountHistories accountHistories(const FactSet& facts, const DataDays& near, DataDays& data);

/// The last day of the month of a day.
inline Day lastOfMonth(Day day)
{
    return day.addMonths(1) - 1;
}

} // namespace altimeter

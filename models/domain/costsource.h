#pragma once

#include "models/domain/query.h"
#include "models/domain/result.h"

#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

namespace altimeter {

/// Keys of an answer, each with its currency.
using KeptKeys = std::set<std::pair<Currency, KeyTuple>>;

/// Whoever answers questions about cost. Today that is the facts in memory; a warehouse could stand behind the same
/// questions. Everything that is put together from several answers asks through here and knows no storage.
///
/// One object is one revision under one set of rules: its answers agree with each other. May be asked by several
/// threads at once.
class CostSource {
public:
    virtual ~CostSource() = default;

    /// The rows of a currency add up to its total exactly. Errors: Invalid (a dim that does not exist), Overflow,
    /// Cancelled.
    virtual Result<CostTable> table(const CostQuery& query, std::stop_token stop) const = 0;
    /// The same, with all but the keys in `kept` folded into one row "Other" per currency and period; `query.top` is
    /// ignored.
    virtual Result<CostTable> tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const = 0;
    /// The days in which any charge of a currency began, ascending: a day that is not among them was not delivered.
    virtual const std::map<Currency, std::vector<Day>>& deliveredDays() const = 0;
    /// The last of the days of the data, by currency, up to which every source that is still delivering has delivered:
    /// later days hold charges of some sources only and are no measure of the whole.
    virtual const std::map<Currency, Day>& completeThrough() const = 0;
    /// The days of the data (see DataDays); none when there is no charge. Charges far from all others lie outside and
    /// answer to a query all the same.
    virtual Day firstDay() const = 0;
    virtual Day lastDay() const = 0;
    virtual std::uint64_t revision() const = 0;
};

} // namespace altimeter

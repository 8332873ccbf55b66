#include "models/analysis/series/knowntables.h"

#include "models/analysis/series/knownseries.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace altimeter::analysis {

namespace {

/// Adds what `row` holds. Error Overflow.
template <typename Sum> Status add(Sum& sum, const CostRow& row)
{
    const auto cost = checkedAdd(sum.cost, row.cost);
    if (!cost)
        return Error{ErrorCode::Overflow, "the cost of a period lies outside the range", {}};
    sum.currency = row.currency;
    sum.cost = *cost;
    sum.rows += row.rows;
    sum.unknownRows += row.unknownRows;
    return {};
}

bool areAllKnown(const CostDays& days, const DateRange& range)
{
    return std::all_of(days.accounts.begin(), days.accounts.end(), [&range](const KnownAccount& account) {
        for (Day day = range.from; day < range.to; day = day + 1) {
            if (!account.knows(day))
                return false;
        }
        return true;
    });
}

} // namespace

bool isRunning(const CostDays& days, const DateRange& range)
{
    return std::any_of(days.accounts.begin(), days.accounts.end(), [&range](const KnownAccount& account) {
        return account.running.isValid() && range.contains(account.running);
    });
}

Day lastWholeDay(const CostDays& days, std::optional<Currency> currency)
{
    Day last;
    for (const KnownAccount& account : days.accounts) {
        if (!currency || account.currency == *currency)
            last = std::max(last, std::min(account.through, days.last));
    }
    return last.isValid() ? last : days.last;
}

Result<CostTable> tableOfKnownDays(const CostSource& costs, const CostDays& days, const CostQuery& query, int ahead,
                                   const std::stop_token& stop)
{
    if (areAllKnown(days, {query.range.from + ahead, query.range.to + ahead}))
        return costs.table(query, stop);
    CostQuery byAccount = query;
    for (const Dim& dim : accountDims())
        byAccount.by.push_back(dim);
    byAccount.granularity = Granularity::Day;
    auto table = costs.table(byAccount, stop);
    if (!table)
        return table.error();
    std::map<std::pair<Currency, KeyTuple>, CostRow> sums;
    std::map<Currency, CurrencyTotal> totals;
    const std::size_t keys = query.by.size();
    const AccountsByName accounts(days);
    for (const CostRow& row : table->rows) {
        const std::span<const std::string> values(row.keys.values());
        const KnownAccount* account = accounts.find(values.subspan(keys), row.currency);
        if (account && !account->knows(row.period + ahead))
            continue;
        const KeyTuple own(
            std::vector<std::string>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(keys)));
        CostRow& sum = sums[{row.currency, own}];
        sum.keys = own;
        for (const Status& added : {add(sum, row), add(totals[row.currency], row)}) {
            if (!added)
                return added.error();
        }
    }
    table->query = query;
    table->rows.clear();
    table->totals.clear();
    for (auto& [key, row] : sums)
        table->rows.push_back(std::move(row));
    for (auto& [currency, total] : totals)
        table->totals.push_back(total);
    return table;
}

} // namespace altimeter::analysis

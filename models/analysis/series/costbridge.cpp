#include "models/analysis/series/costbridge.h"

#include "models/analysis/series/knowntables.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace altimeter::analysis {

namespace {

using Part = Bridge::Part;

Int128 sizeOf(const Part& part)
{
    const Int128 change = part.now.attos() - part.before.attos();
    return change < 0 ? -change : change;
}

Bridge::Kind kindOf(const Part& part)
{
    if (part.rowsBefore == 0)
        return Bridge::Kind::New;
    if (part.rowsNow == 0)
        return Bridge::Kind::Gone;
    return part.now < part.before ? Bridge::Kind::Faller : Bridge::Kind::Riser;
}

/// Every key of either table, each once; error Overflow where its change is out of range.
Result<std::vector<Part>> partsOf(const CostTable& now, const CostTable& before, Currency currency)
{
    std::map<KeyTuple, Part> byKey;
    for (const CostRow& row : now.rows) {
        if (row.currency == currency) {
            byKey[row.keys].now = row.cost;
            byKey[row.keys].rowsNow = row.rows;
        }
    }
    for (const CostRow& row : before.rows) {
        if (row.currency == currency) {
            byKey[row.keys].before = row.cost;
            byKey[row.keys].rowsBefore = row.rows;
        }
    }
    std::vector<Part> parts;
    for (auto& [keys, part] : byKey) {
        if (!checkedSubtract(part.now, part.before))
            return Error{ErrorCode::Overflow, "a change is larger than can be said", {}};
        part.keys = keys;
        part.kind = kindOf(part);
        parts.push_back(std::move(part));
    }
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return sizeOf(a) > sizeOf(b); });
    return parts;
}

/// The part that `part` falls into where it is none of its own.
Status fold(Part& into, const Part& part)
{
    const auto now = checkedAdd(into.now, part.now);
    const auto before = checkedAdd(into.before, part.before);
    if (!now || !before || !checkedSubtract(*now, *before))
        return Error{ErrorCode::Overflow, "the others add up to more than can be said", {}};
    into.now = *now;
    into.before = *before;
    into.rowsNow += part.rowsNow;
    into.rowsBefore += part.rowsBefore;
    into.keys = into.isFolded ? KeyTuple() : part.keys; // one alone keeps its name
    into.count = into.isFolded ? into.count + 1 : 1;
    into.isFolded = true;
    return {};
}

const CurrencyTotal* totalOf(const CostTable& table, Currency currency)
{
    const auto found = std::find_if(table.totals.begin(), table.totals.end(),
                                    [currency](const CurrencyTotal& total) { return total.currency == currency; });
    return found == table.totals.end() ? nullptr : &*found;
}

/// The currencies of both tables, those of `now` first.
std::vector<Currency> currenciesOf(const CostTable& now, const CostTable& before)
{
    std::vector<Currency> all;
    for (const CostTable* table : {&now, &before}) {
        for (const CurrencyTotal& total : table->totals) {
            if (std::find(all.begin(), all.end(), total.currency) == all.end())
                all.push_back(total.currency);
        }
    }
    return all;
}

bool isBounded(const DateRange& range)
{
    return range.from.isValid() && range.to.isValid() && range.from < range.to;
}

/// Equal for two answers about some of the lines of the other only when they are all of them.
std::uint64_t linesOf(const CostTable& table)
{
    std::uint64_t lines = 0;
    for (const CurrencyTotal& total : table.totals)
        lines += total.rows;
    return lines;
}

} // namespace

Result<Bridge> bridgeOf(const CostTable& now, const CostTable& before, Currency currency, std::size_t most)
{
    auto all = partsOf(now, before, currency);
    if (!all)
        return all.error();
    Bridge bridge;
    bridge.currency = currency;
    std::array<Part, 3> rest; // other new ones, other gone ones, others
    for (std::size_t i = 0; i < all->size(); ++i) {
        const Part& part = (*all)[i];
        const auto base = checkedAdd(bridge.base, part.before);
        const auto current = checkedAdd(bridge.current, part.now);
        if (!base || !current || !checkedSubtract(*current, *base))
            return Error{ErrorCode::Overflow, "the cost of a period lies outside the range", {}};
        bridge.base = *base;
        bridge.current = *current;
        if (i < most && part.now != part.before) {
            bridge.parts.push_back(part);
            continue;
        }
        const std::size_t place = part.kind == Bridge::Kind::New ? 0 : part.kind == Bridge::Kind::Gone ? 1 : 2;
        if (const Status folded = fold(rest[place], part); !folded)
            return folded.error();
    }
    const std::array<Bridge::Kind, 3> kinds{Bridge::Kind::New, Bridge::Kind::Gone, Bridge::Kind::Others};
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const bool isItself = rest[i].count == 1 && rest[i].now != rest[i].before;
        rest[i].kind = isItself ? kindOf(rest[i]) : kinds[i];
        rest[i].isFolded = rest[i].count > 1;
        if (rest[i].rowsBefore + rest[i].rowsNow > 0)
            bridge.parts.push_back(rest[i]);
    }
    std::stable_sort(bridge.parts.begin(), bridge.parts.end(),
                     [](const Part& a, const Part& b) { return a.kind < b.kind; });
    if (const CurrencyTotal* total = totalOf(now, currency))
        std::tie(bridge.rowsNow, bridge.unknownNow) = std::pair(total->rows, total->unknownRows);
    if (const CurrencyTotal* total = totalOf(before, currency))
        std::tie(bridge.rowsBefore, bridge.unknownBefore) = std::pair(total->rows, total->unknownRows);
    return bridge;
}

Result<BridgeSet> costBridges(const CostSource& costs, const BridgeQuestion& question, std::stop_token stop)
{
    if (question.query.by.empty())
        return Error{ErrorCode::Invalid, "a bridge needs a dimension to tell its parts apart by", {}};
    if (!isBounded(question.query.range) || !isBounded(question.base))
        return Error{
            ErrorCode::Invalid, "a bridge leads from one period to another, both with a first and a last day", {}};
    const auto days = costs.days(stop);
    if (!days)
        return days.error();
    BridgeSet set;
    set.query = question.query;
    set.query.granularity = Granularity::None;
    set.query.top = 0;
    set.query.countDistinct.reset();
    set.base = question.base;
    set.days = daysCovered(set.query.range, days->first, days->last);
    set.baseDays = daysCovered(set.base, days->first, days->last);
    set.revision = costs.revision();
    CostQuery earlier = set.query;
    earlier.range = set.base;
    const bool leavesOut = question.onlyKnownDays && isRunning(*days, set.query.range);
    const auto now = leavesOut ? tableOfKnownDays(costs, *days, set.query, 0, stop) : costs.table(set.query, stop);
    if (!now)
        return now.error();
    const auto before = question.onlyKnownDays
                            ? tableOfKnownDays(costs, *days, earlier, set.query.range.from - set.base.from, stop)
                            : costs.table(earlier, stop);
    if (!before)
        return before.error();
    if (question.onlyKnownDays) {
        const auto allNow = leavesOut ? costs.table(set.query, stop) : Result<CostTable>(*now);
        const auto allBefore = costs.table(earlier, stop);
        if (!allNow)
            return allNow.error();
        if (!allBefore)
            return allBefore.error();
        set.leavesOut = linesOf(*allNow) != linesOf(*now) || linesOf(*allBefore) != linesOf(*before);
    }
    for (const Currency currency : currenciesOf(*now, *before)) {
        auto bridge = bridgeOf(*now, *before, currency, question.most);
        if (!bridge)
            return bridge.error();
        set.bridges.push_back(bridge.take());
    }
    return set;
}

} // namespace altimeter::analysis

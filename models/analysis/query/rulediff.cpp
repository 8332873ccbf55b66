#include "models/analysis/query/rulediff.h"

#include <map>
#include <tuple>

namespace altimeter::analysis {

namespace {

/// EffectiveCost by all owner fields together and month.
Result<CostTable> byOwner(const CostSource& costs, const std::stop_token& stop)
{
    CostQuery query;
    for (const Dim::Kind kind : kOwnerDims)
        query.by.push_back(Dim{kind, {}});
    query.granularity = Granularity::Month;
    return costs.table(query, stop);
}

struct Pair {
    AmountSum before, after;
};

/// All owners of a month together.
struct Whole {
    AmountSum before, after, gained, given;
    void change(Amount amount)
    {
        if (amount.isNegative())
            given.add(-amount);
        else
            gained.add(amount);
    }
};

void addMoves(const CostTable& before, const CostTable& after, std::size_t field, RuleDiff& diff)
{
    std::map<std::tuple<Currency, Day, std::string>, Pair> cells;
    for (const CostRow& row : before.rows)
        cells[{row.currency, row.period, row.keys[field]}].before.add(row.cost);
    for (const CostRow& row : after.rows)
        cells[{row.currency, row.period, row.keys[field]}].after.add(row.cost);
    const std::string name(ownerFieldName(static_cast<OwnerField>(field)));
    const auto close = [&](const Whole& whole, const auto& key) {
        if (!whole.gained.amount().isZero() || !whole.given.amount().isZero())
            diff.balances.push_back({name, std::get<1>(key), std::get<0>(key), whole.before.amount(),
                                     whole.after.amount(), whole.gained.amount(), whole.given.amount()});
    };
    Whole whole; // cells of one currency and month stand together
    for (auto cell = cells.begin(); cell != cells.end();) {
        const auto& [key, pair] = *cell;
        const auto& [currency, month, owner] = key;
        const Amount was = pair.before.amount(), is = pair.after.amount();
        whole.before.add(was);
        whole.after.add(is);
        if (was != is) {
            diff.moves.push_back({name, owner, month, currency, was, is});
            if (const auto change = checkedSubtract(is, was))
                whole.change(*change);
        }
        if (++cell == cells.end() || std::get<0>(cell->first) != currency || std::get<1>(cell->first) != month) {
            close(whole, key);
            whole = {};
        }
    }
}

void addCoverage(const CostTable& before, const CostTable& after, Day from, RuleDiff& diff)
{
    const auto isCovered = [from](const CostRow& row) { return !from.isValid() || row.period >= from; };
    constexpr auto kTeam = static_cast<std::size_t>(OwnerField::Team);
    std::map<Currency, std::array<AmountSum, 3>> coverage;
    for (const CostRow& row : before.rows) {
        if (!isCovered(row))
            continue;
        coverage[row.currency][0].add(row.cost);
        if (!row.keys[kTeam].empty())
            coverage[row.currency][1].add(row.cost);
    }
    for (const CostRow& row : after.rows) {
        if (!row.keys[kTeam].empty() && isCovered(row))
            coverage[row.currency][2].add(row.cost);
    }
    for (const auto& [currency, sums] : coverage)
        diff.coverage.push_back({currency, sums[0].amount(), sums[1].amount(), sums[2].amount()});
}

} // namespace

Result<RuleDiff> diffRules(const CostSource& published, const CostSource& draft, std::stop_token stop, Day from)
{
    const auto before = byOwner(published, stop);
    if (!before)
        return before.error();
    const auto after = byOwner(draft, stop);
    if (!after)
        return after.error();
    auto use = draft.ruleUse(stop);
    if (!use)
        return use.error();
    RuleDiff diff;
    diff.use = use.take();
    for (std::size_t field = 0; field < kOwnerFieldCount; ++field)
        addMoves(*before, *after, field, diff);
    addCoverage(*before, *after, from, diff);
    return diff;
}

} // namespace altimeter::analysis

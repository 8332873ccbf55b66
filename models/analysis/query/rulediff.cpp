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

void addMoves(const CostTable& before, const CostTable& after, std::size_t field, RuleDiff& diff)
{
    std::map<std::tuple<Currency, Day, std::string>, Pair> cells;
    for (const CostRow& row : before.rows)
        cells[{row.currency, row.period, row.keys[field]}].before.add(row.cost);
    for (const CostRow& row : after.rows)
        cells[{row.currency, row.period, row.keys[field]}].after.add(row.cost);
    for (const auto& [key, pair] : cells) {
        if (pair.before.amount() != pair.after.amount())
            diff.moves.push_back({std::string(ownerFieldName(static_cast<OwnerField>(field))), std::get<2>(key),
                                  std::get<1>(key), std::get<0>(key), pair.before.amount(), pair.after.amount()});
    }
}

void addCoverage(const CostTable& before, const CostTable& after, RuleDiff& diff)
{
    constexpr auto kTeam = static_cast<std::size_t>(OwnerField::Team);
    std::map<Currency, std::array<AmountSum, 3>> coverage;
    for (const CostRow& row : before.rows) {
        coverage[row.currency][0].add(row.cost);
        if (!row.keys[kTeam].empty())
            coverage[row.currency][1].add(row.cost);
    }
    for (const CostRow& row : after.rows) {
        if (!row.keys[kTeam].empty())
            coverage[row.currency][2].add(row.cost);
    }
    for (const auto& [currency, sums] : coverage)
        diff.coverage.push_back({currency, sums[0].amount(), sums[1].amount(), sums[2].amount()});
}

} // namespace

Result<RuleDiff> diffRules(const CostSource& published, const CostSource& draft, std::stop_token stop)
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
    addCoverage(*before, *after, diff);
    return diff;
}

} // namespace altimeter::analysis

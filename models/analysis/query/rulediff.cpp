#include "models/analysis/query/rulediff.h"

#include "models/analysis/query/costquery.h"
#include "models/facts/forkjoin.h"

#include <map>
#include <tuple>

namespace altimeter::analysis {

namespace {

const Error kCancelled{ErrorCode::Cancelled, "cancelled", {}};

/// EffectiveCost by all owner fields together and month.
Result<CostTable> byOwner(const FactSet& facts, const Attribution& attribution, const std::stop_token& stop)
{
    CostQuery query;
    for (const Dim::Kind kind : kOwnerDims)
        query.by.push_back(Dim{kind, {}});
    query.granularity = Granularity::Month;
    return runQuery(facts, attribution, query, stop);
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

/// Lines and EffectiveCost that one list of rules decided, by currency.
struct Use {
    AmountSum cost;
    std::uint64_t rows = 0;
};
using UseByList = std::map<std::pair<std::uint32_t, Currency>, Use>;

void addUse(const FactSet& facts, const Attribution& attribution, const FactSet::Part& part, UseByList& use)
{
    const FactChunk& chunk = *part.chunk;
    const AmountColumn& cost = chunk.cost[static_cast<std::size_t>(CostLens::Effective)];
    const Currency currency = facts.partitions[part.partition].currency;
    if (chunk.size() == 0)
        return;
    const bool oneEpoch = attribution.epochOf(chunk.firstDay) == attribution.epochOf(chunk.lastDay);
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
        const std::size_t rowClass =
            attribution.classOf(part.partition, static_cast<std::uint32_t>(chunk.runBill.at(run)));
        const auto listOn = [&](Day day) {
            return attribution.ruleListOf(attribution.variantOf(attribution.epochOf(day), rowClass), combo);
        };
        if (oneEpoch && chunk.hasRunTotals) {
            Use& found = use[{listOn(chunk.firstDay), currency}];
            found.rows += chunk.runEnd(run) - chunk.runBegin(run);
            found.cost.add(cost.runTotal(run));
            continue;
        }
        for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row) {
            Use& found = use[{listOn(Day{static_cast<std::int32_t>(chunk.day.at(row))}), currency}];
            ++found.rows;
            found.cost.add(cost.at(row));
        }
    }
}

Status countUse(const FactSet& facts, const Attribution& attribution, RuleDiff& diff, const std::stop_token& stop)
{
    const std::size_t threads = threadsFor(facts.rows());
    std::vector<UseByList> parts(threads);
    forkJoin(threads, [&](std::size_t thread) {
        for (std::size_t at = thread; at < facts.chunks.size() && !stop.stop_requested(); at += threads)
            addUse(facts, attribution, facts.chunks[at], parts[thread]);
    });
    if (stop.stop_requested())
        return kCancelled;
    std::vector<std::map<Currency, Use>> byRule(diff.use.size());
    for (const UseByList& part : parts) {
        for (const auto& [key, use] : part) {
            for (const std::uint16_t rule : attribution.ruleLists()[key.first]) {
                byRule[rule][key.second].rows += use.rows;
                byRule[rule][key.second].cost.add(use.cost);
            }
        }
    }
    for (std::size_t rule = 0; rule < byRule.size(); ++rule) {
        for (const auto& [currency, use] : byRule[rule]) {
            diff.use[rule].rows += use.rows;
            diff.use[rule].cost.push_back({currency, use.cost.amount(), use.rows, 0, 0});
        }
    }
    return {};
}

} // namespace

Result<RuleDiff> diffAttributions(const FactSet& facts, const Attribution& before, const Attribution& after,
                                  std::size_t ruleCount, std::stop_token stop)
{
    const auto old = byOwner(facts, before, stop);
    if (!old)
        return old.error();
    const auto now = byOwner(facts, after, stop);
    if (!now)
        return now.error();
    RuleDiff diff;
    diff.use.resize(ruleCount);
    for (std::size_t field = 0; field < kOwnerFieldCount; ++field)
        addMoves(*old, *now, field, diff);
    addCoverage(*old, *now, diff);
    if (auto done = countUse(facts, after, diff, stop); !done)
        return done.error();
    return diff;
}

} // namespace altimeter::analysis

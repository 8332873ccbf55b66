#include "models/analysis/query/ruleuse.h"

#include "models/facts/forkjoin.h"

#include <map>

namespace altimeter::analysis {

namespace {

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

} // namespace

Result<std::vector<RuleDiff::RuleUse>> ruleUseOf(const FactSet& facts, const Attribution& attribution,
                                                 const std::stop_token& stop)
{
    const std::size_t threads = threadsFor(facts.rows());
    std::vector<UseByList> parts(threads);
    forkJoin(threads, [&](std::size_t thread) {
        for (std::size_t at = thread; at < facts.chunks.size() && !stop.stop_requested(); at += threads)
            addUse(facts, attribution, facts.chunks[at], parts[thread]);
    });
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    std::vector<std::map<Currency, Use>> byRule(attribution.ruleCount());
    for (const UseByList& part : parts) {
        for (const auto& [key, use] : part) {
            for (const std::uint16_t rule : attribution.ruleLists()[key.first]) {
                byRule[rule][key.second].rows += use.rows;
                byRule[rule][key.second].cost.add(use.cost);
            }
        }
    }
    std::vector<RuleDiff::RuleUse> uses(byRule.size());
    for (std::size_t rule = 0; rule < byRule.size(); ++rule) {
        for (const auto& [currency, use] : byRule[rule]) {
            uses[rule].rows += use.rows;
            uses[rule].cost.push_back({currency, use.cost.amount(), use.rows, 0, 0});
        }
    }
    return uses;
}

} // namespace altimeter::analysis

#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/queryplan.h"
#include "models/facts/factset.h"

#include <cstdint>

namespace altimeter::analysis {

// Why a pass is fast: a chunk's lines are ordered by combination, bill and day, so everything a query asks of a line
// but its day is the same for a whole run. It is looked up once per run, and what it adds up to stands beside the run.
// A line is touched only where a day decides: where the range begins or ends within a run, where rules begin or end,
// and where steps are finer than the chunk.
//
// What would break it: a dim whose value differs between lines of one combination, bill, partition and day. Such a dim
// needs a place in the order of a chunk first.

/// Neighbouring lines of one run that the plan keeps and that are assigned alike.
struct RunVisit {
    std::uint32_t part = 0; ///< index into FactSet::chunks
    const FactChunk* chunk = nullptr;
    Currency currency;
    std::size_t run = 0;
    std::size_t begin = 0, end = 0; ///< rows
    bool isWholeRun = false;
    std::uint32_t assigned = 0; ///< owner, or Attribution::kShared | index; 0 where no owner is asked for
    std::uint32_t comboKey = 0, billKey = 0, partitionKey = 0;

    bool isShared() const { return (assigned & Attribution::kShared) != 0; }
    std::uint32_t shared() const { return assigned & ~Attribution::kShared; }
};

/// The first row in [begin, end) of a run whose day is not before `day`.
inline std::size_t firstRowFrom(const FactChunk& chunk, std::size_t begin, std::size_t end, std::int64_t day)
{
    while (begin < end) {
        const std::size_t middle = (begin + end) / 2;
        if (chunk.day.at(middle) < day)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/// Calls `sink(const RunVisit&)` for all lines of chunk `part` that the plan keeps. Owner filters are left to the sink,
/// because the owners of a shared line are known only once it is divided.
template <typename Sink>
void scanPart(const FactSet& facts, const Attribution& attribution, const QueryPlan& plan, std::uint32_t part,
              bool withOwners, Sink& sink)
{
    const FactChunk& chunk = *facts.chunks[part].chunk;
    const std::uint32_t partition = facts.chunks[part].partition;
    RunVisit visit;
    visit.part = part;
    visit.chunk = &chunk;
    visit.partitionKey = plan.partitionKey(partition);
    const DateRange& range = plan.range();
    const auto isBefore = [&range](Day day) { return range.from.isValid() && day < range.from; };
    const auto isBehind = [&range](Day day) { return range.to.isValid() && day >= range.to; };
    if (visit.partitionKey == QueryPlan::kDropped || chunk.size() == 0 || isBefore(chunk.lastDay) ||
        isBehind(chunk.firstDay))
        return;
    visit.currency = facts.partitions[partition].currency;
    // For most chunks neither the range nor the rules change within their days: then no run is searched at all.
    const bool cut = isBefore(chunk.firstDay) || isBehind(chunk.lastDay);
    const std::size_t firstEpoch = attribution.epochOf(chunk.firstDay);
    const bool oneEpoch = firstEpoch == attribution.epochOf(chunk.lastDay);
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
        visit.comboKey = plan.comboKey(combo);
        if (visit.comboKey == QueryPlan::kDropped)
            continue;
        const auto bill = static_cast<std::uint32_t>(chunk.runBill.at(run));
        visit.billKey = plan.billKey(bill);
        if (visit.billKey == QueryPlan::kDropped)
            continue;
        visit.run = run;
        std::size_t begin = chunk.runBegin(run);
        std::size_t end = chunk.runEnd(run);
        if (cut) { // days ascend within a run, so the lines of the range are one piece
            begin = range.from.isValid() ? firstRowFrom(chunk, begin, end, range.from.number) : begin;
            end = range.to.isValid() ? firstRowFrom(chunk, begin, end, range.to.number) : end;
            if (begin == end)
                continue;
        }
        if (!withOwners) {
            visit.begin = begin;
            visit.end = end;
            visit.isWholeRun = !cut || (begin == chunk.runBegin(run) && end == chunk.runEnd(run));
            sink(visit);
            continue;
        }
        // Rules that begin or end divide a run like steps do: each piece has one variant, and one assignment.
        const std::size_t rowClass = attribution.classOf(partition, bill);
        while (begin < end) {
            const std::size_t epoch =
                oneEpoch ? firstEpoch : attribution.epochOf(Day{static_cast<std::int32_t>(chunk.day.at(begin))});
            const Day next = oneEpoch ? Day::none() : attribution.epochEnd(epoch);
            visit.begin = begin;
            visit.end = begin = next.isValid() ? firstRowFrom(chunk, begin, end, next.number) : end;
            visit.isWholeRun =
                (!cut && oneEpoch) || (visit.begin == chunk.runBegin(run) && visit.end == chunk.runEnd(run));
            visit.assigned = attribution.assigned(attribution.variantOf(epoch, rowClass), combo);
            sink(visit);
        }
    }
}

} // namespace altimeter::analysis

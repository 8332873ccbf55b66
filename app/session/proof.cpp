#include "app/session/engineimpl.h"

#include "models/analysis/costquery.h"
#include "models/store/factstore.h"

#include <unordered_map>

namespace altimeter::session {

namespace {

DecimalSum toSum(Amount amount)
{
    DecimalSum sum;
    sum.add(Decimal{amount.attos(), 18});
    return sum;
}

DecimalSum difference(const DecimalSum& a, const DecimalSum& b)
{
    DecimalSum result = a;
    result.subtract(b);
    return result;
}

/// The facts with the lines of one partition only; indices stay what they are.
FactSet only(const FactSet& facts, std::uint32_t partition)
{
    FactSet part;
    part.revision = facts.revision;
    part.dictionaries = facts.dictionaries;
    part.partitions = facts.partitions;
    for (const FactSet::Part& chunk : facts.chunks) {
        if (chunk.partition == partition)
            part.chunks.push_back(chunk);
    }
    return part;
}

Result<DecimalSum> totalBy(const FactSet& facts, const analysis::Attribution& attribution, const Dim& dim,
                           CostLens lens, const std::stop_token& stop)
{
    CostQuery query;
    query.by = {dim};
    query.granularity = Granularity::Day;
    query.lens = lens;
    const auto table = analysis::runQuery(facts, attribution, query, stop);
    if (!table)
        return table.error();
    DecimalSum sum;
    for (const CostRow& row : table->rows)
        sum.add(toSum(row.cost));
    return sum;
}

/// True for a difference that is only what lies below 10^-18, the unit the queries count in.
bool isBelowAtto(const DecimalSum& rest)
{
    std::int64_t fraction = 0;
    const auto attos = rest.attosFloor(&fraction);
    return attos && (*attos == 0 || (*attos == -1 && fraction > 0));
}

void explain(ProofLine& line)
{
    const auto name = [&line](const char* what, const DecimalSum& amount) {
        if (!amount.isZero())
            line.parts.push_back({what, amount});
    };
    const DecimalSum notStored = difference(line.fileTotal, line.storedTotal);
    DecimalSum notRolledUp = difference(line.storedTotal, line.rolledUpTotal);
    const DecimalSum notAllocated = difference(line.rolledUpTotal, line.allocatedTotal);
    const DecimalSum notExported = difference(line.storedTotal, line.exportedTotal);
    if (isBelowAtto(notRolledUp)) {
        name("digits below 10^-18", notRolledUp);
        notRolledUp = DecimalSum();
    }
    for (const auto& [what, amount] :
         {std::pair{"not stored", notStored}, std::pair{"not rolled up", notRolledUp},
          std::pair{"not allocated", notAllocated}, std::pair{"not exported", notExported}}) {
        name(what, amount);
        if (line.remainder.isZero())
            line.remainder = amount;
    }
}

} // namespace

Result<std::vector<ProofLine>> buildProof(const State& state, const store::sql::Connection& reader,
                                          const std::vector<PartitionInfo>& partitions,
                                          const std::vector<CostLens>& lenses, std::stop_token stop)
{
    std::unordered_map<std::int64_t, std::uint32_t> indexOf;
    for (std::uint32_t i = 0; i < state.facts->partitions.size(); ++i)
        indexOf[state.facts->partitions[i].id] = i;
    std::vector<ProofLine> lines;
    for (const PartitionInfo& partition : partitions) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        const auto found = indexOf.find(partition.id);
        const FactSet facts = found == indexOf.end()
                                  ? FactSet{0, state.facts->dictionaries, state.facts->partitions, {}}
                                  : only(*state.facts, found->second);
        const auto recount = store::recountPartition(reader, partition.id);
        if (!recount)
            return recount.error();
        for (const CostLens lens : lenses) {
            const auto at = static_cast<std::size_t>(lens);
            if (partition.unknownRows[at] == partition.rows)
                continue; // the source knows no such cost: nothing to prove
            ProofLine line;
            line.source = partition.source;
            line.provider = partition.provider;
            line.billingAccount = partition.billingAccount;
            line.billingPeriod = partition.billingPeriod;
            line.currency = partition.currency;
            line.lens = lens;
            line.fileTotal = partition.fileTotal[at];
            line.storedTotal = recount->stored[at];
            line.exportedTotal = recount->exported[at];
            const auto rolledUp = totalBy(facts, *state.attribution, Dim{Dim::Kind::Service, {}}, lens, stop);
            if (!rolledUp)
                return rolledUp.error();
            line.rolledUpTotal = *rolledUp;
            const auto allocated = totalBy(facts, *state.attribution, Dim{Dim::Kind::Team, {}}, lens, stop);
            if (!allocated)
                return allocated.error();
            line.allocatedTotal = *allocated;
            explain(line);
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

} // namespace altimeter::session

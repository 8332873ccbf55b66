#include "app/session/questions/proof.h"

#include "app/session/questions/answers.h"

#include <map>

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

/// What tells the partitions of a workspace apart, as an answer spells it.
using PartitionName = std::vector<std::string>;

PartitionName nameOf(const PartitionInfo& partition)
{
    return {partition.source, partition.provider, partition.billingAccount,
            toString(partition.billingPeriod).substr(0, 7), std::string(partition.currency.code())};
}

/// The cells of one question added up again by partition.
Result<std::map<PartitionName, DecimalSum>> totalsBy(const CostSource& costs, const Dim& dim, CostLens lens,
                                                     Granularity granularity, const std::stop_token& stop)
{
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Provider, {}}, Dim{Dim::Kind::BillingAccount, {}},
                Dim{Dim::Kind::BillingPeriod, {}}, dim};
    query.granularity = granularity;
    query.lens = lens;
    const auto table = costs.table(query, stop);
    if (!table)
        return table.error();
    std::map<PartitionName, DecimalSum> totals;
    for (const CostRow& row : table->rows) {
        PartitionName name = row.keys;
        name.back() = row.currency.code();
        totals[std::move(name)].add(toSum(row.cost));
    }
    return totals;
}

/// True for a difference that is only what lies below 10^-18, the unit the queries count in, of each of `parts` sums.
bool isBelowAtto(const DecimalSum& rest, std::size_t parts)
{
    std::int64_t fraction = 0;
    const auto attos = rest.attosFloor(&fraction);
    const auto most = static_cast<Int128>(parts);
    return attos && *attos < most && (*attos > -most || (*attos == -most && fraction > 0));
}

constexpr std::string_view kRejected = "rejected lines: ";
constexpr std::string_view kNotCounted = "rejected lines of earlier deliveries are not counted: import again";

/// No cost of it is known, stored or rejected: that lines are missing is then all there is to say.
bool isCostlessAndIncomplete(const PartitionInfo& partition)
{
    return !partition.rejectedParts.empty() && partition.isUnknown(CostLens::Billed) &&
           partition.isUnknown(CostLens::Effective) && partition.isUnknown(CostLens::List) &&
           partition.isUnknown(CostLens::Contracted);
}

/// What was delivered and is not stored is named by what was wrong with it; `all`: also where it says nothing of the
/// cost.
void nameRejected(ProofLine& line, const std::vector<RejectedPart>& rejected, bool all)
{
    const auto at = static_cast<std::size_t>(line.lens);
    for (const RejectedPart& one : rejected) {
        if (!all && !one.tells(line.lens))
            continue;
        ProofLine::Part part;
        part.name = one.check.empty() ? std::string(kNotCounted) : std::string(kRejected) + one.check;
        part.amount = one.cost[at];
        part.isMissing = true;
        part.unreadable = one.unreadable[at];
        part.hasAmount = one.costRows[at] > 0;
        line.parts.push_back(std::move(part));
    }
}

/// The sum of what could be stored.
std::array<DecimalSum, kLensCount> storable(const PartitionInfo& partition)
{
    std::array<DecimalSum, kLensCount> sums = partition.fileTotal;
    for (const RejectedPart& part : partition.rejectedParts) {
        for (std::size_t lens = 0; lens < kLensCount; ++lens)
            sums[lens].subtract(part.cost[lens]);
    }
    return sums;
}

void explain(ProofLine& line, std::size_t parts)
{
    const auto name = [&line](const char* what, const DecimalSum& amount) {
        if (!amount.isZero())
            line.parts.push_back({what, amount});
    };
    const DecimalSum notStored = difference(difference(line.fileTotal, line.missing()), line.storedTotal);
    DecimalSum notRolledUp = difference(line.storedTotal, line.rolledUpTotal);
    const DecimalSum notAllocated = difference(line.rolledUpTotal, line.allocatedTotal);
    const DecimalSum notExported = difference(line.storedTotal, line.exportedTotal);
    if (isBelowAtto(notRolledUp, parts)) {
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

Result<std::vector<ProofLine>> buildProof(const CostSource& costs, const std::vector<PartitionInfo>& partitions,
                                          const std::vector<CostLens>& lenses, ProofDepth depth, std::stop_token stop)
{
    const bool isFull = depth == ProofDepth::Full;
    const Granularity granularity = isFull ? Granularity::Day : Granularity::None;
    std::vector<std::map<PartitionName, DecimalSum>> rolledUp;
    std::vector<std::map<PartitionName, DecimalSum>> allocated;
    for (const CostLens lens : lenses) {
        auto byService = totalsBy(costs, Dim{Dim::Kind::Service, {}}, lens, granularity, stop);
        if (!byService)
            return byService.error();
        rolledUp.push_back(byService.take());
        // By month, as splits are weighed: a cell for each day and team would only be added up again.
        auto byTeam =
            totalsBy(costs, Dim{Dim::Kind::Team, {}}, lens, isFull ? Granularity::Month : Granularity::None, stop);
        if (!byTeam)
            return byTeam.error();
        allocated.push_back(byTeam.take());
    }
    std::vector<ProofLine> lines;
    for (const PartitionInfo& partition : partitions) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        Recount recount{storable(partition), storable(partition)};
        if (isFull && !partition.ids.empty()) {
            auto counted = costs.recount(partition, stop);
            if (!counted)
                return counted.error();
            recount = counted.take();
        }
        const PartitionName name = nameOf(partition);
        const bool isCostless = isCostlessAndIncomplete(partition);
        for (std::size_t i = 0; i < lenses.size(); ++i) {
            const auto at = static_cast<std::size_t>(lenses[i]);
            if (partition.isUnknown(lenses[i]) && !isCostless)
                continue; // the source knows no such cost: nothing to prove
            ProofLine line;
            line.source = partition.source;
            line.provider = partition.provider;
            line.billingAccount = partition.billingAccount;
            line.billingPeriod = partition.billingPeriod;
            line.currency = partition.currency;
            line.lens = lenses[i];
            line.fileTotal = partition.fileTotal[at];
            line.storedTotal = recount.stored[at];
            line.exportedTotal = recount.exported[at];
            line.rolledUpTotal = rolledUp[i][name];
            line.allocatedTotal = allocated[i][name];
            nameRejected(line, partition.rejectedParts, isCostless);
            explain(line, partition.ids.size());
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::vector<PartitionInfo> provable(const Snapshot& snapshot)
{
    std::vector<PartitionInfo> all = snapshot.partitions;
    all.insert(all.end(), snapshot.strays.begin(), snapshot.strays.end());
    return all;
}

Result<std::vector<ProofLine>> answer(const Snapshot& snapshot, const ProofQuestion& question, std::stop_token stop)
{
    std::vector<PartitionInfo> partitions = provable(snapshot);
    std::erase_if(partitions, [&question](const PartitionInfo& partition) { // without a month: it may be any
        return (!question.source.empty() && partition.source != question.source) ||
               (question.period.isValid() && partition.billingPeriod.isValid() &&
                partition.billingPeriod != question.period);
    });
    return buildProof(*snapshot.costs, partitions,
                      {CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted}, ProofDepth::Full,
                      std::move(stop));
}

} // namespace altimeter::session

#include "models/analysis/query/chargerows.h"

namespace altimeter::analysis {

namespace {

void setOwner(ChargeRow& row, const Owner& owner)
{
    row.team = owner.of(OwnerField::Team);
    row.costCenter = owner.of(OwnerField::CostCenter);
    row.environment = owner.of(OwnerField::Environment);
    row.useCase = owner.of(OwnerField::UseCase);
    row.workflow = owner.of(OwnerField::Workflow);
}

/// The cost cells say the same as the amounts beside them, so that exported parts add up to the line.
void setPart(ChargeRow& row, const std::array<std::optional<Amount>, kLensCount>& part)
{
    row.isSharedPart = true;
    row.cost = part;
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        row.text[static_cast<std::size_t>(costColumnOf(static_cast<CostLens>(lens)))] =
            part[lens] ? part[lens]->toString(0) : "";
}

} // namespace

Result<std::vector<ChargeRow>> chargeRows(const FactSet& facts, const Attribution& attribution,
                                          const StoredLines& stored, std::span<const ChargeMatch> matches,
                                          const std::stop_token& stop)
{
    std::vector<RowAddress> addresses;
    addresses.reserve(matches.size());
    for (const ChargeMatch& match : matches) {
        const FactSet::Part& part = facts.chunks[match.part];
        addresses.push_back(part.stored ? RowAddress{part.stored.get(), (*part.storedRows)[match.row]}
                                        : RowAddress{part.chunk.get(), match.row});
    }
    auto rows = stored.read(addresses, stop);
    for (std::size_t i = 0; rows && i < matches.size(); ++i) {
        setOwner((*rows)[i], attribution.owners()[matches[i].owner]);
        if (matches[i].isShare)
            setPart((*rows)[i], sharesOf(facts, attribution, matches[i]));
    }
    return rows;
}

} // namespace altimeter::analysis

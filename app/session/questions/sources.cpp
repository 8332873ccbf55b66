#include "app/session/questions/answers.h"
#include "app/session/questions/knownfindings.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/ledger/ledger.h"

namespace altimeter::session {

namespace {

/// Each of them is a finding of its source.
template <typename Found> void countFound(const std::vector<Found>& found, std::vector<SourceInfo>& sources)
{
    for (const Found& one : found) {
        for (SourceInfo& source : sources) {
            if (source.name != one.source)
                continue;
            ++source.findings;
            if (source.state == "ok")
                source.state = "findings";
        }
    }
}

} // namespace

Result<std::vector<SourceInfo>> answer(const Snapshot& snapshot, const SourcesQuestion&, std::stop_token stop)
{
    const auto derived = derivedFindings(snapshot, stop);
    if (!derived)
        return derived.error();
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    auto sources = store::readSources(reading->db());
    if (!sources)
        return sources;
    countFound(derived->far, *sources);
    countFound(derived->stopped, *sources);
    auto findings = knownFindings(reading->db(), {}, *derived);
    if (!findings)
        return findings.error();
    for (const FindingCase& one : *findings) {
        for (SourceInfo& source : *sources)
            source.acknowledged +=
                source.name == one.key.source && one.acknowledged.has_value() && one.finding.severity > Severity::Note
                    ? 1U
                    : 0U;
    }
    for (SourceInfo& source : *sources) {
        if (source.state == "findings" && source.openFindings() == 0)
            source.state = "ok";
    }
    return sources;
}

Result<std::vector<PartitionInfo>> answer(const Snapshot& snapshot, const PartitionsQuestion&, std::stop_token)
{
    return snapshot.partitions;
}

Result<std::vector<FarCharges>> answer(const Snapshot& snapshot, const FarChargesQuestion& question,
                                       std::stop_token stop)
{
    return snapshot.costs->farCharges(question.range, std::move(stop));
}

} // namespace altimeter::session

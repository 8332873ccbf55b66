#include "app/session/questions/answers.h"
#include "app/session/questions/knownfindings.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/ledger/ledger.h"

namespace altimeter::session {

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
    auto findings = knownFindings(reading->db(), {}, *derived);
    if (!findings)
        return findings.error();
    for (SourceInfo& source : *sources) {
        source.findings = source.acknowledged = 0; // of those that are so now, and of what all charges together show
        for (const FindingCase& one : *findings) {
            if (source.name != one.key.source || one.finding.severity == Severity::Note)
                continue;
            ++source.findings;
            source.acknowledged += one.acknowledged ? 1U : 0U;
        }
        if (source.state == "findings" || source.state == "ok")
            source.state = source.openFindings() == 0 ? "ok" : "findings";
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

#include "app/session/questions/accountdays.h"
#include "app/session/questions/answers.h"
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
    const auto far = snapshot.costs->farCharges({}, stop);
    const auto stopped = stoppedAccounts(snapshot, stop);
    if (!far || !stopped)
        return !far ? far.error() : stopped.error();
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    auto sources = store::readSources(reading->db());
    if (sources) {
        countFound(*far, *sources);
        countFound(*stopped, *sources);
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

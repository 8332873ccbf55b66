#include "app/session/questions/accountdays.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/storedrevision.h"
#include "models/facts/datadays.h"
#include "models/store/ledger/ledger.h"

#include <algorithm>

namespace altimeter::session {

namespace {

Finding farFinding(const FarCharges& far)
{
    Finding finding;
    finding.severity = Severity::Warning;
    finding.check = "charge-period-far";
    finding.rows = far.rows;
    finding.message = "ChargePeriodStart of these " + std::string(far.currency.code()) + " charges is dated " +
                      farDatesText(far) + ", away from the days of the data (" + toString(far.dataFrom) + " to " +
                      toString(far.dataThrough) +
                      "): they count in totals over all time, but in no trend, forecast, weekly report or calendar";
    finding.source = far.source;
    return finding;
}

} // namespace

Result<std::vector<Finding>> answer(const Snapshot& snapshot, const FindingsQuestion& question, std::stop_token stop)
{
    const auto far = snapshot.costs->farCharges({}, stop);
    const auto stopped = stoppedAccounts(snapshot, stop);
    if (!far || !stopped)
        return !far ? far.error() : stopped.error();
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    auto findings = store::readFindings(reading->db(), question.source);
    if (!findings)
        return findings;
    for (const FarCharges& one : *far) {
        if (question.source.empty() || one.source == question.source)
            findings->push_back(farFinding(one));
    }
    for (const StoppedAccount& one : *stopped) {
        if (question.source.empty() || one.source == question.source)
            findings->push_back(stoppedFinding(one));
    }
    std::stable_sort(findings->begin(), findings->end(),
                     [](const Finding& a, const Finding& b) { return a.source < b.source; });
    return findings;
}

Result<std::vector<RejectedLine>> answer(const Snapshot& snapshot, const RejectedQuestion& question,
                                         std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    return reading ? store::readRejected(reading->db(), question.source)
                   : Result<std::vector<RejectedLine>>(reading.error());
}

} // namespace altimeter::session

#include "app/session/questions/answers.h"
#include "app/session/questions/knownfindings.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/ledger/ledger.h"

namespace altimeter::session {

Result<std::vector<Finding>> answer(const Snapshot& snapshot, const FindingsQuestion& question, std::stop_token stop)
{
    const auto derived = derivedFindings(snapshot, stop);
    if (!derived)
        return derived.error();
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    auto known = knownFindings(reading->db(), question.source, *derived);
    if (!known)
        return known.error();
    std::vector<Finding> findings;
    for (FindingCase& one : *known)
        findings.push_back(std::move(one.finding));
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

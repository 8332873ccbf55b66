#include "app/session/questions/knownfindings.h"

#include "app/session/questions/accountdays.h"
#include "models/domain/accountname.h"
#include "models/store/ingest/findingsnow.h"
#include "models/store/ledger/acknowledgements.h"
#include "models/store/ledger/ledger.h"

#include <algorithm>

namespace altimeter::session {

namespace {

Filter only(Dim::Kind kind, const std::string& value)
{
    return {Dim{kind, {}}, {value}, false};
}

FindingCase farCase(const FarCharges& far)
{
    FindingCase found;
    Finding& finding = found.finding;
    finding.severity = Severity::Warning;
    finding.check = "charge-period-far";
    finding.rows = far.rows;
    finding.message = "ChargePeriodStart of these " + std::string(far.currency.code()) + " charges is dated " +
                      farDatesText(far) + ", away from the days of the data (" + toString(far.dataFrom) + " to " +
                      toString(far.dataThrough) +
                      "): they count in totals over all time, but in no trend, forecast, weekly report or calendar";
    finding.source = far.source;
    found.key = {far.source, finding.check, {}, std::string(far.currency.code()) + ' ' + farDatesText(far), true};
    found.lines.where = FindingLines::Where::Charges;
    found.lines.filters = {only(Dim::Kind::Source, far.source),
                           only(Dim::Kind::Currency, std::string(far.currency.code()))};
    const bool isOneSide = far.last < far.dataFrom || far.first > far.dataThrough;
    found.lines.range = isOneSide ? DateRange{far.first, far.last + 1} : DateRange{};
    found.lines.isExact = isOneSide;
    return found;
}

FindingCase stoppedCase(const StoppedAccount& stopped)
{
    FindingCase found;
    found.finding = stoppedFinding(stopped);
    found.key = {stopped.source,
                 found.finding.check,
                 {},
                 accountName(stopped.provider, stopped.billingAccount) + ' ' + std::string(stopped.currency.code()) +
                     " after " + toString(stopped.last),
                 true};
    found.lines.where = FindingLines::Where::Charges; // what it delivered before
    found.lines.filters = {only(Dim::Kind::Source, stopped.source), only(Dim::Kind::Provider, stopped.provider),
                           only(Dim::Kind::BillingAccount, stopped.billingAccount)};
    return found;
}

} // namespace

Result<DerivedFindings> derivedFindings(const Snapshot& snapshot, const std::stop_token& stop)
{
    auto far = snapshot.costs->farCharges({}, stop);
    if (!far)
        return far.error();
    auto stopped = stoppedAccounts(snapshot, stop);
    if (!stopped)
        return stopped.error();
    return DerivedFindings{far.take(), stopped.take()};
}

Result<std::vector<FindingCase>> knownFindings(const store::sql::Connection& db, const std::string& source,
                                               const DerivedFindings& derived)
{
    auto stored = store::readFindings(db, source);
    if (!stored)
        return stored.error();
    const auto acknowledged = store::readAcknowledgements(db);
    if (!acknowledged)
        return acknowledged.error();
    const auto present = store::FindingsNow::of(db, *stored);
    if (!present)
        return present.error();
    std::vector<FindingCase> all;
    for (const Finding& finding : *stored) {
        auto now = present->now(finding);
        if (!now)
            continue; // what it named is gone
        FindingCase found;
        found.key = keyOfKept(finding);
        found.finding = std::move(*now);
        all.push_back(std::move(found));
    }
    const auto add = [&](FindingCase found) {
        if (source.empty() || found.key.source == source)
            all.push_back(std::move(found));
    };
    for (const FarCharges& one : derived.far)
        add(farCase(one));
    for (const StoppedAccount& one : derived.stopped)
        add(stoppedCase(one));
    for (FindingCase& one : all) {
        if (const auto* known = acknowledgementOf(*acknowledged, one.key, one.finding.rows))
            one.acknowledged = *known;
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const FindingCase& a, const FindingCase& b) { return a.finding.source < b.finding.source; });
    return all;
}

} // namespace altimeter::session

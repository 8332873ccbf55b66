#include "app/session/questions/answers.h"
#include "app/session/questions/findingmoney.h"
#include "app/session/questions/knownfindings.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/ledger/ledger.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace altimeter::session {

namespace {

/// Open ones first, then the worst.
auto rankOf(const FindingCase& one)
{
    return std::tuple(one.acknowledged.has_value(), -static_cast<int>(one.finding.severity));
}

std::vector<FindingGroup> grouped(std::vector<FindingCase> all)
{
    std::map<std::string, FindingGroup> byCheck;
    for (FindingCase& one : all) {
        FindingGroup& group = byCheck[one.finding.check];
        group.check = one.finding.check;
        group.severity = std::max(group.severity, one.finding.severity);
        group.rows += one.finding.rows;
        group.cases.push_back(std::move(one));
    }
    std::vector<FindingGroup> groups;
    for (auto& [check, group] : byCheck) {
        std::stable_sort(group.cases.begin(), group.cases.end(), [](const FindingCase& a, const FindingCase& b) {
            return rankOf(a) != rankOf(b) ? rankOf(a) < rankOf(b) : a.finding.rows > b.finding.rows;
        });
        groups.push_back(std::move(group));
    }
    std::stable_sort(groups.begin(), groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return std::tuple(a.open() == 0, -static_cast<int>(a.severity)) !=
                       std::tuple(b.open() == 0, -static_cast<int>(b.severity))
                   ? std::tuple(a.open() == 0, -static_cast<int>(a.severity)) <
                         std::tuple(b.open() == 0, -static_cast<int>(b.severity))
                   : a.rows > b.rows;
    });
    return groups;
}

/// As everywhere: the currency of the workspace with most money first.
void order(Touched& touched, const std::vector<Currency>& currencies)
{
    const auto placeOf = [&currencies](const TouchedMoney& one) {
        return std::find(currencies.begin(), currencies.end(), one.currency) - currencies.begin();
    };
    std::stable_sort(touched.money.begin(), touched.money.end(),
                     [&](const TouchedMoney& a, const TouchedMoney& b) { return placeOf(a) < placeOf(b); });
}

} // namespace

Result<std::vector<FindingGroup>> answer(const Snapshot& snapshot, const FindingGroupsQuestion& question,
                                         std::stop_token stop)
{
    const auto derived = derivedFindings(snapshot, stop);
    if (!derived)
        return derived.error();
    FindingMoney::Files shrunk;
    auto known = [&]() -> Result<std::vector<FindingCase>> {
        auto reading = snapshot.stored->read(stop); // given back before anything is counted
        auto files = reading ? store::readShrunkFiles(reading->db()) : Result<FindingMoney::Files>(reading.error());
        if (!files)
            return files.error();
        shrunk = files.take();
        return knownFindings(reading->db(), question.source, *derived);
    }();
    if (!known)
        return known.error();
    std::vector<FindingGroup> groups = grouped(known.take());
    const FindingMoney money(snapshot, std::move(shrunk), question.lens, stop);
    for (FindingGroup& group : groups) {
        if (auto done = money.tell(group); !done)
            return done.error();
        order(group.touched, snapshot.currencies);
        for (FindingCase& one : group.cases) {
            if (one.touched)
                order(*one.touched, snapshot.currencies);
        }
    }
    return groups;
}

} // namespace altimeter::session

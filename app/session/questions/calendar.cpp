// The completeness calendar: source × day, put together from the charges, from the days that were asked for, and from
// what changed later.

#include "app/session/questions/accountdays.h"
#include "app/session/questions/answers.h"
#include "app/session/questions/duplicatedays.h"
#include "app/session/workspace/storedrevision.h"
#include "models/facts/datadays.h"
#include "models/facts/factset.h"
#include "models/store/ledger/ledger.h"
#include "models/store/settings/connections.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::session {

namespace {

/// A source with its days, from the first one it speaks of to the last.
struct Lane {
    CompletenessCalendar::Row row;
    Day first, last; ///< of all it has ever covered, both inside
    bool isConnection = false;
    bool saysState = false;

    void reach(Day day)
    {
        if (!first.isValid() || day < first)
            first = day;
        if (!last.isValid() || day > last)
            last = day;
    }
};

/// A source, or one account of it; the source comes before its accounts.
struct LaneKey {
    std::string source;
    bool isAccount = false;
    std::string provider, account;
    friend auto operator<=>(const LaneKey&, const LaneKey&) = default;
};
using Lanes = std::map<LaneKey, Lane>;

CalendarDay* dayOf(Lane& lane, const DateRange& range, Day day)
{
    return range.contains(day) ? &lane.row.days[static_cast<std::size_t>(day - range.from)] : nullptr;
}

Lane& laneOf(Lanes& lanes, const LaneKey& key, const DateRange& range)
{
    const auto [found, isNew] = lanes.try_emplace(key);
    Lane& lane = found->second;
    if (isNew) {
        lane.row.source = key.source;
        lane.row.isAccount = key.isAccount;
        lane.row.provider = key.provider;
        lane.row.billingAccount = key.account;
        for (Day day = range.from; day < range.to; day = day + 1) {
            lane.row.days.emplace_back();
            lane.row.days.back().day = day;
        }
    }
    return lane;
}

void addCost(CalendarDay& day, const CostRow& row)
{
    const auto found =
        std::find_if(day.cost.begin(), day.cost.end(), [&row](const auto& one) { return one.first == row.currency; });
    if (found == day.cost.end()) {
        day.cost.emplace_back(row.currency, row.cost);
    } else if (const auto sum = checkedAdd(found->second, row.cost)) {
        found->second = *sum;
    }
}

void addRow(Lane& lane, const CostRow& row, const DateRange& range)
{
    CalendarDay* day = dayOf(lane, range, row.period);
    if (!day)
        return;
    day->rows += row.rows;
    if (row.keys[1] == "Estimated")
        day->estimatedRows += row.rows;
    lane.saysState |= !row.keys[1].empty();
    addCost(*day, row);
}

/// Charges by source, state and day, and by account where that is asked for.
Status addCharges(Lanes& lanes, const CostSource& costs, const CalendarQuestion& question, const std::stop_token& stop)
{
    const DateRange& range = question.range;
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::ChargeState, {}}};
    if (question.byAccount) {
        query.by.push_back(Dim{Dim::Kind::Provider, {}});
        query.by.push_back(Dim{Dim::Kind::BillingAccount, {}});
    }
    query.granularity = Granularity::Day;
    query.range = range;
    const auto table = costs.table(query, stop);
    if (!table)
        return table.error();
    for (const CostRow& row : table->rows) {
        addRow(laneOf(lanes, {row.keys[0], false, {}, {}}, range), row, range);
        if (question.byAccount)
            addRow(laneOf(lanes, {row.keys[0], true, row.keys[2], row.keys[3]}, range), row, range);
    }
    return {};
}

/// Sub accounts, by the sources that hold charges of one account on one day.
using Holders = std::map<std::string, std::set<std::string>>;

/// Exports of two subscriptions share an account and no charge. A source that names no sub accounts may hold all.
bool mayShare(const std::set<std::string>& a, const std::set<std::string>& b)
{
    return a.contains({}) || b.contains({}) ||
           std::any_of(a.begin(), a.end(), [&b](const std::string& one) { return b.contains(one); });
}

void markOverlap(Lanes& lanes, const LaneKey& key, const std::string& other, const DateRange& range, Day at)
{
    const auto lane = lanes.find(key);
    if (lane == lanes.end())
        return;
    if (CalendarDay* day = dayOf(lane->second, range, at))
        day->isOverlapping = true;
    auto& named = lane->second.row.overlaps;
    if (std::find(named.begin(), named.end(), other) == named.end())
        named.push_back(other);
}

/// Days on which two sources hold charges of one provider's account.
Status addOverlaps(Lanes& lanes, const CostSource& costs, const DateRange& range, const std::stop_token& stop)
{
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Provider, {}}, Dim{Dim::Kind::BillingAccount, {}},
                Dim{Dim::Kind::SubAccount, {}}};
    query.granularity = Granularity::Day;
    query.range = range;
    const auto table = costs.table(query, stop);
    if (!table)
        return table.error();
    using Account = std::tuple<Day, std::string, std::string>;
    std::map<Account, Holders> holders;
    for (const CostRow& row : table->rows) {
        if (!row.keys[1].empty() && !row.keys[2].empty())
            holders[{row.period, row.keys[1], row.keys[2]}][row.keys[0]].insert(row.keys[3]);
    }
    for (const auto& [account, sources] : holders) {
        const auto& [day, provider, name] = account;
        for (const auto& [source, subAccounts] : sources) {
            for (const auto& [other, others] : sources) {
                if (other == source || !mayShare(subAccounts, others))
                    continue;
                markOverlap(lanes, {source, false, {}, {}}, other, range, day);
                markOverlap(lanes, {source, true, provider, name}, other, range, day);
            }
        }
    }
    return {};
}

/// Lines of files that stand twice. What connections deliver was counted when it came.
Status addDuplicates(Lanes& lanes, const Snapshot& snapshot, const store::sql::Connection& db, const DateRange& range,
                     const std::stop_token& stop)
{
    for (const PartitionInfo& partition : snapshot.partitions) {
        const auto lane = lanes.find({partition.source, false, {}, {}});
        if (lane == lanes.end() || lane->second.isConnection || partition.rows < 2)
            continue;
        for (const std::int64_t id : partition.ids) {
            const auto days = duplicateDays(snapshot, db, id, range, stop);
            if (!days)
                return days.error();
            const auto account = lanes.find({partition.source, true, partition.provider, partition.billingAccount});
            for (const auto& [at, count] : *days) {
                if (CalendarDay* day = dayOf(lane->second, range, at))
                    day->duplicates += count;
                if (account != lanes.end()) {
                    if (CalendarDay* day = dayOf(account->second, range, at))
                        day->duplicates += count;
                }
            }
        }
    }
    return {};
}

CalendarDay::State stateOf(const Lane& lane, const CalendarDay& day)
{
    using State = CalendarDay::State;
    if (day.rows > 0)
        return day.estimatedRows > 0 ? State::Estimated : lane.saysState ? State::Final : State::Unsaid;
    if (day.askedAt.isValid())
        return State::Empty;
    const bool isInside = lane.first.isValid() && day.day >= lane.first && day.day <= lane.last;
    return isInside ? State::Gap : State::None;
}

/// A day on which an account has no charge is none of it where its source was delivered: not every account is charged
/// every day. Only an account that has stopped is missed.
CalendarDay::State stateOfAccount(const Lane& lane, const CalendarDay& day, const CalendarDay& ofSource)
{
    using State = CalendarDay::State;
    if (day.rows > 0)
        return stateOf(lane, day);
    const bool isInside = lane.first.isValid() && day.day >= lane.first;
    if (!isInside || ofSource.state == State::None)
        return State::None;
    const bool isMissed = lane.row.stoppedAfter.isValid() && day.day > lane.row.stoppedAfter;
    return ofSource.state == State::Gap || isMissed ? State::Gap : State::Empty;
}

void noteStopped(Lanes& lanes, const std::vector<StoppedAccount>& stopped)
{
    for (const StoppedAccount& one : stopped) {
        const auto source = lanes.find({one.source, false, {}, {}});
        if (one.isSilent && source != lanes.end())
            source->second.reach(one.sourceThrough); // its days are missing, however long ago they were
        if (one.currency != Currency())
            continue; // it goes on in another
        const auto lane = lanes.find({one.source, true, one.provider, one.billingAccount});
        if (lane != lanes.end())
            lane->second.row.stoppedAfter = one.last;
    }
}

/// Where the accounts' charges begin; they end where those of their source do.
void reachAccounts(Lanes& lanes, const Snapshot& snapshot, const DateRange& range)
{
    for (const FactPartition& partition : snapshot.facts->partitions) {
        if (partition.rows > 0 && partition.dataFrom <= snapshot.days.last)
            laneOf(lanes, {partition.source, true, partition.provider, partition.billingAccount}, range)
                .reach(std::max(partition.dataFrom, snapshot.days.first));
    }
}

void settle(Lanes& lanes, CompletenessCalendar& calendar)
{
    const Lane* source = nullptr; // they come before their accounts
    for (auto& [key, lane] : lanes) {
        if (!key.isAccount)
            source = &lane;
        for (std::size_t at = 0; at < lane.row.days.size(); ++at) {
            CalendarDay& day = lane.row.days[at];
            day.state = key.isAccount ? stateOfAccount(lane, day, source->row.days[at]) : stateOf(lane, day);
        }
    }
    for (auto& [key, lane] : lanes)
        calendar.rows.push_back(std::move(lane.row));
}

} // namespace

Result<CompletenessCalendar> answer(const Snapshot& snapshot, const CalendarQuestion& question, std::stop_token stop)
{
    const DateRange& range = question.range;
    const CostSource& costs = *snapshot.costs;
    CompletenessCalendar calendar;
    calendar.range = range;
    calendar.revision = snapshot.revision;
    if (range.days() > DataDays::kMostDays)
        return Error{ErrorCode::Invalid,
                     "a calendar of " + std::to_string(range.days()) + " days is too long; at most " +
                         std::to_string(DataDays::kMostDays) + " can be shown",
                     {},
                     "Choose a shorter range."};
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    const auto known = store::readSources(reading->db());
    const auto connections = store::readConnections(reading->db());
    auto restatements = store::readRestatements(reading->db());
    if (!known || !connections || !restatements)
        return !known ? known.error() : !connections ? connections.error() : restatements.error();

    Lanes lanes;
    const Day dataFrom = snapshot.days.first;
    const Day dataThrough = snapshot.days.last;
    for (const SourceInfo& source : *known) {
        Lane& lane = laneOf(lanes, {source.name, false, {}, {}}, range);
        if (source.rows > 0 && source.dataFrom <= dataThrough && source.dataThrough >= dataFrom) {
            lane.reach(std::max(source.dataFrom, dataFrom)); // a charge dated 9999 makes no gap of the days up to it
            lane.reach(std::min(source.dataThrough, dataThrough));
        }
    }
    for (const store::StoredConnection& one : *connections) {
        Lane& lane = laneOf(lanes, {one.settings.name, false, {}, {}}, range);
        lane.isConnection = true;
        const auto covered = store::readCoverage(reading->db(), one.settings.name);
        if (!covered)
            return covered.error();
        for (const store::CoveredDay& asked : *covered) {
            lane.reach(asked.day);
            if (CalendarDay* day = dayOf(lane, range, asked.day)) {
                day->askedAt = asked.askedAt;
                day->duplicates = asked.duplicates;
            }
        }
        if (!covered->empty())
            lane.reach(std::max(question.today - 1, covered->back().day)); // what was not asked for since is missing
    }
    if (question.byAccount)
        reachAccounts(lanes, snapshot, range);
    if (auto done = addCharges(lanes, costs, question, stop); !done)
        return done.error();
    if (auto done = addOverlaps(lanes, costs, range, stop); !done)
        return done.error();
    if (auto done = addDuplicates(lanes, snapshot, reading->db(), range, stop); !done)
        return done.error();
    auto stopped = stoppedAccounts(snapshot, stop);
    if (!stopped)
        return stopped.error();
    noteStopped(lanes, *stopped);
    calendar.stopped = stopped.take();
    for (const Restatement& restated : *restatements) {
        const auto found = lanes.find({restated.source, false, {}, {}});
        if (found == lanes.end() || !restated.wasFinal)
            continue;
        for (Day at = std::max(restated.from, range.from); at < std::min(restated.to, range.to); at = at + 1) {
            if (CalendarDay* day = dayOf(found->second, range, at))
                day->isRestated = true;
        }
    }
    settle(lanes, calendar);
    calendar.restatements = restatements.take();
    return calendar;
}

} // namespace altimeter::session

// The completeness calendar: source × day, put together from the charges, from the days that were asked for, and from
// what changed later.

#include "app/session/questions/answers.h"
#include "app/session/workspace/storedrevision.h"
#include "models/facts/datadays.h"
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

CalendarDay* dayOf(Lane& lane, const DateRange& range, Day day)
{
    return range.contains(day) ? &lane.row.days[static_cast<std::size_t>(day - range.from)] : nullptr;
}

Lane& laneOf(std::map<std::string, Lane>& lanes, const std::string& source, const DateRange& range)
{
    const auto [found, isNew] = lanes.try_emplace(source);
    Lane& lane = found->second;
    if (isNew) {
        lane.row.source = source;
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

/// Charges by source, state and day.
Status addCharges(std::map<std::string, Lane>& lanes, const CostSource& costs, const DateRange& range,
                  const std::stop_token& stop)
{
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::ChargeState, {}}};
    query.granularity = Granularity::Day;
    query.range = range;
    const auto table = costs.table(query, stop);
    if (!table)
        return table.error();
    for (const CostRow& row : table->rows) {
        Lane& lane = laneOf(lanes, row.keys[0], range);
        CalendarDay* day = dayOf(lane, range, row.period);
        if (!day)
            continue;
        day->rows += row.rows;
        if (row.keys[1] == "Estimated")
            day->estimatedRows += row.rows;
        lane.saysState |= !row.keys[1].empty();
        addCost(*day, row);
    }
    return {};
}

/// Days on which two sources hold charges of one provider's account.
Status addOverlaps(std::map<std::string, Lane>& lanes, const CostSource& costs, const DateRange& range,
                   const std::stop_token& stop)
{
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Provider, {}}, Dim{Dim::Kind::BillingAccount, {}}};
    query.granularity = Granularity::Day;
    query.range = range;
    const auto table = costs.table(query, stop);
    if (!table)
        return table.error();
    using Account = std::tuple<Day, std::string, std::string>;
    std::map<Account, std::set<std::string>> holders;
    for (const CostRow& row : table->rows) {
        if (!row.keys[1].empty() && !row.keys[2].empty())
            holders[{row.period, row.keys[1], row.keys[2]}].insert(row.keys[0]);
    }
    for (const auto& [account, sources] : holders) {
        if (sources.size() < 2)
            continue;
        for (const std::string& source : sources) {
            Lane& lane = laneOf(lanes, source, range);
            if (CalendarDay* day = dayOf(lane, range, std::get<0>(account)))
                day->isOverlapping = true;
            for (const std::string& other : sources) {
                auto& named = lane.row.overlaps;
                if (other != source && std::find(named.begin(), named.end(), other) == named.end())
                    named.push_back(other);
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

    std::map<std::string, Lane> lanes;
    const Day dataFrom = snapshot.days.first;
    const Day dataThrough = snapshot.days.last;
    for (const SourceInfo& source : *known) {
        Lane& lane = laneOf(lanes, source.name, range);
        if (source.rows > 0 && source.dataFrom <= dataThrough && source.dataThrough >= dataFrom) {
            lane.reach(std::max(source.dataFrom, dataFrom)); // a charge dated 9999 makes no gap of the days up to it
            lane.reach(std::min(source.dataThrough, dataThrough));
        }
    }
    for (const store::StoredConnection& one : *connections) {
        Lane& lane = laneOf(lanes, one.settings.name, range);
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
    if (auto done = addCharges(lanes, costs, range, stop); !done)
        return done.error();
    if (auto done = addOverlaps(lanes, costs, range, stop); !done)
        return done.error();
    for (const Restatement& restated : *restatements) {
        const auto found = lanes.find(restated.source);
        if (found == lanes.end() || !restated.wasFinal)
            continue;
        for (Day at = std::max(restated.from, range.from); at < std::min(restated.to, range.to); at = at + 1) {
            if (CalendarDay* day = dayOf(found->second, range, at))
                day->isRestated = true;
        }
    }
    for (auto& [name, lane] : lanes) {
        for (CalendarDay& day : lane.row.days)
            day.state = stateOf(lane, day);
        calendar.rows.push_back(std::move(lane.row));
    }
    calendar.restatements = restatements.take();
    return calendar;
}

} // namespace altimeter::session

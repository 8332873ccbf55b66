#include "app/session/sync/syncplan.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>

namespace altimeter::session {

namespace {

constexpr std::string_view kUnanswered = "unanswered:"; ///< and the day; says the day it was asked for last
constexpr int kRestDays = 7;

bool isResting(const Memory& memory, Day day, Day today)
{
    const auto found = memory.find(std::string(kUnanswered) + toString(day));
    const auto asked = found == memory.end() ? std::nullopt : std::optional(parseDay(found->second));
    return asked && *asked && today < **asked + kRestDays;
}

int backfillDays(const ConnectorInfo& info, const ConnectionSettings& settings)
{
    const auto found = settings.values.find("backfill_days");
    int days = info.backfillDays;
    if (found != settings.values.end())
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), days);
    return std::clamp(days, 1, info.historyDays > 0 ? info.historyDays : 3660);
}

} // namespace

Instant nextSyncOf(const store::StoredConnection& connection)
{
    constexpr std::int64_t kHour = 3600;
    return {connection.lastSync.isValid() ? connection.lastSync.seconds + connection.settings.everyHours * kHour : 0};
}

bool isFinalByAge(const ConnectorInfo& info, Day day, Instant now)
{
    const Day last = info.slice == ConnectorInfo::Slice::Month ? day.addMonths(1) : day + 1;
    return info.finalAfterDays > 0 && now.seconds >= std::int64_t{(last + info.finalAfterDays).number} * 86400;
}

std::vector<DateRange> dueChunks(const ConnectorInfo& info, const ConnectionSettings& settings,
                                 std::span<const store::CoveredDay> covered, const DateRange& wanted, Day today,
                                 const Memory& memory)
{
    const bool byMonth = info.slice == ConnectorInfo::Slice::Month;
    const Day end = info.endsYesterday ? today : today + 1;
    DateRange range{today - backfillDays(info, settings), end};
    const bool isWanted = wanted.from.isValid() && wanted.to.isValid();
    if (isWanted)
        range = {wanted.from, std::min(wanted.to, end)};
    if (info.historyDays > 0)
        range.from = std::max(range.from, today - info.historyDays);
    std::map<Day, const store::CoveredDay*> known;
    for (const store::CoveredDay& day : covered)
        known[day.day] = &day;
    const Instant now{std::int64_t{today.number} * 86400};
    const auto isDue = [&](Day day) {
        if (isWanted || day >= today - info.refetchDays)
            return true;
        if (isResting(memory, day, today))
            return false;
        const auto found = known.find(day);
        if (found == known.end())
            return true;
        // Of kinds without a habit: what moved after a sync that was too early to be the last of its trailing window.
        const bool wasEarly = info.finalAfterDays == 0 && found->second->askedAt.day() < day + info.refetchDays;
        return !found->second->isFinal && (wasEarly || isFinalByAge(info, day, now));
    };
    std::vector<DateRange> chunks;
    const int longest = std::max(1, info.chunkDays);
    // From the newest day backwards: what people look at first is there first.
    for (Day day = range.to - 1; day >= range.from;) {
        const Day first = byMonth ? day.firstOfMonth() : day;
        const Day next = byMonth ? first.addMonths(1) : day + 1;
        bool due = false;
        for (Day each = std::max(first, range.from); each < next && each < range.to && !due; each = each + 1)
            due = isDue(each);
        if (due) {
            if (!chunks.empty() && chunks.back().from == next && next - first + chunks.back().days() <= longest)
                chunks.back().from = first;
            else
                chunks.push_back({first, next});
        }
        day = first - 1;
    }
    return chunks;
}

void noteUnanswered(Memory& memory, const Memory& before, const DateRange& asked,
                    const std::vector<DateRange>& unanswered, Day today)
{
    std::erase_if(memory, [](const auto& entry) { return entry.first.starts_with(kUnanswered); });
    for (auto at = before.lower_bound(std::string(kUnanswered));
         at != before.end() && at->first.starts_with(kUnanswered); ++at) {
        const auto day = parseDay(std::string_view(at->first).substr(kUnanswered.size()));
        if (day && !asked.contains(*day))
            memory.insert(*at);
    }
    for (const DateRange& range : unanswered) {
        for (Day day = std::max(range.from, asked.from); day < std::min(range.to, asked.to); day = day + 1)
            memory[std::string(kUnanswered) + toString(day)] = toString(today);
    }
}

} // namespace altimeter::session

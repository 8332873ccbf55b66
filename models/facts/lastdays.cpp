#include "models/facts/lastdays.h"

#include "models/facts/rhythm.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace altimeter {

namespace {

constexpr int kWeeks = 8;
constexpr int kLookedAt = kWeeks * 7 + 21; ///< days at the end, with room for those told in part
constexpr int kMostShort = 4;
constexpr int kLongestShort = 7; ///< days; one that is as short a week before tells that all are
constexpr std::size_t kMostBare = 7;
constexpr int kLongestBare = 45; ///< days from the last usage on; then it has ended
constexpr std::size_t kMany = 7;

/// Lines of usage, by day.
using DayLines = std::map<Day, std::uint64_t>;

void countUsage(DayLines& lines, const FactSet& facts, const FactChunk& chunk, const DataDays& of)
{
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(of.last - of.first) + 1);
    std::optional<std::pair<std::uint32_t, bool>> last; // neighbours share their combination
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
        if (!last || last->first != combo)
            last = {combo, facts.dictionaries->field(combo, Column::ChargeCategory) == "Usage"};
        if (!last->second)
            continue;
        for (std::size_t row = chunk.runEnd(run); row > chunk.runBegin(run); --row) { // ascending within a run
            const Day day{static_cast<std::int32_t>(chunk.day.at(row - 1))};
            if (day < of.first)
                break;
            if (day <= of.last)
                ++counts[static_cast<std::size_t>(day - of.first)];
        }
    }
    for (std::size_t at = 0; at < counts.size(); ++at) {
        if (counts[at] > 0)
            lines[of.first + static_cast<int>(at)] += counts[at];
    }
}

std::map<AccountKey, DayLines> usageOf(const AccountHistories& histories, const FactSet& facts)
{
    std::map<AccountKey, DayLines> usage;
    for (const FactSet::Part& part : facts.chunks) {
        const AccountKey key = keyOf(facts.partitions[part.partition]);
        const auto history = histories.find(key);
        if (history == histories.end() || history->second.days.size() < kMany)
            continue;
        const Day last = history->second.days.back();
        const DataDays looked{last - kLookedAt, last};
        if (part.chunk->size() > 0 && part.chunk->lastDay >= looked.first && part.chunk->firstDay <= last)
            countUsage(usage[key], facts, *part.chunk, looked);
    }
    return usage;
}

std::uint64_t linesOn(const DayLines& lines, Day day)
{
    const auto found = lines.find(day);
    return found == lines.end() ? 0 : found->second;
}

/// What the same weekday held at least in each of the weeks before, of many in all but one; none where it is not told
/// by so few.
std::optional<std::uint64_t> usualLines(const DayLines& lines, Day day)
{
    std::vector<std::uint64_t> before;
    for (Day same = day - 7; same >= lines.begin()->first && before.size() < kWeeks; same = same - 7)
        before.push_back(linesOn(lines, same));
    if (before.size() < 3)
        return std::nullopt;
    std::sort(before.begin(), before.end());
    return before[before.size() >= 5 ? 1 : 0];
}

void findShortDays(AccountHistory& history, const DayLines& lines)
{
    const Day last = lines.rbegin()->first;
    Day from;
    int found = 0;
    for (Day day = last; last - day <= kLongestShort; day = day - 1) {
        const auto usual = usualLines(lines, day);
        const std::uint64_t held = linesOn(lines, day);
        if (usual == 0U && held == 0)
            continue; // a weekend
        if (!usual || *usual < 2 || held * 2 > *usual)
            break;
        from = day;
        ++found;
    }
    if (found == 0 || found > kMostShort || last - from >= kLongestShort)
        return;
    history.partFrom = from;
    history.partThrough = last;
}

/// Takes out the days behind the last usage from the first one on that it was due on.
void takeBareDays(AccountHistory& history, const DayLines& lines)
{
    const Day last = lines.rbegin()->first;
    std::vector<Day>& days = history.days;
    if (last >= days.back() || days.back() - last > kLongestBare)
        return;
    std::vector<Day> used;
    for (const auto& [day, count] : lines)
        used.push_back(day);
    const Rhythm rhythm(used);
    Day due = last + 1;
    while (due <= days.back() && !rhythm.isDue(due))
        due = due + 1;
    const auto bare = std::lower_bound(days.begin(), days.end(), due);
    if (static_cast<std::size_t>(days.end() - bare) <= kMostBare)
        days.erase(bare, days.end());
}

} // namespace

void findPartDays(AccountHistories& histories, const FactSet& facts)
{
    for (const auto& [key, lines] : usageOf(histories, facts)) {
        if (lines.size() < kMany)
            continue;
        findShortDays(histories.at(key), lines);
        takeBareDays(histories.at(key), lines);
    }
}

} // namespace altimeter

#include "models/domain/dayranges.h"

#include <algorithm>

namespace altimeter {

std::vector<DateRange> joined(std::vector<DateRange> ranges)
{
    std::sort(ranges.begin(), ranges.end(), [](const DateRange& a, const DateRange& b) { return a.from < b.from; });
    std::vector<DateRange> all;
    for (const DateRange& range : ranges) {
        if (range.from >= range.to)
            continue;
        if (!all.empty() && range.from <= all.back().to)
            all.back().to = std::max(all.back().to, range.to);
        else
            all.push_back(range);
    }
    return all;
}

std::vector<DateRange> joined(const std::set<Day>& days)
{
    std::vector<DateRange> all;
    for (const Day day : days) {
        if (!all.empty() && all.back().to == day)
            all.back().to = day + 1;
        else
            all.push_back({day, day + 1});
    }
    return all;
}

std::vector<DateRange> without(std::vector<DateRange> ranges, const std::vector<DateRange>& gone)
{
    ranges = joined(std::move(ranges));
    for (const DateRange& hole : joined(gone)) {
        std::vector<DateRange> left;
        for (const DateRange& range : ranges) {
            const DateRange before{range.from, std::min(range.to, hole.from)};
            const DateRange after{std::max(range.from, hole.to), range.to};
            for (const DateRange& part : {before, after}) {
                if (part.from < part.to)
                    left.push_back(part);
            }
        }
        ranges = std::move(left);
    }
    return ranges;
}

bool holdsAll(std::span<const DateRange> ranges, const DateRange& days)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const DateRange& range) { return range.from <= days.from && days.to <= range.to; });
}

std::uint64_t countDays(std::span<const DateRange> ranges)
{
    std::uint64_t days = 0;
    for (const DateRange& range : ranges)
        days += static_cast<std::uint64_t>(range.days());
    return days;
}

std::string daysText(std::span<const DateRange> ranges, std::size_t most)
{
    std::string text;
    for (const DateRange& range : ranges.first(std::min(most, ranges.size()))) {
        text += (text.empty() ? "" : ", ") + toString(range.from);
        if (range.days() > 1)
            text += " to " + toString(range.to - 1);
    }
    if (ranges.size() > most) {
        const std::uint64_t left = countDays(ranges.subspan(most));
        text += " and " + std::to_string(left) + (left == 1 ? " more day" : " more days");
    }
    return text;
}

} // namespace altimeter

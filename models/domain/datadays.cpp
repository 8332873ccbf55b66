#include "models/domain/datadays.h"

#include <algorithm>

namespace altimeter {

namespace {

/// An archive of so many years is as near to its import as the newest day is.
constexpr int kArchiveYears = 10;

/// Remembers the year of the last day: neighbours share it.
class YearOf {
public:
    int operator()(Day day)
    {
        if (day < m_from || day >= m_to) {
            m_year = day.year();
            m_from = Day::fromYmd(m_year, 1, 1);
            m_to = Day::fromYmd(m_year + 1, 1, 1);
        }
        return m_year;
    }

private:
    Day m_from{0}, m_to{0};
    int m_year = 0;
};

LinesByYear linesByYear(const FactSet& facts)
{
    LinesByYear lines;
    YearOf yearOf;
    for (const FactSet::Part& part : facts.chunks) {
        const FactChunk& chunk = *part.chunk;
        if (chunk.size() == 0)
            continue;
        if (yearOf(chunk.firstDay) == yearOf(chunk.lastDay)) {
            lines[yearOf(chunk.firstDay)] += chunk.size();
            continue;
        }
        for (std::size_t row = 0; row < chunk.size(); ++row)
            ++lines[yearOf(Day{static_cast<std::int32_t>(chunk.day.at(row))})];
    }
    return lines;
}

YearSpan dataYears(const LinesByYear& lines, Instant importedAt)
{
    YearSpan near;
    bool isAny = false;
    if (importedAt.isValid()) {
        const int year = importedAt.day().year();
        for (const YearSpan& stretch : stretchesOf(lines)) {
            if (stretch.last < year - kArchiveYears || stretch.first > year + kNearYears)
                continue;
            near = {isAny ? near.first : stretch.first, stretch.last};
            isAny = true;
        }
    }
    return isAny ? near : mainStretch(lines);
}

} // namespace

std::vector<YearSpan> stretchesOf(const LinesByYear& lines)
{
    std::vector<YearSpan> stretches;
    for (const auto& [year, count] : lines) {
        if (stretches.empty() || year - stretches.back().last > kNearYears)
            stretches.push_back({year, year});
        stretches.back().last = year;
    }
    return stretches;
}

YearSpan mainStretch(const LinesByYear& lines)
{
    YearSpan main;
    std::uint64_t most = 0;
    for (const YearSpan& stretch : stretchesOf(lines)) {
        std::uint64_t count = 0;
        for (auto at = lines.lower_bound(stretch.first); at != lines.end() && at->first <= stretch.last; ++at)
            count += at->second;
        if (count > most) {
            main = stretch;
            most = count;
        }
    }
    return main;
}

DataDays dataDaysOf(const FactSet& facts)
{
    DataDays days{facts.firstDay(), facts.lastDay()};
    if (!days.first.isValid() || days.last.year() - days.first.year() <= kNearYears)
        return days;
    const YearSpan years = dataYears(linesByYear(facts), facts.importedAt);
    const DataDays whole{Day::fromYmd(years.first, 1, 1), Day::fromYmd(years.last + 1, 1, 1) - 1};
    days = {};
    for (const FactSet::Part& part : facts.chunks) {
        for (const std::int32_t number : part.chunk->days) {
            const Day day{number};
            if (!whole.contains(day))
                continue;
            days.first = days.first.isValid() ? std::min(days.first, day) : day;
            days.last = days.last.isValid() ? std::max(days.last, day) : day;
        }
    }
    if (days.last.isValid() && days.last - days.first >= DataDays::kMostDays)
        days.first = days.last - (DataDays::kMostDays - 1);
    return days;
}

} // namespace altimeter

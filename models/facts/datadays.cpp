#include "models/facts/datadays.h"

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

/// Years and not days: whether lines belong together is a matter of years apart, and most chunks lie within one.
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

/// The newest data is what was imported last, few lines as it may be: the first days of a new source are the data, and
/// ten thousand lines dated 9999 beside them are not. The lines decide where no import time can be believed.
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

DataDays nearDaysOf(const FactSet& facts)
{
    DataDays days{facts.firstDay(), facts.lastDay()}; // nearly always all there is, and then no line is looked at
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

std::vector<FarCharges> farChargesOf(const FactSet& facts, const DataDays& days, const DateRange& range)
{
    if (!days.first.isValid())
        return {};
    const DataDays asked{range.from.isValid() ? range.from : days.first, range.to.isValid() ? range.to - 1 : days.last};
    const auto isInside = [&](Day day) { return days.contains(day) || asked.contains(day); };
    std::map<std::pair<std::string, Currency>, FarCharges> far;
    YearOf yearOf;
    for (const FactSet::Part& part : facts.chunks) {
        const FactChunk& chunk = *part.chunk;
        if (std::all_of(chunk.days.begin(), chunk.days.end(), [&](std::int32_t day) { return isInside(Day{day}); }))
            continue;
        const FactPartition& partition = facts.partitions[part.partition];
        FarCharges& sum = far[{partition.source, partition.currency}];
        for (std::size_t row = 0; row < chunk.size(); ++row) {
            const Day day{static_cast<std::int32_t>(chunk.day.at(row))};
            if (isInside(day))
                continue;
            ++sum.rows;
            addYear(sum.years, yearOf(day));
            sum.first = sum.first.isValid() ? std::min(sum.first, day) : day;
            sum.last = std::max(sum.last, day);
            for (std::size_t lens = 0; lens < kLensCount; ++lens)
                sum.cost[lens].add(Decimal{chunk.cost[lens].at(row).attos(), 18});
        }
    }
    std::vector<FarCharges> result;
    for (auto& [key, sum] : far) {
        sum.source = key.first;
        sum.currency = key.second;
        sum.dataFrom = days.first;
        sum.dataThrough = days.last;
        result.push_back(std::move(sum));
    }
    return result;
}

} // namespace altimeter

#include "models/domain/comparison.h"

#include <algorithm>

namespace altimeter {

namespace {

constexpr int kDaysOfAYear = 364; ///< 52 weeks: the same weekdays

bool isFirst(Day day)
{
    return day.dayOfMonth() == 1;
}

/// `months` later, on the same day of the month or on the last one it has.
Day sameDay(Day day, int months)
{
    const Day month = day.addMonths(months);
    const int last = month.addMonths(1) - month;
    return month + (std::min(day.dayOfMonth(), last) - 1);
}

/// Whether `range` begins a stretch of `months` that begin with `firstMonth` of a year, and ends within it.
bool isWithin(const DateRange& range, int months, int firstMonth = 1)
{
    return (range.from.month() - firstMonth + 12) % months == 0 && range.to <= range.from.addMonths(months);
}

} // namespace

PeriodStep stepOf(const DateRange& range, int fiscalYearStart)
{
    if (!isFirst(range.from) || range.to <= range.from)
        return {range.days(), 0};
    if (isFirst(range.to))
        return {0, (range.to.year() - range.from.year()) * 12 + range.to.month() - range.from.month()};
    if (range.to < range.from.addMonths(1))
        return {0, 1};
    if (isWithin(range, 3))
        return {0, 3};
    if (isWithin(range, 12) || isWithin(range, 12, fiscalYearStart))
        return {0, 12};
    return {range.days(), 0};
}

DateRange shifted(const DateRange& range, const PeriodStep& step, int by)
{
    if (step.months == 0)
        return {range.from + step.days * by, range.to + step.days * by};
    const int months = step.months * by;
    const Day from = sameDay(range.from, months);
    if (isFirst(range.to))
        return {from, range.to.addMonths(months)};
    return {from, sameDay(range.to - 1, months) + 1};
}

DateRange baseOf(const DateRange& range, const PeriodStep& step, CompareWith with)
{
    if (with == CompareWith::PeriodBefore)
        return shifted(range, step, -1);
    const bool isOfWeeks = step.months == 0 && step.days > 0 && step.days % 7 == 0;
    return isOfWeeks ? shifted(range, {kDaysOfAYear, 0}, -1) : shifted(range, {0, 12}, -1);
}

DaysCovered daysCovered(const DateRange& range, Day first, Day last)
{
    DaysCovered found{range.days(), 0};
    if (first.isValid() && last.isValid())
        found.covered = std::max(0, std::min(range.to, last + 1) - std::max(range.from, first));
    return found;
}

} // namespace altimeter

#pragma once

#include "models/domain/typedrange.h"

namespace altimeter {

/// What a period is compared with.
enum class CompareWith {
    PeriodBefore, ///< the one of the same kind directly before
    YearBefore,   ///< the same one of last year: the same dates, for whole weeks the same weekdays
};

/// The step of a range that nobody put in words: whole months by their number; from the first of a month, quarter, or
/// (fiscal) year and no longer than it, to its like in the next one; other days by as many. Requires both bounds.
PeriodStep stepOf(const DateRange& range, int fiscalYearStart = 1);

/// The range `by` steps later (negative: earlier). Whole months stay whole, and a day that a month lacks is its last
/// one: 1 to 31 March one month earlier is February, 1 to 30 March as well. Requires both bounds.
DateRange shifted(const DateRange& range, const PeriodStep& step, int by);

/// What `range` is compared with. Requires both bounds.
DateRange baseOf(const DateRange& range, const PeriodStep& step, CompareWith with = CompareWith::PeriodBefore);

/// What days that nobody put in words are compared with. Requires both bounds.
inline DateRange previousRange(const DateRange& range)
{
    return baseOf(range, stepOf(range));
}

/// How much of a range there can be data of.
struct DaysCovered {
    int days = 0;    ///< of the range
    int covered = 0; ///< of these, such as lie between the first and the last day with data
    bool isPart() const { return covered < days; }
    friend bool operator==(const DaysCovered&, const DaysCovered&) = default;
};
/// `first` and `last` day with data, both inside; none where there are none. Requires both bounds of the range.
DaysCovered daysCovered(const DateRange& range, Day first, Day last);

} // namespace altimeter

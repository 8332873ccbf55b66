#pragma once

#include "models/domain/period.h"

#include <cstddef>
#include <span>
#include <vector>

namespace altimeter::analysis {

/// On which day of a month a charge comes.
enum class CalendarAnchor {
    DayOfMonth,    ///< the n-th, or the last day of a shorter month; 31: always the last
    DaysBeforeEnd, ///< n days before the last day
    FirstWorkday,  ///< the first Monday to Friday; n is not read
    LastWorkday,   ///< the last Monday to Friday; n is not read
};

/// A day of every month, of every third, ... of every twelfth.
struct CalendarRule {
    CalendarAnchor anchor = CalendarAnchor::DayOfMonth;
    int n = 1;
    int everyMonths = 1;
    Day month; ///< first day of one of the months in which it is due

    bool isDue(Day day) const;
    /// The due day `periods` after (before, when negative) that of `month`.
    Day due(int periods) const;
};

/// The rules that fall due on `day`, one or more of every kind, the likeliest first.
std::vector<CalendarRule> rulesDueOn(Day day, int everyMonths);

/// A charge, or a credit, that comes by the calendar.
struct CalendarLine {
    CalendarRule rule;
    std::vector<std::size_t> days; ///< where it came, as indices into the history, oldest first
    double amount = 0;             ///< what it will probably add to its next due day
    double step = 0;               ///< and by how much more to each due day after that
    double spread = 0;             ///< the usual error of `amount`
    bool isLive = true;            ///< false: a due day has passed without it
};

/// A history taken apart: lines, and the rest that knows nothing of them.
struct CalendarSplit {
    std::vector<CalendarLine> lines;
    std::vector<double> rest;
};

/// Finds what comes on certain days of the month, quarter or year in a daily `history` (NaN = missing) that begins on
/// `start`. A line is believed when it came at least twice in a row (thrice every second month), by amounts that agree,
/// and when so much agreement is no accident given how often such amounts come on other days; so a history of rare
/// and random charges has none. Charges of the last days of February stand for the 29th to the 31st. Scaling the
/// history scales the answer. Pure.
CalendarSplit splitCalendar(std::span<const double> history, Day start);

} // namespace altimeter::analysis

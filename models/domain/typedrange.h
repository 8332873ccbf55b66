#pragma once

#include "models/domain/period.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// What the meaning of a typed range hangs on besides its words and the data.
struct DateHabits {
    /// How 9/1/2026 is read where both readings are days. Unsaid: not at all, so that nobody is misunderstood.
    enum class Slashes { Unsaid, DayFirst, MonthFirst };

    int fiscalYearStart = 1; ///< month 1..12
    int weekStart = 0;       ///< 0 Monday .. 6 Sunday, of "wtd" and "lw"
    Slashes slashes = Slashes::Unsaid;
    Day now; ///< the day of the calendar, for "today" and "yesterday"; none: the data end yesterday

    // Words of a language beside the English ones, in lower case.
    std::array<std::vector<std::string>, 12> months;
    std::vector<std::string> fillers; ///< say nothing: the "de" of "19 de nov"
    std::vector<std::string> since, until, weekOf, all;
};

/// How far it is from a period to the next one of its kind: so many days, or so many months of the calendar.
struct PeriodStep {
    int days = 0;
    int months = 0;
    friend bool operator==(const PeriodStep&, const PeriodStep&) = default;
};

struct TypedRange {
    DateRange days;
    PeriodStep step;          ///< of the words where they say it, else of the days; nothing where a bound is open
    bool isOfSlashes = false; ///< the habit alone says which number is the day
};

/// Reads a range of days as people say it, relative to `today`: the day after the last one with data, so that a word
/// means the same days wherever it is typed.
///
/// | Words | Mean |
/// |---|---|
/// | today, yesterday | of the calendar |
/// | wtd, mtd, qtd, ytd, fytd; mtd-1 | this week, month, … to date; the same days of the one before |
/// | lw, lm, lq, ly; w-2, m-2, q-2, y-2 | the last whole one; the one before it |
/// | 7d, 4w, 13m; 7d-1 | the last days or weeks, this month and the twelve before; as many before those |
/// | sep, Sep 2026, 2026-09, q3, 2026-q3, h1 2026, w47, 2026-w47, 2026, fy26, fy26 q2 | that one; without a year the
/// last one that has begun | | 2026-09-01, 1 Sep 2026, Sep 1, 2026, 1.9.2026, 9/1/2026, 20260901 | that day | | 1 sep -
/// 15 sep, 1–15 Sep 2026, sep..nov, 2026-09-01..2026-09-15 | both inside; what one side leaves out the other says | |
/// 2026-09-01.., since sep, ..15 sep, until 15 Sep 2026 | open at one side | | all, all time | everything |
///
/// Case, blanks and the kind of dash do not matter. Month, quarter and year of "mtd" and its like are those of the last
/// day with data, so that they are never empty; weeks are those of `today` or of `habits.now`, where that is at most
/// three days later, so that "lw" on a Monday is the week that ended. Errors: Invalid names the text; it says so where
/// the range ends before it begins, where 9/1/2026 could be two days, and where words need data to count back from.
Result<TypedRange> readDateRange(std::string_view text, Day today, const DateHabits& habits = {});
/// The days of readDateRange().
Result<DateRange> parseDateRange(std::string_view text, Day today, const DateHabits& habits = {});

/// The typed form of days, which every habit reads alike: "2026-09", "2026-09-01..2026-09-15", "2026-09-01..", "all".
std::string rangeText(const DateRange& range);

/// The text of the range `by` periods later (negative: earlier) than `text`, of the same kind: whole months by their
/// number, a part of a month, quarter or year to its like in the next one, weeks by seven days, other days by as many.
/// Errors of readDateRange(); Invalid where a bound is open.
Result<std::string> steppedText(std::string_view text, int by, Day today, const DateHabits& habits = {});

} // namespace altimeter

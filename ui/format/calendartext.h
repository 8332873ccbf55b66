#pragma once

#include <QLocale>
#include <QString>

#include "models/domain/completeness.h"

/// The completeness calendar in words: pure functions of values.
namespace altimeter::ui::calendartext {

/// "Final", "Estimated", "Gap", …: as the legend says it.
QString stateWord(CalendarDay::State state);
/// "Gap: nothing is known of this day".
QString stateSentence(CalendarDay::State state);
/// "$1,204.50 · €3.20"; empty without charges.
QString cost(const CalendarDay& day, const QLocale& locale);
/// What the source changed on that day: "$100.00 → $98.20", newest first; empty where it changed nothing.
QString restated(const CompletenessCalendar& calendar, const std::string& source, Day day, const QLocale& locale);
/// "aws-cur, Tue 3 Nov 2026: Gap: nothing is known of this day. …": all that is known of one cell.
QString spoken(const CompletenessCalendar& calendar, const CompletenessCalendar::Row& row, const CalendarDay& day,
               const QLocale& locale);
/// "Tue 3 Nov 2026".
QString dayTitle(Day day, const QLocale& locale);
/// "8 sources · 12 days missing · 31 days estimated · 2 days overlap · 1 day holds duplicates".
/// `isUpToDate`: every source has delivered what it should have by now; else the days behind their ends may be missing.
QString summary(const CompletenessCalendar& calendar, const QLocale& locale, bool isUpToDate = true);

/// "aws-cur", and of a row of one account "    AWS 1234", which stands below its source.
QString rowName(const CompletenessCalendar::Row& row);
/// Without the rows of accounts that are all of their source: they would say the same twice.
void keepSeveralAccounts(CompletenessCalendar& calendar);
/// Days of `row` of which nothing is known.
std::size_t gaps(const CompletenessCalendar::Row& row);
/// Whether the row holds gaps, overlaps or duplicates, or its account has stopped.
bool needsALook(const CompletenessCalendar::Row& row);

} // namespace altimeter::ui::calendartext

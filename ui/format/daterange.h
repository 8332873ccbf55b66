#pragma once

#include <QString>

#include "models/domain/comparison.h"
#include "models/domain/typedrange.h"

#include <functional>

namespace altimeter::ui::format {

/// What the user chose of dates besides the locale.
struct DateSettings {
    int fiscalYearStart = 1; ///< month 1..12
    int weekStart = 0;       ///< 0 Monday .. 6 Sunday
    friend bool operator==(const DateSettings&, const DateSettings&) = default;
};
const DateSettings& dateSettings();
/// Only on the GUI thread, as format::setLocale().
void setDateSettings(const DateSettings& settings);
/// What "fiscalYear" ("1" .. "12") and "weekStart" ("monday", "saturday", "sunday", "country") of the user's settings
/// stand for; anything else is January and Monday, with which the weeks of charts and reports begin.
DateSettings dateSettingsOf(const QString& fiscalYear, const QString& weekStart);
/// What "today" is; without one the data end yesterday.
void setPresentDay(std::function<Day()> clock);
/// How many days ago the data ended, where that is more than the usual delay; else 0.
int daysOld(Day dataThrough);

/// How dates are typed in the window: names and order of its locale, the settings, the present day.
DateHabits dateHabits();
/// Reads what was typed or stored; see readDateRange(). `today` is the day after the last one with data.
Result<TypedRange> readRange(const QString& typed, Day today);
Result<TypedRange> readRange(const std::string& stored, Day today);
/// `typed` as it is stored: as it is where any locale reads it alike, else its days. Error Invalid.
Result<std::string> storedRange(const QString& typed, Day today);

/// "Jul – Sep 2026 against Apr – Jun 2026", and what of both there is no data for: " (49 of 92 days)".
QString compared(const DateRange& range, const DaysCovered& days, const DateRange& base, const DaysCovered& baseDays);
/// "19 of 30 days"; empty where all are covered.
QString covered(const DaysCovered& days);
/// "Period before", "Same period last year".
QString comparedWith(CompareWith with);

} // namespace altimeter::ui::format

#pragma once

#include <QLocale>
#include <QString>

#include "ui/charts/seriesframe.h"

#include <vector>

namespace altimeter::ui {

struct ValueRange {
    double low = 0, high = 1;
};
/// What the value axis must span: all values in the frame's style, zero, bands, markers, 6 % headroom. Never empty.
ValueRange valueRange(const SeriesFrame& frame);

struct AxisTick {
    double at = 0;
    QString label;
};
/// Round values at steps of 1, 2, 2.5 or 5 × 10^n inside `range`, at most `most` (at least 2) of them, always with 0
/// when it lies inside. Labels are short ("$2 k") and differ from each other.
std::vector<AxisTick> moneyTicks(const ValueRange& range, int most, const Currency& currency, const QLocale& locale);
/// Calendar steps between two days, both inside: days, Mondays, 1st and 15th, firsts of months, quarters, years, never
/// finer than `granularity`; at most `most` labels, all different.
std::vector<AxisTick> calendarTicks(Day first, Day last, Granularity granularity, int most, const QLocale& locale);

} // namespace altimeter::ui

#include "ui/charts/axisticks.h"

#include "ui/charts/chartstack.h"
#include "ui/format/format.h"

#include <QSet>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace altimeter::ui {

namespace {

double edgeOf(const SeriesFrame& frame, const std::function<double(double, double)>& pick)
{
    double edge = 0;
    const auto see = [&](double value) { edge = pick(edge, value); };
    if (frame.style == SeriesFrame::Style::Lines) {
        for (const auto& line : frame.lines)
            for (const auto& value : line.values)
                if (value.known)
                    see(value.value);
    } else {
        for (const StackEdges& edges : stackEdges(frame)) {
            std::for_each(edges.lower.begin(), edges.lower.end(), see);
            std::for_each(edges.upper.begin(), edges.upper.end(), see);
        }
    }
    for (const auto& value : frame.previous)
        if (value.known)
            see(value.value);
    for (const auto& point : frame.forecast) {
        see(point.lo80);
        see(point.hi80);
        see(point.mean);
    }
    if (frame.running)
        for (const double value : {frame.running->lo80, frame.running->mean, frame.running->hi80})
            see(value);
    for (const auto& reference : frame.references)
        see(reference.value);
    return edge;
}

/// The outer band may be very wide; it may widen the axis, but not flatten what happened.
double withOuterBand(const SeriesFrame& frame, double edge, double size, bool upper)
{
    double outer = edge;
    for (const auto& point : frame.forecast)
        outer = upper ? std::max(outer, point.hi95) : std::min(outer, point.lo95);
    if (frame.running)
        outer = upper ? std::max(outer, frame.running->hi95) : std::min(outer, frame.running->lo95);
    return upper ? std::min(outer, edge + 0.4 * size) : std::max(outer, edge - 0.25 * size);
}

double niceStep(double atLeast)
{
    const double power = std::pow(10.0, std::floor(std::log10(atLeast)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
        if (factor * power >= atLeast * (1 - 1e-9))
            return factor * power;
    return 10 * power;
}

/// Adds invisible marks until the label is new: Qt's category axis drops labels it has seen.
QString unique(QString label, QSet<QString>& seen)
{
    while (seen.contains(label))
        label += QChar(0x200B);
    seen.insert(label);
    return label;
}

struct CalendarStep {
    Granularity finest; ///< shown for data of this granularity or finer
    bool byMonth;
    int size; ///< days, or months
    std::function<bool(Day)> starts;
};

const std::array<CalendarStep, 10>& calendarSteps()
{
    static const std::array<CalendarStep, 10> steps{{
        {Granularity::Day, false, 1, [](Day) { return true; }},
        {Granularity::Day, false, 1, [](Day d) { return d.dayOfMonth() % 2 == 1 && d.dayOfMonth() < 30; }},
        {Granularity::Week, false, 1, [](Day d) { return d.weekday() == 0; }},
        {Granularity::Week, false, 1, [](Day d) { return d.dayOfMonth() == 1 || d.dayOfMonth() == 15; }},
        {Granularity::Month, true, 1, [](Day d) { return d.dayOfMonth() == 1; }},
        {Granularity::Month, true, 3, [](Day d) { return d.dayOfMonth() == 1 && (d.month() - 1) % 3 == 0; }},
        {Granularity::Month, true, 6, [](Day d) { return d.dayOfMonth() == 1 && (d.month() - 1) % 6 == 0; }},
        {Granularity::Month, true, 12, [](Day d) { return d.dayOfMonth() == 1 && d.month() == 1; }},
        {Granularity::Month, true, 24,
         [](Day d) { return d.dayOfMonth() == 1 && d.month() == 1 && d.year() % 2 == 0; }},
        {Granularity::Month, true, 60,
         [](Day d) { return d.dayOfMonth() == 1 && d.month() == 1 && d.year() % 5 == 0; }},
    }};
    return steps;
}

QString tickLabel(Day day, const CalendarStep& step, bool isFirst, const QLocale& locale)
{
    if (step.byMonth && step.size >= 12)
        return format::digits(QString::number(day.year()), locale);
    if (step.byMonth)
        return isFirst || day.month() == 1 ? format::monthShort(day, locale) : format::monthName(day, locale);
    return format::dateShort(day, locale);
}

} // namespace

ValueRange valueRange(const SeriesFrame& frame)
{
    const double high = edgeOf(frame, [](double a, double b) { return std::max(a, b); });
    const double low = edgeOf(frame, [](double a, double b) { return std::min(a, b); });
    const double size = high - low;
    if (!(size > 0))
        return {0, 1};
    ValueRange range{withOuterBand(frame, low, size, false), withOuterBand(frame, high, size, true)};
    const double headroom = 0.06 * (range.high - range.low);
    if (range.high > 0)
        range.high += headroom;
    if (range.low < 0)
        range.low -= headroom;
    return range;
}

std::vector<AxisTick> moneyTicks(const ValueRange& range, int most, const Currency& currency, const QLocale& locale)
{
    std::vector<AxisTick> ticks;
    if (!(range.high > range.low))
        return ticks;
    double step = niceStep((range.high - range.low) / std::max(2, most));
    const auto countOf = [&](double s) { return std::floor(range.high / s) - std::ceil(range.low / s) + 1; };
    while (countOf(step) > std::max(2, most))
        step = niceStep(step * 1.01);
    QSet<QString> seen;
    const double first = std::ceil(range.low / step - 1e-9);
    const double last = std::floor(range.high / step + 1e-9);
    for (double i = first; i <= last; ++i)
        ticks.push_back({i * step, unique(format::moneyShort(i == 0 ? 0 : i * step, currency, locale), seen)});
    return ticks;
}

std::vector<AxisTick> calendarTicks(Day first, Day last, Granularity granularity, int most, const QLocale& locale)
{
    std::vector<AxisTick> ticks;
    if (!first.isValid() || !last.isValid())
        return ticks;
    for (const CalendarStep& step : calendarSteps()) {
        if (step.finest < granularity)
            continue;
        std::vector<Day> days;
        for (Day day = first; day <= last && days.size() <= static_cast<std::size_t>(std::max(1, most));
             day = step.byMonth ? day.addMonths(1) : day + 1)
            if (step.starts(day))
                days.push_back(day);
        if (days.size() > static_cast<std::size_t>(std::max(1, most)))
            continue;
        QSet<QString> seen;
        for (const Day day : days)
            ticks.push_back(
                {static_cast<double>(day.number), unique(tickLabel(day, step, ticks.empty(), locale), seen)});
        if (!ticks.empty())
            return ticks;
    }
    ticks.push_back({static_cast<double>(first.number), format::date(first, locale)});
    return ticks;
}

} // namespace altimeter::ui

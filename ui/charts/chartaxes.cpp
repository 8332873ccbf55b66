#include "ui/charts/chartaxes.h"

#include "ui/charts/axisticks.h"
#include "ui/charts/chartgeometry.h"
#include "ui/charts/chartpens.h"
#include "ui/theme/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QLineSeries>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kPixelsPerDate = 84, kPixelsPerAmount = 36;

QCategoryAxis* makeAxis()
{
    const Theme& theme = Theme::current();
    auto* axis = new QCategoryAxis;
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setLabelsFont(theme.numberSmall);
    axis->setLabelsBrush(theme.textSecondary);
    axis->setTruncateLabels(false);
    return axis;
}

QCategoryAxis* makeDays(const SeriesFrame& frame, Day first, Day last, int width)
{
    const double step = stepWidth(frame.granularity);
    const double pad = frame.style == SeriesFrame::Style::Columns ? 0.6 * step : 0.12 * step;
    const double margin = frame.steps.size() == 1 ? std::max(pad, step) : pad;
    auto* days = makeAxis();
    days->setStartValue(first.number - margin - 1);
    const int room = std::max(2, width / kPixelsPerDate);
    for (const AxisTick& tick : calendarTicks(first, last, frame.granularity, room, frame.locale))
        days->append(tick.label.toHtmlEscaped(), tick.at); // Qt Charts draws labels as HTML
    days->setRange(first.number - margin, last.number + margin);
    days->setGridLineVisible(false);
    days->setLinePen(pens::stroke(Theme::current().border, 1));
    return days;
}

QCategoryAxis* makeMoney(const SeriesFrame& frame, const ValueRange& values, int height)
{
    auto* money = makeAxis();
    money->setStartValue(values.low - (values.high - values.low));
    const int lines = std::clamp(height / kPixelsPerAmount, 2, 7);
    for (const AxisTick& tick : moneyTicks(values, lines, frame.currency, frame.locale))
        money->append(tick.label.toHtmlEscaped(), tick.at);
    money->setRange(values.low, values.high);
    money->setGridLinePen(pens::stroke(Theme::current().gridLine, 1));
    money->setLinePen(Qt::NoPen);
    return money;
}

} // namespace

QAbstractSeries* addAxes(QChart& chart, const SeriesFrame& frame, const ChartGeometry& geometry, const QSize& size)
{
    auto* days = makeDays(frame, frame.steps.front(), geometry.dayAt(geometry.positions() - 1), size.width());
    auto* money = makeMoney(frame, geometry.values(), size.height());
    chart.addAxis(days, Qt::AlignBottom);
    chart.addAxis(money, Qt::AlignLeft);
    auto* map = new QLineSeries;
    map->setPen(Qt::NoPen);
    map->replace(QList<QPointF>{{days->min(), 0}, {days->max(), 0}});
    chart.addSeries(map);
    map->attachAxis(days);
    map->attachAxis(money);
    return map;
}

} // namespace altimeter::ui

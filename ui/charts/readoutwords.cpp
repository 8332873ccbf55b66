#include "ui/charts/readoutwords.h"

#include "ui/charts/chartlegend.h"
#include "ui/charts/chartshapes.h"
#include "ui/charts/serieschart.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"

namespace altimeter::ui::readout {

namespace {

using Row = ChartReadOut::Row;

bool isHistory(const SeriesFrame& frame, int position)
{
    return position < static_cast<int>(frame.steps.size());
}

QString money(const SeriesFrame& frame, double value)
{
    return format::moneyEstimate(value, frame.currency, frame.locale);
}

std::vector<Row> forecastRows(const SeriesFrame& frame, const SeriesFrame::Forecast& point)
{
    const QColor color = forecastColor(frame);
    const auto range = [&](double low, double high) {
        return money(frame, low) + QStringLiteral(" – ") + money(frame, high);
    };
    return {{color, SeriesChart::tr("Expected"), money(frame, point.mean)},
            {color, SeriesChart::tr("80 % range"), range(point.lo80, point.hi80)},
            {color, SeriesChart::tr("95 % range"), range(point.lo95, point.hi95)}};
}

} // namespace

QString heading(const SeriesFrame& frame, int position)
{
    const auto index = static_cast<std::size_t>(position);
    const bool history = isHistory(frame, position);
    const Day day = history ? frame.steps[index] : frame.forecast[index - frame.steps.size()].day;
    const QString text = frame.granularity == Granularity::Day ? format::dateWithWeekday(day, frame.locale)
                                                               : format::step(day, frame.granularity, frame.locale);
    if (history)
        return frame.isPart(index) ? SeriesChart::tr("%1 (not whole)", "a week or month").arg(text) : text;
    return SeriesChart::tr("%1 (forecast)", "a day or step").arg(text);
}

std::vector<Row> rows(const SeriesFrame& frame, int position, int chosen)
{
    const auto step = static_cast<std::size_t>(position);
    if (!isHistory(frame, position))
        return forecastRows(frame, frame.forecast[step - frame.steps.size()]);
    const bool isSingle = frame.lines.size() == 1;
    std::vector<Row> rows;
    for (std::size_t i = frame.lines.size(); i-- > 0;)
        rows.push_back({ChartLegend::colorOf(frame.lines[i].color), frame.lines[i].name,
                        frame.text(frame.lines[i].values[step]), !isSingle && chosen == static_cast<int>(i)});
    if (!isSingle && frame.knownAt(step))
        rows.push_back(
            {QColor(), SeriesChart::tr("Total"),
             step < frame.totals.size() ? frame.text(frame.totals[step]) : money(frame, frame.totalAt(step))});
    if (frame.running && step + 1 == frame.steps.size())
        rows.push_back({forecastColor(frame), SeriesChart::tr("Expected at its end", "of a week or month"),
                        money(frame, frame.running->mean)});
    if (step < frame.previous.size() && step < frame.previousSteps.size())
        rows.push_back({Theme::current().textTertiary,
                        format::step(frame.previousSteps[step], frame.granularity, frame.locale),
                        frame.text(frame.previous[step])});
    return rows;
}

QStringList notes(const SeriesFrame& frame, int position)
{
    QStringList notes;
    for (const auto& marker : frame.markers)
        if (static_cast<int>(marker.step) == position)
            notes << marker.text;
    return notes;
}

} // namespace altimeter::ui::readout

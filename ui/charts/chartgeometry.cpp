#include "ui/charts/chartgeometry.h"

#include <QAbstractSeries>
#include <QChart>

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

namespace {

constexpr double kReach = 12; ///< pixels from a line that still mean it
constexpr double kWidestHalf = 36;

} // namespace

double stepWidth(Granularity granularity)
{
    return granularity == Granularity::Month ? 30 : granularity == Granularity::Week ? 7 : 1;
}

void ChartGeometry::measure()
{
    m_values = valueRange(m_frame);
    m_edges = m_frame.style == SeriesFrame::Style::Lines ? std::vector<StackEdges>() : stackEdges(m_frame);
}

void ChartGeometry::setChart(QChart* chart, QAbstractSeries* map)
{
    m_chart = chart;
    m_map = map;
}

int ChartGeometry::positions() const
{
    return m_frame.isEmpty() ? 0 : static_cast<int>(m_frame.steps.size() + m_frame.forecast.size());
}

Day ChartGeometry::dayAt(int position) const
{
    const auto index = static_cast<std::size_t>(position);
    return index < m_frame.steps.size() ? m_frame.steps[index] : m_frame.forecast[index - m_frame.steps.size()].day;
}

int ChartGeometry::nearest(const QPointF& scene) const
{
    const double day = m_chart->mapToValue(m_chart->mapFromScene(scene), m_map).x();
    int first = 0, last = positions() - 1;
    while (last - first > 1) {
        const int middle = (first + last) / 2;
        (dayAt(middle).number <= day ? first : last) = middle;
    }
    return last >= 0 && dayAt(last).number - day < day - dayAt(first).number ? last : first;
}

QRectF ChartGeometry::plot() const
{
    return m_chart->plotArea();
}

QPointF ChartGeometry::at(double day, double value) const
{
    const QPointF bounded(day, std::clamp(value, m_values.low, m_values.high));
    return m_chart->mapToScene(m_chart->mapToPosition(bounded, m_map));
}

double ChartGeometry::heightOf(std::size_t line, std::size_t step) const
{
    if (m_edges.empty())
        return m_frame.lines[line].values[step].value;
    return m_frame.lines[line].values[step].value < 0 ? m_edges[line].lower[step] : m_edges[line].upper[step];
}

int ChartGeometry::lineAt(int position, const QPointF& scene) const
{
    if (position < 0 || position >= historySize())
        return -1;
    const auto step = static_cast<std::size_t>(position);
    int best = -1;
    double distance = kReach;
    for (std::size_t i = 0; i < m_frame.lines.size(); ++i) {
        if (m_edges.empty()) {
            const double away = std::fabs(at(m_frame.steps[step].number, heightOf(i, step)).y() - scene.y());
            if (away < distance) {
                distance = away;
                best = static_cast<int>(i);
            }
        } else if (scene.y() >= at(0, m_edges[i].upper[step]).y() && scene.y() <= at(0, m_edges[i].lower[step]).y()) {
            return static_cast<int>(i);
        }
    }
    return m_frame.lines.size() == 1 ? 0 : best;
}

QTransform ChartGeometry::toScene() const
{
    const double day = m_frame.steps.front().number, money = m_values.high - m_values.low;
    const QPointF zero = at(day, m_values.low), one = at(day + 1, m_values.high);
    QTransform map;
    map.translate(zero.x(), zero.y());
    map.scale(one.x() - zero.x(), (one.y() - zero.y()) / money);
    map.translate(-day, -m_values.low);
    return map;
}

double ChartGeometry::columnHalf() const
{
    const double step = stepWidth(m_frame.granularity);
    const double width =
        std::fabs(at(m_frame.steps.front().number + step, 0).x() - at(m_frame.steps.front().number, 0).x());
    return std::min(0.34 * width, kWidestHalf);
}

} // namespace altimeter::ui

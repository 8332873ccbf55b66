#include "ui/charts/chartpainter.h"

#include "ui/charts/chartpens.h"
#include "ui/charts/chartshapes.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

void ChartPainter::columns()
{
    const double half = m_geometry.columnHalf();
    for (std::size_t step = 0; step < m_frame.steps.size(); ++step)
        column(step, half);
    forecastColumns(half);
}

void ChartPainter::column(std::size_t step, double half)
{
    const Theme& theme = Theme::current();
    const double x = m_geometry.at(m_frame.steps[step].number, 0).x();
    for (std::size_t i = 0; i < m_frame.lines.size(); ++i) {
        const StackEdges& edges = m_geometry.edges()[i];
        const double top = m_geometry.at(0, edges.upper[step]).y(), bottom = m_geometry.at(0, edges.lower[step]).y();
        if (bottom - top < 0.2)
            continue;
        m_painter.fillRect(QRectF(x - half, top, 2 * half, bottom - top - (bottom - top > 3 ? 1 : 0)),
                           lineColor(m_frame, i));
    }
    if (m_frame.isPart(step))
        hatch(step, x, half);
    if (step >= m_frame.previous.size() || !m_frame.previous[step].known)
        return;
    const double y = m_geometry.at(0, m_frame.previous[step].value).y();
    m_painter.setPen(pens::stroke(theme.card, 5));
    m_painter.drawLine(QPointF(x - half - 4, y), QPointF(x + half + 4, y));
    m_painter.setPen(pens::stroke(theme.text, 2));
    m_painter.drawLine(QPointF(x - half - 4, y), QPointF(x + half + 4, y));
}

/// A step that is not over is no fall beside whole ones. From end to end of the column: credits hang below zero.
void ChartPainter::hatch(std::size_t step, double x, double half)
{
    double low = 0, high = 0;
    for (const StackEdges& edges : m_geometry.edges()) {
        low = std::min(low, edges.lower[step]);
        high = std::max(high, edges.upper[step]);
    }
    const double top = m_geometry.at(0, high).y(), bottom = m_geometry.at(0, low).y();
    m_painter.fillRect(QRectF(x - half, top, 2 * half, bottom - top), QBrush(Theme::current().card, Qt::BDiagPattern));
}

void ChartPainter::forecastColumns(double half)
{
    if (m_frame.running) // on what is there already
        forecastColumn(*m_frame.running, m_frame.totalAt(m_frame.steps.size() - 1), half);
    for (const auto& point : m_frame.forecast)
        forecastColumn(point, 0, half);
}

void ChartPainter::forecastColumn(const SeriesFrame::Forecast& point, double from, double half)
{
    const QColor color = forecastColor(m_frame);
    const double day = point.day.number;
    const QPointF foot = m_geometry.at(day, from), head = m_geometry.at(day, point.mean);
    m_painter.setBrush(pens::withAlpha(color, 0.12));
    m_painter.setPen(pens::dashed(color, 1.5));
    m_painter.drawRect(QRectF(QPointF(foot.x() - half, head.y()), QPointF(foot.x() + half, foot.y())));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(pens::stroke(color, 1.2));
    m_painter.drawLine(m_geometry.at(day, point.lo95), m_geometry.at(day, point.hi95));
    m_painter.setPen(pens::stroke(color, 4));
    m_painter.drawLine(m_geometry.at(day, point.lo80), m_geometry.at(day, point.hi80));
}

void ChartPainter::zero()
{
    if (m_geometry.values().low >= 0)
        return;
    const QRectF plot = m_geometry.plot();
    const double y = m_geometry.at(0, 0).y();
    m_painter.setPen(pens::stroke(Theme::current().outline, 1));
    m_painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
}

void ChartPainter::selection(int from, int to)
{
    const QRectF plot = m_geometry.plot();
    const double a = m_geometry.at(m_geometry.dayAt(from).number, 0).x();
    const double b = m_geometry.at(m_geometry.dayAt(to).number, 0).x();
    const QRectF area(std::min(a, b), plot.top(), std::max(2.0, std::fabs(a - b)), plot.height());
    m_painter.fillRect(area, pens::withAlpha(Theme::current().accent, 0.18));
    m_painter.setPen(pens::stroke(Theme::current().accent, 1));
    m_painter.drawLine(area.topLeft(), area.bottomLeft());
    m_painter.drawLine(area.topRight(), area.bottomRight());
}

void ChartPainter::references()
{
    const Theme& theme = Theme::current();
    const QRectF plot = m_geometry.plot();
    for (const auto& reference : m_frame.references) {
        const double y = m_geometry.at(0, reference.value).y();
        QPen pen = pens::stroke(theme.textSecondary, 1.2);
        pen.setStyle(Qt::DotLine);
        m_painter.setPen(pen);
        m_painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        m_painter.setFont(theme.small);
        m_painter.setPen(theme.textSecondary);
        m_painter.drawText(QRectF(plot.left() + 6, y - 18, plot.width() - 12, 16), Qt::AlignRight, reference.text);
    }
}

void ChartPainter::markers()
{
    const Theme& theme = Theme::current();
    for (const auto& marker : m_frame.markers) {
        const QPointF middle =
            m_geometry.at(m_frame.steps[marker.step].number, m_geometry.heightOf(marker.line, marker.step));
        m_painter.setBrush(theme.card);
        m_painter.setPen(pens::stroke(theme.card, 1));
        m_painter.drawEllipse(middle, marker.isOfPart ? 5.5 : 8.5, marker.isOfPart ? 5.5 : 8.5);
        if (marker.isOfPart) { // a smaller, open ring: the line itself is as ever
            m_painter.setPen(pens::stroke(theme.warning, 1.8));
            m_painter.drawEllipse(middle, 4, 4);
            continue;
        }
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(pens::stroke(theme.warning, marker.high ? 2.4 : 1.8));
        m_painter.drawEllipse(middle, 6.5, 6.5);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(theme.warning);
        m_painter.drawEllipse(middle, 3.2, 3.2);
    }
}

void ChartPainter::cursor(int position)
{
    const QRectF plot = m_geometry.plot();
    const double x = m_geometry.at(m_geometry.dayAt(position).number, 0).x();
    m_painter.setPen(pens::stroke(Theme::current().outline, 1));
    m_painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    if (position < m_geometry.historySize() && m_frame.style != SeriesFrame::Style::Columns)
        dots(static_cast<std::size_t>(position));
}

void ChartPainter::dots(std::size_t step)
{
    for (std::size_t i = 0; i < m_frame.lines.size(); ++i) {
        const SeriesFrame::Value& value = m_frame.lines[i].values[step];
        if (!value.known || (!m_geometry.edges().empty() && value.value == 0))
            continue;
        m_painter.setBrush(Theme::current().card);
        m_painter.setPen(pens::stroke(lineColor(m_frame, i), 2));
        m_painter.drawEllipse(m_geometry.at(m_frame.steps[step].number, m_geometry.heightOf(i, step)), 3.5, 3.5);
    }
}

namespace {

constexpr double kLabelHeight = 15; ///< room that the name of an area needs
constexpr double kLabelGap = 6;

/// Black or white, whichever is read better on `ground`.
QColor inkOn(const QColor& ground)
{
    const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    const double light =
        0.2126 * linear(ground.redF()) + 0.7152 * linear(ground.greenF()) + 0.0722 * linear(ground.blueF());
    return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? Qt::white : Qt::black;
}

} // namespace

void ChartPainter::names()
{
    m_painter.setFont(Theme::current().small);
    if (m_frame.lines.size() < 2)
        return;
    if (m_frame.style == SeriesFrame::Style::Stacked)
        namesOfAreas();
    else if (m_frame.style == SeriesFrame::Style::Lines)
        namesOfLines();
}

/// At the end of the history, where the area is high enough along the whole name.
void ChartPainter::namesOfAreas()
{
    const QFontMetricsF metrics(Theme::current().small);
    const double right = m_geometry.at(m_frame.steps.back().number, 0).x() - kLabelGap;
    for (std::size_t line = 0; line < m_frame.lines.size(); ++line) {
        const StackEdges& edges = m_geometry.edges()[line];
        const double width = metrics.horizontalAdvance(m_frame.lines[line].name);
        double top = m_geometry.plot().top(), bottom = m_geometry.plot().bottom(), reached = right;
        for (std::size_t step = m_frame.steps.size(); step-- > 0;) {
            reached = m_geometry.at(m_frame.steps[step].number, 0).x();
            top = std::max(top, m_geometry.at(0, edges.upper[step]).y());
            bottom = std::min(bottom, m_geometry.at(0, edges.lower[step]).y());
            if (reached <= right - width - kLabelGap || bottom - top < kLabelHeight)
                break;
        }
        if (bottom - top < kLabelHeight || reached > right - width - kLabelGap)
            continue;
        m_painter.setPen(inkOn(lineColor(m_frame, line)));
        m_painter.drawText(QRectF(right - width - 1, (top + bottom) / 2 - 10, width + 2, 20), Qt::AlignCenter,
                           m_frame.lines[line].name);
    }
}

/// Beside the last point, as far as names do not meet; that of a line that stands out first, then the largest.
void ChartPainter::namesOfLines()
{
    const double room = namesWidth(m_frame);
    std::vector<std::pair<double, std::size_t>> ends;
    for (std::size_t line = 0; line < m_frame.lines.size(); ++line) {
        if (m_frame.lines[line].values.back().known)
            ends.emplace_back(m_geometry.at(0, m_frame.lines[line].values.back().value).y(), line);
    }
    std::sort(ends.begin(), ends.end());
    std::stable_partition(ends.begin(), ends.end(),
                          [this](const auto& end) { return m_frame.highlight == static_cast<int>(end.second); });
    const QFontMetricsF metrics(Theme::current().small);
    const double left = m_geometry.at(m_frame.steps.back().number, 0).x() + kLabelGap;
    std::vector<double> taken;
    for (const auto& [y, line] : ends) {
        const double here = y;
        if (std::any_of(taken.begin(), taken.end(),
                        [here](double other) { return std::abs(other - here) < kLabelHeight; }))
            continue;
        taken.push_back(here);
        m_painter.setPen(m_frame.highlight < 0 || m_frame.highlight == static_cast<int>(line)
                             ? Theme::current().text
                             : Theme::current().textTertiary);
        m_painter.drawText(QRectF(left, y - 10, room, 20), Qt::AlignLeft | Qt::AlignVCenter,
                           metrics.elidedText(m_frame.lines[line].name, Qt::ElideMiddle, room - kLabelGap));
    }
}

double ChartPainter::namesWidth(const SeriesFrame& frame)
{
    if (frame.style != SeriesFrame::Style::Lines || frame.lines.size() < 2)
        return 0;
    constexpr double kWidest = 150;
    const QFontMetricsF metrics(Theme::current().small);
    double width = 0;
    for (const SeriesFrame::Line& line : frame.lines)
        width = std::max(width, metrics.horizontalAdvance(line.name) + 2 * kLabelGap);
    return std::min(width, kWidest);
}

} // namespace altimeter::ui

#include "ui/charts/chartpainter.h"

#include "ui/charts/chartlegend.h"
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
                           ChartLegend::colorOf(static_cast<int>(i)));
    }
    if (m_frame.isPart(step)) { // hatched: it is no fall beside whole ones
        const double foot = m_geometry.at(0, 0).y(), head = m_geometry.at(0, m_frame.totalAt(step)).y();
        m_painter.fillRect(QRectF(x - half, std::min(foot, head), 2 * half, std::abs(foot - head)),
                           QBrush(theme.card, Qt::BDiagPattern));
    }
    if (step >= m_frame.previous.size() || !m_frame.previous[step].known)
        return;
    const double y = m_geometry.at(0, m_frame.previous[step].value).y();
    m_painter.setPen(pens::stroke(theme.card, 5));
    m_painter.drawLine(QPointF(x - half - 4, y), QPointF(x + half + 4, y));
    m_painter.setPen(pens::stroke(theme.text, 2));
    m_painter.drawLine(QPointF(x - half - 4, y), QPointF(x + half + 4, y));
}

void ChartPainter::forecastColumns(double half)
{
    const QColor color = forecastColor(m_frame);
    for (const auto& point : m_frame.forecast) {
        const double day = point.day.number;
        const QPointF foot = m_geometry.at(day, 0), head = m_geometry.at(day, point.mean);
        m_painter.setBrush(pens::withAlpha(color, 0.12));
        m_painter.setPen(pens::dashed(color, 1.5));
        m_painter.drawRect(QRectF(QPointF(foot.x() - half, head.y()), QPointF(foot.x() + half, foot.y())));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(pens::stroke(color, 1.2));
        m_painter.drawLine(m_geometry.at(day, point.lo95), m_geometry.at(day, point.hi95));
        m_painter.setPen(pens::stroke(color, 4));
        m_painter.drawLine(m_geometry.at(day, point.lo80), m_geometry.at(day, point.hi80));
    }
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
        m_painter.drawEllipse(middle, 8.5, 8.5);
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
        m_painter.setPen(pens::stroke(ChartLegend::colorOf(static_cast<int>(i)), 2));
        m_painter.drawEllipse(m_geometry.at(m_frame.steps[step].number, m_geometry.heightOf(i, step)), 3.5, 3.5);
    }
}

} // namespace altimeter::ui

#include "ui/charts/chartshapes.h"

#include "ui/charts/chartlegend.h"
#include "ui/charts/chartpens.h"
#include "ui/charts/chartstack.h"
#include "ui/charts/thinning.h"
#include "ui/theme/theme.h"

#include <QLineF>
#include <QLinearGradient>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

namespace {

bool isSingle(const SeriesFrame& frame)
{
    return frame.lines.size() == 1;
}

Day lastDay(const SeriesFrame& frame)
{
    return frame.forecast.empty() ? frame.steps.back() : frame.forecast.back().day;
}

/// Column by column: the rasterizer needs a tenth of a second for one zigzag polygon of a few years of days.
void paintArea(QPainter& painter, const QPolygonF& upper, const QPolygonF& lower, QBrush brush, double pixel)
{
    const ColumnSpans top = columnSpans(upper, pixel), bottom = columnSpans(lower, pixel);
    if (const QGradient* relative = brush.gradient()) {
        const QRectF bounds = upper.boundingRect() | lower.boundingRect();
        QLinearGradient fade(0, bounds.top(), 0, bounds.bottom());
        fade.setStops(relative->stops());
        brush = fade;
    }
    for (std::size_t i = 0; i < std::min(top.spans.size(), bottom.spans.size()); ++i) {
        const double x = (top.first + static_cast<int>(i)) * pixel;
        painter.fillRect(QRectF(QPointF(x, top.spans[i].low), QPointF(x + pixel, bottom.spans[i].high)), brush);
    }
}

void paintWideLine(QPainter& painter, const QPolygonF& line, const QPen& pen, double pixel)
{
    const double half = pen.widthF() / 2;
    const ColumnSpans columns = columnSpans(line, pixel);
    if (line.size() > static_cast<qsizetype>(columns.spans.size())) { // up and down within a column: a solid band
        for (std::size_t i = 0; i < columns.spans.size(); ++i) {
            const double x = (columns.first + static_cast<int>(i)) * pixel;
            painter.fillRect(
                QRectF(QPointF(x, columns.spans[i].low - half), QPointF(x + pixel, columns.spans[i].high + half)),
                pen.color());
        }
        return;
    }
    // Piece by piece: a wide polyline is stroked as a whole, which takes seconds where it goes up and down a lot.
    QList<QLineF> pieces;
    pieces.reserve(line.size());
    for (qsizetype i = 1; i < line.size(); ++i)
        pieces.append({line[i - 1], line[i]});
    painter.setPen(pen);
    painter.drawLines(pieces);
}

} // namespace

QColor lineColor(const SeriesFrame& frame, std::size_t line)
{
    const QColor color = ChartLegend::colorOf(frame.lines[line].color);
    if (frame.highlight < 0 || frame.highlight == static_cast<int>(line))
        return color;
    const QColor ground = Theme::current().card; // mixed, not seen through: areas lie over each other
    const auto mixed = [](int part, int whole) { return (part + 3 * whole) / 4; };
    return {mixed(color.red(), ground.red()), mixed(color.green(), ground.green()), mixed(color.blue(), ground.blue())};
}

QColor forecastColor(const SeriesFrame& frame)
{
    return isSingle(frame) ? lineColor(frame, 0) : Theme::current().textSecondary;
}

class ChartShapes::Builder {
public:
    Builder(const SeriesFrame& frame, const ValueRange& values, double pixels)
        : m_frame(frame), m_values(values), m_pixels(pixels)
    {
    }

    std::vector<Shape> build()
    {
        if (m_frame.isEmpty())
            return {};
        addForecastBands();
        if (m_frame.style == SeriesFrame::Style::Stacked && !isSingle(m_frame))
            addStack();
        else if (m_frame.style != SeriesFrame::Style::Columns)
            addLines();
        if (m_frame.style != SeriesFrame::Style::Columns)
            addPrevious(pens::stroke(Theme::current().textTertiary, 1.5));
        addForecastMean();
        return std::move(m_shapes);
    }

private:
    /// How many columns of the screen a stretch of time covers.
    int pixelsFor(const QList<QPointF>& points) const
    {
        const double all = std::max(1, lastDay(m_frame) - m_frame.steps.front());
        const double part = points.isEmpty() ? 0 : points.last().x() - points.first().x();
        return std::max(1, static_cast<int>(std::ceil(m_pixels * std::min(1.0, part / all))));
    }
    void addLine(const QList<QPointF>& points, const QPen& pen, const std::vector<double>& kept = {})
    {
        m_shapes.push_back({thinned(points, pixelsFor(points), kept), {}, pen, Qt::NoBrush});
    }
    void addArea(const QList<QPointF>& upper, const QList<QPointF>& lower, const QBrush& brush, const QPen& pen,
                 const std::vector<double>& kept = {})
    {
        m_shapes.push_back(
            {thinned(upper, pixelsFor(upper), kept), thinned(lower, pixelsFor(lower), kept), pen, brush});
    }
    void addLines()
    {
        const Theme& theme = Theme::current();
        for (std::size_t i = m_frame.lines.size(); i-- > 0;) {
            const QColor color = lineColor(m_frame, i);
            for (const QList<QPointF>& run : runs(m_frame, m_frame.lines[i].values)) {
                if (isSingle(m_frame) && run.size() > 1)
                    addGround(run, color, theme.dark ? 0.24 : 0.16);
                addRun(run, pens::stroke(color, m_frame.highlight == static_cast<int>(i) ? 3 : 2), i);
            }
        }
    }
    /// The way to a step that is not over is dotted: it is no fall beside whole ones.
    void addRun(QList<QPointF> run, const QPen& pen, std::size_t line)
    {
        const std::size_t last = m_frame.steps.size() - 1;
        const bool isToPart = m_frame.isPart(last) && run.size() > 1 && run.last().x() == m_frame.steps[last].number;
        if (isToPart) {
            QPen dotted = pen;
            dotted.setStyle(Qt::DotLine);
            addLine({run[run.size() - 2], run.last()}, dotted);
            run.removeLast();
        }
        addLine(run, pen, m_frame.markedDays(line));
    }
    void addGround(const QList<QPointF>& run, const QColor& color, double strength)
    {
        QLinearGradient fade(0, 0, 0, 1);
        fade.setCoordinateMode(QGradient::ObjectBoundingMode);
        fade.setColorAt(0, pens::withAlpha(color, strength));
        fade.setColorAt(1, pens::withAlpha(color, 0.02));
        addArea(run, {{run.first().x(), 0}, {run.last().x(), 0}}, fade, Qt::NoPen);
    }
    void addStack()
    {
        const Theme& theme = Theme::current();
        // From the far end of the stack to zero, so that a peak of a lower area is not hidden by its neighbour.
        std::vector<StackPiece> pieces = stackPieces(m_frame);
        std::reverse(pieces.begin(), pieces.end());
        for (const StackPiece& piece : pieces)
            addArea(piece.upper, piece.lower, pens::withAlpha(lineColor(m_frame, piece.line), theme.dark ? 0.88 : 0.9),
                    pens::stroke(theme.card, 1), m_frame.markedDays(piece.line));
    }
    void addPrevious(const QPen& pen)
    {
        for (const QList<QPointF>& run : runs(m_frame, m_frame.previous))
            addLine(run, pen);
    }
    /// The last known total of a step that is over, from which the forecast sets out.
    std::optional<QPointF> lastKnown() const
    {
        for (std::size_t i = m_frame.steps.size(); i-- > 0;)
            if (m_frame.knownAt(i) && !(m_frame.running && i + 1 == m_frame.steps.size()))
                return QPointF(m_frame.steps[i].number, m_frame.totalAt(i));
        return std::nullopt;
    }
    bool drawsForecast() const { return !points().empty() && m_frame.style != SeriesFrame::Style::Columns; }
    /// The end of the running step, where that is expected, and the steps ahead.
    std::vector<SeriesFrame::Forecast> points() const
    {
        std::vector<SeriesFrame::Forecast> all;
        if (m_frame.running)
            all.push_back(*m_frame.running);
        all.insert(all.end(), m_frame.forecast.begin(), m_frame.forecast.end());
        return all;
    }
    void addForecastBands()
    {
        if (!drawsForecast())
            return;
        QList<QPointF> lo95, hi95, lo80, hi80;
        if (const auto start = lastKnown())
            for (auto* edge : {&lo95, &hi95, &lo80, &hi80})
                edge->append(*start);
        for (const auto& point : points()) {
            const double day = point.day.number;
            lo95.append({day, std::max(point.lo95, m_values.low)});
            hi95.append({day, std::min(point.hi95, m_values.high)});
            lo80.append({day, point.lo80});
            hi80.append({day, point.hi80});
        }
        addArea(hi95, lo95, pens::withAlpha(forecastColor(m_frame), 0.16), Qt::NoPen);
        addArea(hi80, lo80, pens::withAlpha(forecastColor(m_frame), 0.22), Qt::NoPen);
    }
    void addForecastMean()
    {
        if (!drawsForecast())
            return;
        QList<QPointF> mean;
        if (const auto start = lastKnown())
            mean.append(*start);
        for (const auto& point : points())
            mean.append({static_cast<double>(point.day.number), point.mean});
        addLine(mean, pens::dashed(forecastColor(m_frame), 2));
    }

    const SeriesFrame& m_frame;
    ValueRange m_values;
    double m_pixels;
    std::vector<Shape> m_shapes;
};

ChartShapes::ChartShapes(const SeriesFrame& frame, const ValueRange& values, double pixels)
    : m_shapes(Builder(frame, values, pixels).build())
{
}

void ChartShapes::paint(QPainter& painter, const QTransform& toScene, double pixel) const
{
    for (const Shape& shape : m_shapes)
        paintShape(painter, shape, toScene, pixel);
}

void ChartShapes::paintShape(QPainter& painter, const Shape& shape, const QTransform& toScene, double pixel)
{
    const QPolygonF upper = toScene.map(QPolygonF(shape.upper));
    if (!shape.lower.isEmpty()) {
        paintArea(painter, upper, toScene.map(QPolygonF(shape.lower)), shape.brush, pixel);
        if (upper.boundingRect().width() < static_cast<double>(upper.size()) * pixel)
            return; // an edge that goes up and down within a column would cover the area
    }
    if (shape.pen.style() == Qt::SolidLine && shape.pen.widthF() > 1) {
        paintWideLine(painter, upper, shape.pen, pixel);
    } else {
        painter.setPen(shape.pen);
        painter.drawPolyline(upper);
    }
}

} // namespace altimeter::ui

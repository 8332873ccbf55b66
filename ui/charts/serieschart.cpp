#include "ui/charts/serieschart.h"

#include "ui/charts/chartlegend.h"
#include "ui/charts/chartreadout.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QDate>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QLineSeries>
#include <QMouseEvent>
#include <QPixmap>
#include <QPointer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <functional>

namespace altimeter::ui {

namespace {

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

QPen strokeOf(const QColor& color, double width)
{
    QPen pen(color, width);
    pen.setCosmetic(false);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::RoundCap);
    return pen;
}

QPen dashed(const QColor& color, double width)
{
    QPen pen = strokeOf(color, width);
    pen.setCapStyle(Qt::FlatCap);
    pen.setDashPattern({4, 3});
    return pen;
}

bool isSingle(const SeriesFrame& frame)
{
    return frame.lines.size() == 1;
}

double stepWidth(Granularity granularity)
{
    return granularity == Granularity::Month ? 30 : granularity == Granularity::Week ? 7 : 1;
}

constexpr int kOpen = -1;

} // namespace

/// Leaves axes and layout to Qt Charts and paints the rest by hand: Qt strokes a wide zigzag line so slowly that a few
/// years of days would hold up the window. Lines and areas are painted once into a picture of their own.
class SeriesChart::View : public QChartView {
public:
    explicit View(QWidget* parent) : QChartView(new QChart, parent)
    {
        setFrameShape(QFrame::NoFrame);
        setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
        setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
        setFocusPolicy(Qt::StrongFocus);
        setMouseTracking(true);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setBackgroundBrush(Qt::NoBrush);
        viewport()->setAutoFillBackground(false);
        dress();
    }

    ~View() override { delete m_box; }

    QString emptyText = SeriesChart::tr("No data in this range");
    std::function<void(int, Day)> activated;
    std::function<void(Day, Day)> ranged;
    std::function<void(const QString&)> readOut;

    void setFrame(SeriesFrame frame)
    {
        m_frame = std::move(frame);
        m_cursor = m_selectFrom = kOpen;
        m_series = 0;
        setAccessibleDescription(m_frame.description());
        rebuild();
        tell();
    }
    const SeriesFrame& frame() const { return m_frame; }
    int cursorStep() const { return m_cursor; }
    void setCursorStep(int step)
    {
        const int last = positions() - 1;
        m_cursor = last < 0 ? kOpen : std::clamp(step, kOpen, last);
        viewport()->update();
        tell();
    }
    void rebuild()
    {
        // A fresh chart each time: axes taken out of a chart leave their labels behind, and setChart keeps the old one.
        QChart* old = chart();
        setChart(new QChart);
        delete old;
        dress();
        m_map = nullptr;
        m_shapes.clear();
        m_layer = QPixmap();
        if (!m_frame.isEmpty()) {
            m_values = valueRange(m_frame);
            m_edges = m_frame.style == SeriesFrame::Style::Lines ? std::vector<StackEdges>() : stackEdges(m_frame);
            addAxes();
            addAll();
        }
        viewport()->update();
    }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        QChartView::resizeEvent(event);
        rebuild();
    }
    void drawForeground(QPainter* painter, const QRectF&) override
    {
        const Theme& theme = Theme::current();
        painter->setRenderHint(QPainter::Antialiasing);
        if (m_frame.isEmpty()) {
            painter->setFont(theme.body);
            painter->setPen(theme.textSecondary);
            painter->drawText(sceneRect(), Qt::AlignCenter, emptyText);
            return;
        }
        paintLayer(*painter);
        painter->save();
        painter->setClipRect(chart()->plotArea().adjusted(-10, -10, 10, 1));
        if (m_frame.style == SeriesFrame::Style::Columns)
            paintColumns(*painter);
        paintZero(*painter);
        paintSelection(*painter);
        painter->restore();
        paintReferences(*painter);
        paintMarkers(*painter);
        if (m_cursor != kOpen)
            paintCursor(*painter);
        if (hasFocus() && m_showFocus) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(strokeOf(theme.accent, 2));
            painter->drawRoundedRect(sceneRect().adjusted(1, 1, -1, -1), 4, 4);
        }
    }
    void mouseMoveEvent(QMouseEvent* event) override
    {
        if (m_frame.isEmpty())
            return;
        setCursorStep(nearest(event->position().x()));
        if (m_pressed && std::fabs(event->position().x() - m_pressX) > 6 && m_selectFrom == kOpen)
            m_selectFrom = nearest(m_pressX);
    }
    void mousePressEvent(QMouseEvent* event) override
    {
        if (event->button() != Qt::LeftButton || m_frame.isEmpty())
            return;
        m_pressed = true;
        m_pressX = event->position().x();
        m_selectFrom = kOpen;
        m_showFocus = false;
    }
    void mouseReleaseEvent(QMouseEvent* event) override
    {
        if (!m_pressed || m_frame.isEmpty())
            return;
        m_pressed = false;
        if (m_selectFrom != kOpen) {
            finishSelection();
            return;
        }
        setCursorStep(nearest(event->position().x()));
        activate(lineAt(event->position()));
    }
    void hideEvent(QHideEvent* event) override
    {
        QChartView::hideEvent(event);
        m_cursor = kOpen;
        showBox();
    }
    void leaveEvent(QEvent* event) override
    {
        QChartView::leaveEvent(event);
        if (!hasFocus() || !m_showFocus)
            setCursorStep(kOpen);
    }
    void focusInEvent(QFocusEvent* event) override
    {
        m_showFocus = event->reason() != Qt::MouseFocusReason;
        QChartView::focusInEvent(event);
        if (m_showFocus && m_cursor == kOpen && !m_frame.isEmpty())
            setCursorStep(static_cast<int>(m_frame.steps.size()) - 1);
    }
    void focusOutEvent(QFocusEvent* event) override
    {
        QChartView::focusOutEvent(event);
        m_selectFrom = kOpen;
        setCursorStep(kOpen);
    }
    void keyPressEvent(QKeyEvent* event) override
    {
        m_showFocus = true;
        switch (event->key()) {
        case Qt::Key_Left:
            step(-1, event->modifiers().testFlag(Qt::ShiftModifier));
            return;
        case Qt::Key_Right:
            step(1, event->modifiers().testFlag(Qt::ShiftModifier));
            return;
        case Qt::Key_Home:
            setCursorStep(0);
            return;
        case Qt::Key_End:
            setCursorStep(static_cast<int>(m_frame.steps.size()) - 1);
            return;
        case Qt::Key_Up:
        case Qt::Key_Down:
            chooseSeries(event->key() == Qt::Key_Up ? 1 : -1);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (m_selectFrom != kOpen && m_selectFrom != m_cursor)
                finishSelection();
            else
                activate(isSingle(m_frame) ? 0 : m_series);
            return;
        case Qt::Key_Escape:
            if (m_selectFrom != kOpen) {
                m_selectFrom = kOpen;
                viewport()->update();
                return;
            }
            break;
        default:
            break;
        }
        event->ignore();
    }

private:
    /// A line, or with `lower` an area whose upper edge the pen draws.
    struct Shape {
        QList<QPointF> upper, lower;
        QPen pen;
        QBrush brush;
    };

    void dress()
    {
        chart()->setAnimationOptions(QChart::NoAnimation);
        chart()->legend()->hide();
        chart()->setBackgroundVisible(false);
        chart()->setPlotAreaBackgroundVisible(false);
        chart()->setMargins(QMargins(0, 6, 18, 0));
        chart()->layout()->setContentsMargins(0, 0, 0, 0);
        chart()->resize(viewport()->size());
    }
    int positions() const
    {
        return m_frame.isEmpty() ? 0 : static_cast<int>(m_frame.steps.size() + m_frame.forecast.size());
    }
    int historySize() const { return static_cast<int>(m_frame.steps.size()); }
    Day dayAt(int position) const
    {
        const auto index = static_cast<std::size_t>(position);
        return index < m_frame.steps.size() ? m_frame.steps[index] : m_frame.forecast[index - m_frame.steps.size()].day;
    }
    int nearest(double x) const
    {
        const double day = chart()->mapToValue(chart()->mapFromScene(mapToScene(QPoint(qRound(x), 0))), m_map).x();
        int first = 0, last = positions() - 1;
        while (last - first > 1) {
            const int middle = (first + last) / 2;
            (dayAt(middle).number <= day ? first : last) = middle;
        }
        return last >= 0 && dayAt(last).number - day < day - dayAt(first).number ? last : first;
    }
    QPointF at(double day, double value) const
    {
        const QPointF bounded(day, std::clamp(value, m_values.low, m_values.high));
        return chart()->mapToScene(chart()->mapToPosition(bounded, m_map));
    }
    /// Where the value of a line is drawn: on the line, or at the outer edge of its part of the stack.
    double heightOf(std::size_t line, std::size_t step) const
    {
        if (m_edges.empty())
            return m_frame.lines[line].values[step].value;
        return m_frame.lines[line].values[step].value < 0 ? m_edges[line].lower[step] : m_edges[line].upper[step];
    }
    int lineAt(const QPointF& position) const
    {
        if (m_cursor < 0 || m_cursor >= historySize())
            return kOpen;
        const auto step = static_cast<std::size_t>(m_cursor);
        int best = kOpen;
        double distance = 12;
        for (std::size_t i = 0; i < m_frame.lines.size(); ++i) {
            if (m_edges.empty()) {
                const double away = std::fabs(at(m_frame.steps[step].number, heightOf(i, step)).y() - position.y());
                if (away < distance) {
                    distance = away;
                    best = static_cast<int>(i);
                }
            } else if (position.y() >= at(0, m_edges[i].upper[step]).y() &&
                       position.y() <= at(0, m_edges[i].lower[step]).y()) {
                return static_cast<int>(i);
            }
        }
        return isSingle(m_frame) ? 0 : best;
    }
    void step(int by, bool select)
    {
        if (m_frame.isEmpty())
            return;
        if (select && m_selectFrom == kOpen)
            m_selectFrom = std::max(0, m_cursor);
        if (!select)
            m_selectFrom = kOpen;
        setCursorStep(std::max(0, m_cursor + by));
    }
    void chooseSeries(int by)
    {
        const int count = static_cast<int>(m_frame.lines.size());
        if (count > 0)
            m_series = (m_series + by + count) % count;
        viewport()->update();
        tell();
    }
    void activate(int line)
    {
        if (m_cursor >= 0 && m_cursor < historySize() && activated)
            activated(line, m_frame.steps[static_cast<std::size_t>(m_cursor)]);
    }
    void finishSelection()
    {
        const int last = historySize() - 1;
        const int first = std::min({m_selectFrom, m_cursor, last});
        const int end = std::min(std::max(m_selectFrom, m_cursor), last);
        m_selectFrom = kOpen;
        viewport()->update();
        if (ranged)
            ranged(m_frame.steps[static_cast<std::size_t>(std::max(0, first))],
                   nextStep(m_frame.steps[static_cast<std::size_t>(end)], m_frame.granularity) - 1);
    }

    void addAxes()
    {
        const Theme& theme = Theme::current();
        auto* days = new QCategoryAxis;
        auto* money = new QCategoryAxis;
        for (QCategoryAxis* axis : {days, money}) {
            axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
            axis->setLabelsFont(theme.numberSmall);
            axis->setLabelsBrush(theme.textSecondary);
            axis->setTruncateLabels(false);
        }
        const double step = stepWidth(m_frame.granularity);
        const double pad = m_frame.style == SeriesFrame::Style::Columns ? 0.6 * step : 0.12 * step;
        const double first = m_frame.steps.front().number - (m_frame.steps.size() == 1 ? std::max(pad, step) : pad);
        const double last = dayAt(positions() - 1).number + (m_frame.steps.size() == 1 ? std::max(pad, step) : pad);
        days->setStartValue(first - 1); // Qt Charts draws labels as HTML
        const int room = std::max(2, viewport()->width() / 84);
        for (const AxisTick& tick :
             calendarTicks(m_frame.steps.front(), dayAt(positions() - 1), m_frame.granularity, room, m_frame.locale))
            days->append(tick.label.toHtmlEscaped(), tick.at);
        days->setRange(first, last);
        days->setGridLineVisible(false);
        days->setLinePen(strokeOf(theme.border, 1));
        money->setStartValue(m_values.low - (m_values.high - m_values.low));
        const int lines = std::clamp(viewport()->height() / 36, 2, 7);
        for (const AxisTick& tick : moneyTicks(m_values, lines, m_frame.currency, m_frame.locale))
            money->append(tick.label.toHtmlEscaped(), tick.at);
        money->setRange(m_values.low, m_values.high);
        money->setGridLinePen(strokeOf(theme.gridLine, 1));
        money->setLinePen(Qt::NoPen);
        chart()->addAxis(days, Qt::AlignBottom);
        chart()->addAxis(money, Qt::AlignLeft);
        auto* map = new QLineSeries;
        map->setPen(Qt::NoPen);
        map->replace(QList<QPointF>{{first, 0}, {last, 0}});
        chart()->addSeries(map);
        map->attachAxis(days);
        map->attachAxis(money);
        m_map = map;
    }
    void addLine(const QList<QPointF>& points, const QPen& pen, const std::vector<double>& kept = {})
    {
        m_shapes.push_back({thinned(points, pixelsFor(points), kept), {}, pen, Qt::NoBrush});
    }
    /// How many columns of the screen a stretch of time covers.
    int pixelsFor(const QList<QPointF>& points) const
    {
        const double all = std::max(1, dayAt(positions() - 1) - m_frame.steps.front());
        const double part = points.isEmpty() ? 0 : points.last().x() - points.first().x();
        const double wide = viewport()->width() * devicePixelRatioF();
        return std::max(1, static_cast<int>(std::ceil(wide * std::min(1.0, part / all))));
    }
    void addArea(const QList<QPointF>& upper, const QList<QPointF>& lower, const QBrush& brush, const QPen& pen,
                 const std::vector<double>& kept = {})
    {
        m_shapes.push_back(
            {thinned(upper, pixelsFor(upper), kept), thinned(lower, pixelsFor(lower), kept), pen, brush});
    }
    /// From days and money to the scene: both axes are linear.
    QTransform toScene() const
    {
        const double day = m_frame.steps.front().number, money = m_values.high - m_values.low;
        const QPointF zero = at(day, m_values.low), one = at(day + 1, m_values.high);
        QTransform map;
        map.translate(zero.x(), zero.y());
        map.scale(one.x() - zero.x(), (one.y() - zero.y()) / money);
        map.translate(-day, -m_values.low);
        return map;
    }
    void paintLayer(QPainter& painter)
    {
        const QRectF plot = chart()->plotArea();
        if (m_layer.isNull() || m_layerPlot != plot || m_layer.devicePixelRatio() != devicePixelRatioF()) {
            m_layer = QPixmap(viewport()->size() * devicePixelRatioF());
            m_layer.setDevicePixelRatio(devicePixelRatioF());
            m_layer.fill(Qt::transparent);
            m_layerPlot = plot;
            QPainter layer(&m_layer);
            layer.setRenderHint(QPainter::Antialiasing);
            layer.setClipRect(plot.adjusted(0, -1, 0, 1));
            const QTransform map = toScene();
            for (const Shape& shape : m_shapes)
                paintShape(layer, shape, map, 1 / devicePixelRatioF());
        }
        painter.drawPixmap(QPointF(0, 0), m_layer);
    }
    /// Column by column: the rasterizer needs a tenth of a second for one zigzag polygon of a few years of days.
    static void paintArea(QPainter& painter, const QPolygonF& upper, const QPolygonF& lower, QBrush brush, double pixel)
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
    static void paintWideLine(QPainter& painter, const QPolygonF& line, const QPen& pen, double pixel)
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
    static void paintShape(QPainter& painter, const Shape& shape, const QTransform& map, double pixel)
    {
        const QPolygonF upper = map.map(QPolygonF(shape.upper));
        if (!shape.lower.isEmpty()) {
            paintArea(painter, upper, map.map(QPolygonF(shape.lower)), shape.brush, pixel);
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
    void addAll()
    {
        addForecastBands();
        switch (m_frame.style) {
        case SeriesFrame::Style::Stacked:
            if (isSingle(m_frame))
                addLines();
            else
                addStack();
            break;
        case SeriesFrame::Style::Lines:
            addLines();
            break;
        case SeriesFrame::Style::Columns:
            break;
        }
        const Theme& theme = Theme::current();
        if (m_frame.style != SeriesFrame::Style::Columns)
            addPrevious(strokeOf(theme.textTertiary, 1.5));
        addForecastMean();
    }
    void addLines()
    {
        const Theme& theme = Theme::current();
        for (std::size_t i = m_frame.lines.size(); i-- > 0;) {
            const QColor color = ChartLegend::colorOf(static_cast<int>(i));
            for (const QList<QPointF>& run : runs(m_frame, m_frame.lines[i].values)) {
                if (isSingle(m_frame) && run.size() > 1)
                    addGround(run, color, theme.dark ? 0.24 : 0.16);
                addLine(run, strokeOf(color, 2), m_frame.markedDays(i));
            }
        }
    }
    void addGround(const QList<QPointF>& run, const QColor& color, double strength)
    {
        QLinearGradient fade(0, 0, 0, 1);
        fade.setCoordinateMode(QGradient::ObjectBoundingMode);
        fade.setColorAt(0, withAlpha(color, strength));
        fade.setColorAt(1, withAlpha(color, 0.02));
        addArea(run, {{run.first().x(), 0}, {run.last().x(), 0}}, fade, Qt::NoPen);
    }
    void addStack()
    {
        const Theme& theme = Theme::current();
        // From the far end of the stack to zero, so that a peak of a lower area is not hidden by its neighbour.
        std::vector<StackPiece> pieces = stackPieces(m_frame);
        std::reverse(pieces.begin(), pieces.end());
        for (const StackPiece& piece : pieces)
            addArea(piece.upper, piece.lower,
                    withAlpha(ChartLegend::colorOf(static_cast<int>(piece.line)), theme.dark ? 0.88 : 0.9),
                    strokeOf(theme.card, 1), m_frame.markedDays(piece.line));
    }
    void addPrevious(const QPen& pen)
    {
        for (const QList<QPointF>& run : runs(m_frame, m_frame.previous))
            addLine(run, pen);
    }
    QColor forecastColor() const
    {
        return isSingle(m_frame) ? ChartLegend::colorOf(0) : Theme::current().textSecondary;
    }
    /// The last known total, from which the forecast sets out.
    std::optional<QPointF> lastKnown() const
    {
        for (std::size_t i = m_frame.steps.size(); i-- > 0;)
            if (m_frame.knownAt(i))
                return QPointF(m_frame.steps[i].number, m_frame.totalAt(i));
        return std::nullopt;
    }
    void addForecastBands()
    {
        if (m_frame.forecast.empty() || m_frame.style == SeriesFrame::Style::Columns)
            return;
        QList<QPointF> lo95, hi95, lo80, hi80;
        if (const auto start = lastKnown())
            for (auto* edge : {&lo95, &hi95, &lo80, &hi80})
                edge->append(*start);
        for (const auto& point : m_frame.forecast) {
            const double day = point.day.number;
            lo95.append({day, std::max(point.lo95, m_values.low)});
            hi95.append({day, std::min(point.hi95, m_values.high)});
            lo80.append({day, point.lo80});
            hi80.append({day, point.hi80});
        }
        addArea(hi95, lo95, withAlpha(forecastColor(), 0.16), Qt::NoPen);
        addArea(hi80, lo80, withAlpha(forecastColor(), 0.22), Qt::NoPen);
    }
    void addForecastMean()
    {
        if (m_frame.forecast.empty() || m_frame.style == SeriesFrame::Style::Columns)
            return;
        QList<QPointF> mean;
        if (const auto start = lastKnown())
            mean.append(*start);
        for (const auto& point : m_frame.forecast)
            mean.append({static_cast<double>(point.day.number), point.mean});
        addLine(mean, dashed(forecastColor(), 2));
    }

    void paintColumns(QPainter& painter)
    {
        const Theme& theme = Theme::current();
        const double half = columnHalf();
        for (std::size_t s = 0; s < m_frame.steps.size(); ++s) {
            const double x = at(m_frame.steps[s].number, 0).x();
            for (std::size_t i = 0; i < m_frame.lines.size(); ++i) {
                const double top = at(0, m_edges[i].upper[s]).y(), bottom = at(0, m_edges[i].lower[s]).y();
                if (bottom - top < 0.2)
                    continue;
                painter.fillRect(QRectF(x - half, top, 2 * half, bottom - top - (bottom - top > 3 ? 1 : 0)),
                                 ChartLegend::colorOf(static_cast<int>(i)));
            }
            if (s < m_frame.previous.size() && m_frame.previous[s].known) {
                const double y = at(0, m_frame.previous[s].value).y();
                painter.setPen(strokeOf(theme.card, 5));
                painter.drawLine(QPointF(x - half - 4, y), QPointF(x + half + 4, y));
                painter.setPen(strokeOf(theme.text, 2));
                painter.drawLine(QPointF(x - half - 4, y), QPointF(x + half + 4, y));
            }
        }
        paintForecastColumns(painter, half);
    }
    double columnHalf() const
    {
        const double step = stepWidth(m_frame.granularity);
        const double width =
            std::fabs(at(m_frame.steps.front().number + step, 0).x() - at(m_frame.steps.front().number, 0).x());
        return std::min(0.34 * width, 36.0);
    }
    void paintForecastColumns(QPainter& painter, double half)
    {
        const QColor color = forecastColor();
        for (const auto& point : m_frame.forecast) {
            const QPointF foot = at(point.day.number, 0), head = at(point.day.number, point.mean);
            painter.setBrush(withAlpha(color, 0.12));
            painter.setPen(dashed(color, 1.5));
            painter.drawRect(QRectF(QPointF(foot.x() - half, head.y()), QPointF(foot.x() + half, foot.y())));
            painter.setBrush(Qt::NoBrush);
            painter.setPen(strokeOf(color, 1.2));
            painter.drawLine(at(point.day.number, point.lo95), at(point.day.number, point.hi95));
            painter.setPen(strokeOf(color, 4));
            painter.drawLine(at(point.day.number, point.lo80), at(point.day.number, point.hi80));
        }
    }
    void paintZero(QPainter& painter)
    {
        if (m_values.low >= 0)
            return;
        const QRectF plot = chart()->plotArea();
        const double y = at(0, 0).y();
        painter.setPen(strokeOf(Theme::current().outline, 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    void paintSelection(QPainter& painter)
    {
        if (m_selectFrom == kOpen || m_cursor == kOpen)
            return;
        const QRectF plot = chart()->plotArea();
        const double a = at(dayAt(m_selectFrom).number, 0).x(), b = at(dayAt(m_cursor).number, 0).x();
        const QRectF area(std::min(a, b), plot.top(), std::max(2.0, std::fabs(a - b)), plot.height());
        painter.fillRect(area, withAlpha(Theme::current().accent, 0.18));
        painter.setPen(strokeOf(Theme::current().accent, 1));
        painter.drawLine(area.topLeft(), area.bottomLeft());
        painter.drawLine(area.topRight(), area.bottomRight());
    }
    void paintReferences(QPainter& painter)
    {
        const Theme& theme = Theme::current();
        const QRectF plot = chart()->plotArea();
        for (const auto& reference : m_frame.references) {
            const double y = at(0, reference.value).y();
            QPen pen = strokeOf(theme.textSecondary, 1.2);
            pen.setStyle(Qt::DotLine);
            painter.setPen(pen);
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
            painter.setFont(theme.small);
            painter.setPen(theme.textSecondary);
            painter.drawText(QRectF(plot.left() + 6, y - 18, plot.width() - 12, 16), Qt::AlignRight, reference.text);
        }
    }
    void paintMarkers(QPainter& painter)
    {
        const Theme& theme = Theme::current();
        for (const auto& marker : m_frame.markers) {
            const QPointF middle = at(m_frame.steps[marker.step].number, heightOf(marker.line, marker.step));
            painter.setBrush(theme.card);
            painter.setPen(strokeOf(theme.card, 1));
            painter.drawEllipse(middle, 8.5, 8.5);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(strokeOf(theme.warning, marker.high ? 2.4 : 1.8));
            painter.drawEllipse(middle, 6.5, 6.5);
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.warning);
            painter.drawEllipse(middle, 3.2, 3.2);
        }
    }

    using Row = ChartReadOut::Row;
    QString heading() const
    {
        const Day day = dayAt(m_cursor);
        const QString text = m_frame.granularity == Granularity::Day
                                 ? format::dateWithWeekday(day, m_frame.locale)
                                 : format::step(day, m_frame.granularity, m_frame.locale);
        return m_cursor < historySize() ? text : SeriesChart::tr("%1 (forecast)", "a day or step").arg(text);
    }
    std::vector<Row> readOutRows() const
    {
        const Theme& theme = Theme::current();
        const auto money = [&](double v) { return format::moneyEstimate(v, m_frame.currency, m_frame.locale); };
        std::vector<Row> rows;
        const auto step = static_cast<std::size_t>(m_cursor);
        if (m_cursor >= historySize()) {
            const auto& point = m_frame.forecast[step - m_frame.steps.size()];
            rows.push_back({forecastColor(), SeriesChart::tr("Expected"), money(point.mean)});
            rows.push_back({forecastColor(), SeriesChart::tr("80 % range"),
                            money(point.lo80) + QStringLiteral(" – ") + money(point.hi80)});
            rows.push_back({forecastColor(), SeriesChart::tr("95 % range"),
                            money(point.lo95) + QStringLiteral(" – ") + money(point.hi95)});
            return rows;
        }
        for (std::size_t i = m_frame.lines.size(); i-- > 0;)
            rows.push_back({ChartLegend::colorOf(static_cast<int>(i)), m_frame.lines[i].name,
                            m_frame.text(m_frame.lines[i].values[step]),
                            !isSingle(m_frame) && m_showFocus && hasFocus() && m_series == static_cast<int>(i)});
        if (!isSingle(m_frame) && m_frame.knownAt(step))
            rows.push_back(
                {QColor(), SeriesChart::tr("Total"),
                 step < m_frame.totals.size() ? m_frame.text(m_frame.totals[step]) : money(m_frame.totalAt(step))});
        if (step < m_frame.previous.size() && step < m_frame.previousSteps.size())
            rows.push_back({theme.textTertiary,
                            format::step(m_frame.previousSteps[step], m_frame.granularity, m_frame.locale),
                            m_frame.text(m_frame.previous[step])});
        return rows;
    }
    QStringList notesAtCursor() const
    {
        QStringList notes;
        for (const auto& marker : m_frame.markers)
            if (static_cast<int>(marker.step) == m_cursor)
                notes << marker.text;
        return notes;
    }
    void paintCursor(QPainter& painter)
    {
        const Theme& theme = Theme::current();
        const QRectF plot = chart()->plotArea();
        const double x = at(dayAt(m_cursor).number, 0).x();
        painter.setPen(strokeOf(theme.outline, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        if (m_cursor < historySize() && m_frame.style != SeriesFrame::Style::Columns)
            paintDots(painter, static_cast<std::size_t>(m_cursor));
    }
    void paintDots(QPainter& painter, std::size_t step)
    {
        for (std::size_t i = 0; i < m_frame.lines.size(); ++i) {
            if (!m_frame.lines[i].values[step].known || (!m_edges.empty() && m_frame.lines[i].values[step].value == 0))
                continue;
            painter.setBrush(Theme::current().card);
            painter.setPen(strokeOf(ChartLegend::colorOf(static_cast<int>(i)), 2));
            painter.drawEllipse(at(m_frame.steps[step].number, heightOf(i, step)), 3.5, 3.5);
        }
    }
    /// The box lies over the window, so that a small chart can still say everything.
    void showBox()
    {
        if (m_cursor == kOpen || m_frame.isEmpty() || !isVisible()) {
            if (m_box)
                m_box->hide();
            return;
        }
        if (!m_box || m_box->parentWidget() != window()) {
            delete m_box;
            m_box = new ChartReadOut(window());
        }
        const QPointF head = at(dayAt(m_cursor).number, 0);
        const QPoint top = viewport()->mapTo(
            window(), QPoint(static_cast<int>(head.x()), static_cast<int>(chart()->plotArea().top())));
        m_box->showAt(top, heading(), readOutRows(), notesAtCursor());
    }
    void tell()
    {
        showBox();
        if (!readOut)
            return;
        if (m_cursor == kOpen || m_frame.isEmpty()) {
            readOut({});
            return;
        }
        QStringList parts{heading()};
        for (const Row& row : readOutRows())
            parts << row.name + QLatin1Char(' ') + row.value;
        parts << notesAtCursor();
        readOut(parts.join(QStringLiteral(" · ")));
    }

    QPointer<ChartReadOut> m_box;
    SeriesFrame m_frame;
    ValueRange m_values;
    std::vector<StackEdges> m_edges;
    std::vector<Shape> m_shapes; ///< in the order they are painted
    QPixmap m_layer;
    QRectF m_layerPlot; ///< what m_layer was painted for
    QAbstractSeries* m_map = nullptr;
    int m_cursor = kOpen;
    int m_selectFrom = kOpen;
    int m_series = 0;
    bool m_pressed = false;
    bool m_showFocus = false;
    double m_pressX = 0;
};

SeriesChart::SeriesChart(const QString& name, QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_legend = new ChartLegend(this);
    m_view = new View(this);
    m_view->setAccessibleName(name);
    m_view->viewport()->setAccessibleName(tr("Plot area"));
    column->addWidget(m_legend);
    column->addWidget(m_view, 1);
    setFocusProxy(m_view);
    m_view->activated = [this](int series, Day day) { emit pointActivated(series, day); };
    m_view->ranged = [this](Day first, Day last) { emit rangeSelected(first, last); };
    m_view->readOut = [this](const QString& text) { emit readOutChanged(text); };
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, [this] {
        m_view->rebuild();
        m_legend->update();
    });
    m_view->setFrame({});
}

SeriesChart::~SeriesChart()
{
    delete m_view; // what it still has to say must find a chart
}

void SeriesChart::setFrame(SeriesFrame frame)
{
    m_view->setFrame(std::move(frame));
    fillLegend();
}

const SeriesFrame& SeriesChart::frame() const
{
    return m_view->frame();
}

void SeriesChart::setLegendVisible(bool visible)
{
    m_legendVisible = visible;
    fillLegend();
}

void SeriesChart::fillLegend()
{
    const SeriesFrame& shown = m_view->frame();
    std::vector<ChartLegend::Entry> entries;
    const bool filled = shown.style != SeriesFrame::Style::Lines && shown.lines.size() > 1;
    for (std::size_t i = 0; i < shown.lines.size(); ++i)
        entries.push_back(
            {filled || shown.style == SeriesFrame::Style::Columns ? ChartLegend::Key::Area : ChartLegend::Key::Line,
             static_cast<int>(i), shown.lines[i].name});
    if (!shown.previous.empty())
        entries.push_back({ChartLegend::Key::Line, -1, tr("Previous period")});
    if (!shown.forecast.empty()) {
        entries.push_back(
            {ChartLegend::Key::Dashed, shown.lines.size() == 1 ? 0 : -1, tr("Forecast with 80 % and 95 % bands")});
    }
    if (!shown.markers.empty())
        entries.push_back({ChartLegend::Key::Ring, -2, tr("Anomaly")});
    m_legend->setEntries(entries);
    m_legend->setVisible(m_legendVisible && entries.size() > 1);
}

void SeriesChart::setEmptyText(const QString& text)
{
    m_view->emptyText = text;
    m_view->viewport()->update();
}

int SeriesChart::cursor() const
{
    return m_view->cursorStep();
}

void SeriesChart::setCursorStep(int step)
{
    m_view->setCursorStep(step);
}

QSize SeriesChart::sizeHint() const
{
    return {640, 260};
}

} // namespace altimeter::ui

#include "ui/charts/seriesview.h"

#include "ui/charts/chartaxes.h"
#include "ui/charts/chartpainter.h"
#include "ui/charts/chartpens.h"
#include "ui/charts/readoutwords.h"
#include "ui/charts/serieschart.h"
#include "ui/theme/theme.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QLegend>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

namespace {

constexpr int kOpen = -1;
constexpr double kDragPixels = 6; ///< further than this a press is no click

} // namespace

SeriesView::SeriesView(QWidget* parent)
    : QChartView(new QChart, parent), m_emptyText(SeriesChart::tr("No data in this range"))
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

SeriesView::~SeriesView()
{
    delete m_box;
}

// ---- the frame ----

void SeriesView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void SeriesView::setFrame(SeriesFrame frame)
{
    m_frame = std::move(frame);
    m_cursor = m_selectFrom = kOpen;
    m_series = 0;
    setAccessibleDescription(m_frame.description());
    rebuild();
    tell();
}

void SeriesView::setHighlight(int line)
{
    m_frame.highlight = line < static_cast<int>(m_frame.lines.size()) ? std::max(line, kOpen) : kOpen;
    rebuild();
}

void SeriesView::rebuild()
{
    // A fresh chart each time: axes taken out of a chart leave their labels behind, and setChart keeps the old one.
    m_geometry.forgetChart();
    QChart* old = chart();
    setChart(new QChart);
    delete old;
    dress();
    m_shapes = {};
    m_layer = QPixmap();
    if (!m_frame.isEmpty()) {
        m_geometry.measure();
        m_geometry.setChart(chart(), addAxes(*chart(), m_frame, m_geometry, viewport()->size()));
        // At once: what is painted before the next turn of the event loop would lack its axes.
        chart()->layout()->invalidate();
        chart()->layout()->activate();
        m_shapes = ChartShapes(m_frame, m_geometry.values(), viewport()->width() * devicePixelRatioF());
    }
    viewport()->update();
}

void SeriesView::dress()
{
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->legend()->hide();
    chart()->setBackgroundVisible(false);
    chart()->setPlotAreaBackgroundVisible(false);
    const int names = m_frame.isEmpty() ? 0 : static_cast<int>(std::ceil(ChartPainter::namesWidth(m_frame)));
    chart()->setMargins(QMargins(0, 6, std::max(18, names), 0));
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->resize(viewport()->size());
}

void SeriesView::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    rebuild();
}

// ---- painting ----

void SeriesView::drawForeground(QPainter* painter, const QRectF&)
{
    const Theme& theme = Theme::current();
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_frame.isEmpty()) {
        painter->setFont(theme.body);
        painter->setPen(theme.textSecondary);
        painter->drawText(sceneRect(), Qt::AlignCenter, m_emptyText);
        return;
    }
    paintLayer(*painter);
    paintOverlay(*painter);
    if (hasFocus() && m_showFocus) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(pens::stroke(theme.accent, 2));
        painter->drawRoundedRect(sceneRect().adjusted(1, 1, -1, -1), 4, 4);
    }
}

void SeriesView::paintLayer(QPainter& painter)
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
        m_shapes.paint(layer, m_geometry.toScene(), 1 / devicePixelRatioF());
    }
    painter.drawPixmap(QPointF(0, 0), m_layer);
}

void SeriesView::paintOverlay(QPainter& painter)
{
    ChartPainter over(painter, m_frame, m_geometry);
    painter.save();
    painter.setClipRect(chart()->plotArea().adjusted(-10, -10, 10, 1));
    if (m_frame.style == SeriesFrame::Style::Columns)
        over.columns();
    over.zero();
    if (m_selectFrom != kOpen && m_cursor != kOpen)
        over.selection(m_selectFrom, m_cursor);
    painter.restore();
    over.names();
    over.references();
    over.markers();
    if (m_cursor != kOpen)
        over.cursor(m_cursor);
}

// ---- mouse and focus ----

int SeriesView::nearest(double x) const
{
    return m_geometry.nearest(mapToScene(QPoint(qRound(x), 0)));
}

void SeriesView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_frame.isEmpty())
        return;
    setCursorStep(nearest(event->position().x()));
    if (m_pressed && std::fabs(event->position().x() - m_pressX) > kDragPixels && m_selectFrom == kOpen)
        m_selectFrom = nearest(m_pressX);
}

void SeriesView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_frame.isEmpty())
        return;
    m_pressed = true;
    m_pressX = event->position().x();
    m_selectFrom = kOpen;
    m_showFocus = false;
}

void SeriesView::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_pressed || m_frame.isEmpty())
        return;
    m_pressed = false;
    if (m_selectFrom != kOpen) {
        finishSelection();
        return;
    }
    setCursorStep(nearest(event->position().x()));
    const int line = m_geometry.lineAt(m_cursor, event->position());
    if (event->modifiers().testFlag(Qt::ControlModifier) && line >= 0 && m_frame.lines.size() > 1)
        keepWanted(line);
    else
        activate(line);
}

void SeriesView::hideEvent(QHideEvent* event)
{
    QChartView::hideEvent(event);
    m_cursor = kOpen;
    showBox();
}

void SeriesView::leaveEvent(QEvent* event)
{
    QChartView::leaveEvent(event);
    if (!hasFocus() || !m_showFocus)
        setCursorStep(kOpen);
}

void SeriesView::focusInEvent(QFocusEvent* event)
{
    m_showFocus = event->reason() != Qt::MouseFocusReason;
    QChartView::focusInEvent(event);
    if (m_showFocus && m_cursor == kOpen && !m_frame.isEmpty())
        setCursorStep(m_geometry.historySize() - 1);
}

void SeriesView::focusOutEvent(QFocusEvent* event)
{
    QChartView::focusOutEvent(event);
    m_selectFrom = kOpen;
    setCursorStep(kOpen);
}

// ---- keyboard, cursor and selection ----

void SeriesView::keyPressEvent(QKeyEvent* event)
{
    m_showFocus = true;
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        move(event->key() == Qt::Key_Right ? 1 : -1, shift);
        return;
    case Qt::Key_Home:
        setCursorStep(0);
        return;
    case Qt::Key_End:
        setCursorStep(m_geometry.historySize() - 1);
        return;
    case Qt::Key_Up:
    case Qt::Key_Down:
        chooseSeries(event->key() == Qt::Key_Up ? 1 : -1);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        event->modifiers().testFlag(Qt::ControlModifier) ? keepChosen() : activateChosen();
        return;
    case Qt::Key_H:
        highlightChosen();
        return;
    case Qt::Key_Escape:
        if (leaveSelection() || leaveHighlight())
            return;
        break;
    default:
        break;
    }
    event->ignore();
}

void SeriesView::setCursorStep(int step)
{
    const int last = m_geometry.positions() - 1;
    m_cursor = last < 0 ? kOpen : std::clamp(step, kOpen, last);
    viewport()->update();
    tell();
}

void SeriesView::move(int by, bool select)
{
    if (m_frame.isEmpty())
        return;
    if (select && m_selectFrom == kOpen)
        m_selectFrom = std::max(0, m_cursor);
    if (!select)
        m_selectFrom = kOpen;
    setCursorStep(std::max(0, m_cursor + by));
}

void SeriesView::chooseSeries(int by)
{
    const int count = static_cast<int>(m_frame.lines.size());
    if (count > 0)
        m_series = (m_series + by + count) % count;
    viewport()->update();
    tell();
}

void SeriesView::activateChosen()
{
    if (m_selectFrom != kOpen && m_selectFrom != m_cursor)
        finishSelection();
    else
        activate(m_frame.lines.size() == 1 ? 0 : m_series);
}

void SeriesView::keepChosen()
{
    if (m_frame.lines.size() > 1 && keepWanted)
        keepWanted(m_series);
}

void SeriesView::highlightChosen()
{
    if (m_frame.lines.size() > 1 && highlightWanted)
        highlightWanted(m_frame.highlight == m_series ? kOpen : m_series);
}

bool SeriesView::leaveHighlight()
{
    if (m_frame.highlight == kOpen || !highlightWanted)
        return false;
    highlightWanted(kOpen);
    return true;
}

void SeriesView::activate(int line)
{
    if (m_cursor >= 0 && m_cursor < m_geometry.historySize() && activated)
        activated(line, m_frame.steps[static_cast<std::size_t>(m_cursor)]);
}

bool SeriesView::leaveSelection()
{
    if (m_selectFrom == kOpen)
        return false;
    m_selectFrom = kOpen;
    viewport()->update();
    return true;
}

void SeriesView::finishSelection()
{
    const int last = m_geometry.historySize() - 1;
    const int first = std::min({m_selectFrom, m_cursor, last});
    const int end = std::min(std::max(m_selectFrom, m_cursor), last);
    m_selectFrom = kOpen;
    viewport()->update();
    if (ranged)
        ranged(m_frame.steps[static_cast<std::size_t>(std::max(0, first))],
               nextStep(m_frame.steps[static_cast<std::size_t>(end)], m_frame.granularity) - 1);
}

// ---- what is said at the cursor ----

int SeriesView::chosenSeries() const
{
    return m_showFocus && hasFocus() ? m_series : kOpen;
}

/// The box lies over the window, so that a small chart can still say everything.
void SeriesView::showBox()
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
    const QPointF head = m_geometry.at(m_geometry.dayAt(m_cursor).number, 0);
    const QPoint top =
        viewport()->mapTo(window(), QPoint(static_cast<int>(head.x()), static_cast<int>(chart()->plotArea().top())));
    m_box->showAt(top, readout::heading(m_frame, m_cursor), readout::rows(m_frame, m_cursor, chosenSeries()),
                  readout::notes(m_frame, m_cursor));
}

void SeriesView::tell()
{
    showBox();
    if (!readOut)
        return;
    if (m_cursor == kOpen || m_frame.isEmpty()) {
        readOut({});
        return;
    }
    QStringList parts{readout::heading(m_frame, m_cursor)};
    constexpr qsizetype kMost = 3; // heading included: the box says them all, and the status line has more to say
    for (const ChartReadOut::Row& row : readout::rows(m_frame, m_cursor, chosenSeries()))
        if ((m_frame.lines.size() == 1 || row.chosen || !row.color.isValid()) && parts.size() < kMost)
            parts << row.name + QLatin1Char(' ') + row.value;
    parts << readout::notes(m_frame, m_cursor);
    readOut(parts.join(QStringLiteral(" · ")));
}

} // namespace altimeter::ui

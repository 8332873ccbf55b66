#include "ui/charts/waterfallview.h"

#include "ui/charts/chartpens.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kAxisGap = 14, kNames = 36, kTop = 18, kRight = 8;
constexpr double kLeastHeight = 2; ///< of a bar: a small change is seen
constexpr double kWidestBar = 84;
constexpr double kTear = 5; ///< of a bar that does not begin at zero

QColor colorOf(WaterfallFrame::Tone tone)
{
    const Theme& theme = Theme::current();
    switch (tone) {
    case WaterfallFrame::Tone::Rise:
        return theme.warning;
    case WaterfallFrame::Tone::Fall:
        return theme.good;
    case WaterfallFrame::Tone::Even:
        return theme.textTertiary;
    case WaterfallFrame::Tone::Total:
        break;
    }
    return theme.names[0];
}

} // namespace

WaterfallView::WaterfallView(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("What makes the change"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(170);
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
}

void WaterfallView::setFrame(WaterfallFrame frame)
{
    m_frame = std::move(frame);
    const int bars = static_cast<int>(m_frame.bars.size());
    m_current = bars == 0 ? -1 : std::clamp(m_current, bars > 2 ? 1 : 0, bars - 1);
    tell();
}

void WaterfallView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    tell();
}

void WaterfallView::setCurrent(int bar)
{
    if (m_frame.bars.empty())
        return;
    const int wanted = std::clamp(bar, 0, static_cast<int>(m_frame.bars.size()) - 1);
    if (wanted == m_current)
        return;
    m_current = wanted;
    tell();
    emit currentChanged(m_current);
}

/// The whole in a sentence, then the current bar.
QString WaterfallView::description() const
{
    if (m_frame.bars.empty())
        return m_emptyText;
    QStringList said{
        tr("From %1 to %2.", "base, current total").arg(m_frame.bars.front().spoken, m_frame.bars.back().spoken)};
    if (m_current >= 0)
        said << m_frame.bars[static_cast<std::size_t>(m_current)].spoken;
    return said.join(QLatin1Char(' '));
}

void WaterfallView::tell()
{
    update();
    setAccessibleDescription(description());
    QAccessibleEvent told(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&told);
}

// ---- geometry ----

QRectF WaterfallView::plot() const
{
    return QRectF(rect()).adjusted(m_axisWidth, kTop, -kRight, -kNames);
}

std::vector<AxisTick> WaterfallView::ticks() const
{
    const int most = std::max(2, static_cast<int>((height() - kTop - kNames) / 40));
    return moneyTicks(m_frame.values, most, m_frame.currency, format::locale());
}

void WaterfallView::measureAxis()
{
    m_axisWidth = 0;
    const QFontMetrics metrics(Theme::current().small);
    for (const AxisTick& tick : ticks())
        m_axisWidth = std::max(m_axisWidth, metrics.horizontalAdvance(tick.label) + kAxisGap);
}

double WaterfallView::heightAt(double value) const
{
    const ValueRange& values = m_frame.values;
    return plot().bottom() - (value - values.low) / (values.high - values.low) * plot().height();
}

double WaterfallView::slot() const
{
    return plot().width() / static_cast<double>(m_frame.bars.size());
}

QRectF WaterfallView::barRect(int bar) const
{
    const WaterfallFrame::Bar& shown = m_frame.bars.at(static_cast<std::size_t>(bar));
    const double width = std::min(kWidestBar, slot() * 0.68);
    const double left = plot().left() + slot() * bar + (slot() - width) / 2;
    const double start = shown.isTotal() ? std::clamp(0.0, m_frame.values.low, m_frame.values.high) : shown.from;
    double top = heightAt(std::max(start, shown.to)), bottom = heightAt(std::min(start, shown.to));
    if (bottom - top < kLeastHeight) {
        top = (top + bottom - kLeastHeight) / 2;
        bottom = top + kLeastHeight;
    }
    return {left, top, width, bottom - top};
}

int WaterfallView::barAt(const QPointF& at) const
{
    if (m_frame.bars.empty() || at.x() < plot().left() || at.x() >= plot().right())
        return -1;
    return std::min(static_cast<int>((at.x() - plot().left()) / slot()), static_cast<int>(m_frame.bars.size()) - 1);
}

// ---- painting ----

void WaterfallView::paintAxis(QPainter& painter) const
{
    const Theme& theme = Theme::current();
    painter.setFont(theme.small);
    for (const AxisTick& tick : ticks()) {
        const double y = heightAt(tick.at);
        painter.setPen(QPen(tick.at == 0 ? theme.border : theme.gridLine, 1));
        painter.drawLine(QPointF(plot().left(), y), QPointF(plot().right(), y));
        painter.setPen(theme.textSecondary);
        painter.drawText(QRectF(0, y - 10, m_axisWidth - 8, 20), Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
}

void WaterfallView::paintBar(QPainter& painter, int bar) const
{
    const WaterfallFrame::Bar& shown = m_frame.bars[static_cast<std::size_t>(bar)];
    const Theme& theme = Theme::current();
    const QRectF box = barRect(bar);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colorOf(shown.tone));
    painter.drawRoundedRect(box, 2, 2);
    if (shown.isTotal() && m_frame.isCut) { // torn off: it does not begin here
        const bool isBelow = m_frame.values.low > 0;
        const double y = isBelow ? box.bottom() - 12 : box.top() + 12;
        QPolygonF tear;
        for (int i = 0; i <= 6; ++i)
            tear << QPointF(box.left() + box.width() * i / 6, y + (i % 2 == 0 ? kTear : -kTear) / 2);
        painter.setPen(pens::stroke(theme.card, 3));
        painter.drawPolyline(tear);
    }
    if (bar + 1 < static_cast<int>(m_frame.bars.size())) {
        painter.setPen(pens::dashed(theme.textTertiary, 1));
        const double y = heightAt(shown.to);
        painter.drawLine(QPointF(box.right(), y), QPointF(barRect(bar + 1).left(), y));
    }
    if (m_showsFocus && bar == m_current) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 4, 4);
    }
}

void WaterfallView::paintLabels(QPainter& painter, int bar) const
{
    const WaterfallFrame::Bar& shown = m_frame.bars[static_cast<std::size_t>(bar)];
    const Theme& theme = Theme::current();
    const QRectF box = barRect(bar);
    const double left = plot().left() + slot() * bar;
    painter.setFont(theme.numberSmall);
    const QFontMetricsF metrics(theme.numberSmall);
    const bool fits = metrics.horizontalAdvance(shown.amount) <= slot() - 4;
    const bool isBelow = shown.to < 0 && shown.isTotal();
    painter.setPen(theme.text);
    painter.drawText(QRectF(left, isBelow ? box.bottom() + 1 : box.top() - 17, slot(), 16), Qt::AlignCenter,
                     fits ? shown.amount : shown.brief);
    painter.setFont(theme.small);
    painter.setPen(shown.isTotal() ? theme.text : theme.textSecondary);
    const QRectF place(left + 3, plot().bottom() + 4, slot() - 6, kNames - 6);
    const QFontMetricsF names(theme.small);
    if (names.boundingRect(place, Qt::AlignHCenter | Qt::TextWordWrap, shown.name).height() <= place.height())
        painter.drawText(place, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, shown.name);
    else
        painter.drawText(place, Qt::AlignHCenter | Qt::AlignTop,
                         names.elidedText(shown.name, Qt::ElideRight, place.width()));
}

void WaterfallView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_frame.bars.empty()) {
        painter.setFont(Theme::current().body);
        painter.setPen(Theme::current().textSecondary);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    measureAxis();
    paintAxis(painter);
    for (int bar = 0; bar < static_cast<int>(m_frame.bars.size()); ++bar) {
        paintBar(painter, bar);
        paintLabels(painter, bar);
    }
}

// ---- mouse and keyboard ----

void WaterfallView::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_frame.bars.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left:
        setCurrent(m_current - 1);
        break;
    case Qt::Key_Right:
        setCurrent(m_current + 1);
        break;
    case Qt::Key_Home:
        setCurrent(0);
        break;
    case Qt::Key_End:
        setCurrent(last);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0)
            emit activated(m_current);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void WaterfallView::mousePressEvent(QMouseEvent* event)
{
    const int bar = barAt(event->position());
    if (event->button() != Qt::LeftButton || bar < 0)
        return;
    m_showsFocus = false;
    setCurrent(bar);
    emit activated(bar);
}

void WaterfallView::mouseMoveEvent(QMouseEvent* event)
{
    setCursor(barAt(event->position()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void WaterfallView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    m_showsFocus = event->reason() != Qt::MouseFocusReason;
    update();
}

void WaterfallView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    m_showsFocus = false;
    update();
}

bool WaterfallView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int bar = barAt(help->pos());
        QToolTip::showText(help->globalPos(), bar < 0 ? QString() : m_frame.bars[static_cast<std::size_t>(bar)].spoken,
                           this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace altimeter::ui

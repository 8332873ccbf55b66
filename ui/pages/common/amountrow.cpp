#include "ui/pages/common/amountrow.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

namespace {

constexpr int kLine = 30;
constexpr int kTwoLines = 46;

} // namespace

AmountRow::AmountRow(const Content& content, QWidget* parent) : QAbstractButton(parent), m_content(content)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(content.spoken);
    setToolTip(content.spoken);
    m_changeWidth = changeWidthOf(content.change);
}

int AmountRow::changeWidthOf(const QString& text)
{
    return text.isEmpty() ? 0 : QFontMetrics(Theme::current().numberSmall).horizontalAdvance(text) + 14;
}

void AmountRow::setChangeWidth(int width)
{
    m_changeWidth = width;
    update();
}

QSize AmountRow::sizeHint() const
{
    return {240, m_content.detail.isEmpty() ? kLine : kTwoLines};
}

QSize AmountRow::minimumSizeHint() const
{
    return {140, sizeHint().height()};
}

void AmountRow::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void AmountRow::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

void AmountRow::paintBar(QPainter& painter, const QRect& area) const
{
    const Theme& theme = Theme::current();
    const double length = std::clamp(std::abs(m_content.share), 0.0, 1.0) * area.width();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.gridLine);
    painter.drawRoundedRect(QRectF(area.left(), area.bottom() - 3, area.width(), 3), 1.5, 1.5);
    painter.setBrush(m_content.share < 0 ? theme.good
                                         : theme.names[static_cast<std::size_t>(m_content.color) % Theme::kNames]);
    if (length >= 1)
        painter.drawRoundedRect(QRectF(area.left(), area.bottom() - 3, std::max(length, 3.0), 3), 1.5, 1.5);
}

void AmountRow::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus() || underMouse()) {
        painter.setPen(hasFocus() ? QPen(theme.accent, 2) : QPen(Qt::NoPen));
        painter.setBrush(underMouse() ? QBrush(theme.hover) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
    QRect inner = rect().adjusted(8, 0, -8, 0);
    if (m_content.bar)
        paintBar(painter, inner.adjusted(0, 0, 0, -2));
    if (!m_content.icon.isEmpty()) {
        const IconColor ink = m_content.tone == Tone::Bad       ? IconColor::Bad
                              : m_content.tone == Tone::Warning ? IconColor::Warning
                              : m_content.tone == Tone::Good    ? IconColor::Good
                                                                : IconColor::Secondary;
        themedIcon(m_content.icon, ink).paint(&painter, QRect(inner.left(), (kLine - 16) / 2, 16, 16));
        inner.adjust(24, 0, 0, 0);
    }
    QRect line(inner.left(), 0, inner.width(), m_content.bar ? kLine - 4 : kLine);
    if (!m_content.detail.isEmpty())
        line.moveTop(-1);
    if (!m_content.change.isEmpty()) {
        painter.setFont(theme.numberSmall);
        painter.setPen(toneColor(m_content.tone));
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, m_content.change);
        line.setRight(line.right() - m_changeWidth);
    }
    painter.setFont(theme.number);
    painter.setPen(theme.text);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, m_content.amount);
    line.setRight(line.right() - QFontMetrics(theme.number).horizontalAdvance(m_content.amount) - 10);
    painter.setFont(m_content.detail.isEmpty() ? theme.body : theme.bodyBold);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(painter.font()).elidedText(m_content.name, Qt::ElideRight, line.width()));
    if (m_content.detail.isEmpty())
        return;
    painter.setFont(theme.small);
    painter.setPen(theme.textSecondary);
    const QRect second(inner.left(), kLine - 8, inner.width(), 20);
    painter.drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(theme.small).elidedText(m_content.detail, Qt::ElideRight, second.width()));
}

} // namespace altimeter::ui

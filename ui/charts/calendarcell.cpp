#include "ui/charts/calendarcell.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPolygon>

#include <algorithm>

namespace altimeter::ui {

namespace {

QColor mixed(const QColor& a, const QColor& b, double shareOfA)
{
    const auto part = [shareOfA](int x, int y) { return static_cast<int>(x * shareOfA + y * (1 - shareOfA)); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

void frame(QPainter& painter, const QRect& rect, const QColor& color)
{
    painter.setPen(QPen(color, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(0, 0, -1, -1));
}

void stripes(QPainter& painter, const QRect& rect, const QColor& color)
{
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5));
    for (int x = rect.left() - rect.height(); x < rect.right(); x += 5)
        painter.drawLine(QPointF(x, rect.bottom() + 1), QPointF(x + rect.height(), rect.top()));
    painter.restore();
}

void paintState(QPainter& painter, const QRect& rect, CalendarDay::State state)
{
    const Theme& theme = Theme::current();
    switch (state) {
    case CalendarDay::State::None:
        break;
    case CalendarDay::State::Gap: {
        painter.fillRect(rect, mixed(theme.bad, theme.card, 0.14));
        frame(painter, rect, theme.bad);
        QFont font = theme.bodyBold;
        font.setPixelSize(std::min(13, rect.height() - 4));
        font.setBold(true);
        painter.setFont(font);
        painter.setPen(theme.bad);
        painter.drawText(rect, Qt::AlignCenter, QStringLiteral("!"));
        break;
    }
    case CalendarDay::State::Empty: {
        frame(painter, rect, theme.gridLine);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.textTertiary);
        painter.drawEllipse(QRectF(rect).center(), 1.8, 1.8);
        painter.setRenderHint(QPainter::Antialiasing, false);
        break;
    }
    case CalendarDay::State::Final:
        painter.fillRect(rect, theme.accent);
        break;
    case CalendarDay::State::Estimated:
        painter.fillRect(rect, mixed(theme.accent, theme.card, 0.16));
        stripes(painter, rect, mixed(theme.accent, theme.card, 0.75));
        break;
    case CalendarDay::State::Unsaid:
        painter.fillRect(rect, mixed(theme.accent, theme.card, 0.38));
        break;
    }
}

} // namespace

void paintCalendarCell(QPainter& painter, const QRect& rect, const CalendarDay& day)
{
    const Theme& theme = Theme::current();
    paintState(painter, rect, day.state);
    if (day.isRestated) {
        const int side = std::min(rect.width() - 1, 8);
        const int right = rect.right() + 1, top = rect.top();
        painter.setPen(Qt::NoPen);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(theme.card);
        painter.drawPolygon(QPolygon({{right - side, top}, {right, top}, {right, top + side}}));
        painter.setBrush(theme.warning);
        painter.drawPolygon(QPolygon({{right - side, top}, {right - side, top + side}, {right, top + side}}));
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    if (day.isOverlapping) {
        painter.fillRect(QRect(rect.left(), rect.bottom() - 4, rect.width(), 5), theme.card);
        painter.fillRect(QRect(rect.left(), rect.bottom() - 3, rect.width(), 4), theme.warning);
    }
    if (day.duplicates > 0) {
        const int width = std::max(4, rect.width() - 4), left = rect.left() + (rect.width() - width) / 2;
        const int middle = rect.center().y();
        painter.fillRect(QRect(left - 1, middle - 4, width + 2, 9), theme.card);
        painter.fillRect(QRect(left, middle - 3, width, 2), theme.text);
        painter.fillRect(QRect(left, middle + 2, width, 2), theme.text);
    }
}

} // namespace altimeter::ui

#include "ui/pages/overview/keyfigurecard.h"

#include "ui/format/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kSide = 14;
constexpr int kSmallestExact = 15; ///< below it the short form is read more easily, where there is one
constexpr int kSmallestFigure = 12, kSmallestLine = 10;

/// `font` or the largest smaller one, down to `smallest` pixels, in which `text` is less than `width` wide: what is as
/// wide to the pixel may be cut, as widths are rounded.
QFont fittedFont(const QString& text, int width, QFont font = Theme::current().figure, int smallest = kSmallestFigure)
{
    while (font.pixelSize() > smallest && QFontMetrics(font).horizontalAdvance(text) >= width - 1)
        font.setPixelSize(font.pixelSize() - 1);
    return font;
}

} // namespace

QColor toneColor(Tone tone)
{
    const Theme& theme = Theme::current();
    switch (tone) {
    case Tone::Plain:
        return theme.text;
    case Tone::Quiet:
        return theme.textSecondary;
    case Tone::Good:
        return theme.good;
    case Tone::Warning:
        return theme.warning;
    case Tone::Bad:
        return theme.bad;
    }
    return theme.text;
}

KeyFigureCard::KeyFigureCard(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void KeyFigureCard::setContent(const Content& content)
{
    m_content = content;
    QStringList details;
    for (const Line& line : content.lines)
        details << line.text;
    setAccessibleName(format::labelled(content.title, content.figure));
    setAccessibleDescription(details.join("; "));
    showTip();
    update();
}

void KeyFigureCard::setLead(const QString& lead)
{
    m_lead = lead;
    showTip();
}

void KeyFigureCard::showTip()
{
    QStringList tip{m_lead, format::labelled(m_content.title, m_content.figure)};
    for (const Line& line : m_content.lines)
        tip << line.text;
    tip.removeAll(QString());
    setToolTip(tip.join(u'\n'));
}

/// Whether the card does not show all of its texts.
bool KeyFigureCard::isCut() const
{
    const int room = width() - 2 * kSide;
    const int beside = m_content.icon.isEmpty() ? 0 : 28;
    QFont smallest = Theme::current().figure;
    smallest.setPixelSize(kSmallestFigure);
    const QFontMetrics small(Theme::current().small);
    QFont narrow = Theme::current().small;
    narrow.setPixelSize(kSmallestLine);
    return QFontMetrics(smallest).horizontalAdvance(m_content.figure) >= room - beside - 1 ||
           small.horizontalAdvance(m_content.title) > room ||
           std::any_of(m_content.lines.begin(), m_content.lines.end(),
                       [&](const Line& line) { return QFontMetrics(narrow).horizontalAdvance(line.text) >= room - 1; });
}

/// What stands on the card is not said again over it.
bool KeyFigureCard::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractButton::event(event);
    const QString tip = isCut() ? toolTip() : m_lead;
    if (tip.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), tip, this);
    return true;
}

QSize KeyFigureCard::sizeHint() const
{
    return {210, 116};
}

QSize KeyFigureCard::minimumSizeHint() const
{
    return {150, 116};
}

void KeyFigureCard::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void KeyFigureCard::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

void KeyFigureCard::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double pen = hasFocus() ? 2.0 : 1.0;
    painter.setPen(QPen(hasFocus() || underMouse() ? theme.accent : theme.border, pen));
    painter.setBrush(isDown() ? theme.selection : theme.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2), 10, 10);

    const int width = this->width() - 2 * kSide;
    painter.setPen(theme.textSecondary);
    painter.setFont(theme.small);
    painter.drawText(QRect(kSide, 11, width, 18), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(theme.small).elidedText(m_content.title, Qt::ElideRight, width));

    int left = kSide;
    if (!m_content.icon.isEmpty()) {
        themedIcon(m_content.icon, m_content.tone == Tone::Good  ? IconColor::Good
                                   : m_content.tone == Tone::Bad ? IconColor::Bad
                                                                 : IconColor::Secondary)
            .paint(&painter, QRect(left, 36, 22, 22));
        left += 28;
    }
    const int room = width - (left - kSide);
    QString figure = m_content.figure;
    QFont font = fittedFont(figure, room);
    if (font.pixelSize() < kSmallestExact && !m_content.shortFigure.isEmpty()) {
        figure = m_content.shortFigure;
        font = fittedFont(figure, room);
    }
    painter.setFont(font);
    painter.setPen(toneColor(m_content.tone));
    painter.drawText(QRect(left, 30, room, 34), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(font).elidedText(figure, Qt::ElideRight, room));

    painter.setFont(theme.small);
    int top = 68;
    for (const Line& line : m_content.lines) {
        if (top + 18 > height())
            break; // said by the tip
        painter.setPen(toneColor(line.tone));
        const QFont lineFont = fittedFont(line.text, width, theme.small, kSmallestLine);
        painter.setFont(lineFont);
        painter.drawText(QRect(kSide, top, width, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(lineFont).elidedText(line.text, Qt::ElideRight, width));
        top += 18;
    }
}

} // namespace altimeter::ui

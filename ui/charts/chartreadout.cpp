#include "ui/charts/chartreadout.h"

#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

namespace {

constexpr int kLine = 19;
constexpr int kPadding = 12;

QFont boldFont()
{
    QFont font = Theme::current().small;
    font.setWeight(QFont::DemiBold);
    return font;
}

QRectF noteRect(const QString& note, double width)
{
    return QFontMetricsF(Theme::current().small).boundingRect(QRectF(0, 0, width, 400), Qt::TextWordWrap, note);
}

} // namespace

ChartReadOut::ChartReadOut(QWidget* window) : QWidget(window)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Chart read-out"));
    hide();
}

void ChartReadOut::showAt(const QPoint& at, const QString& heading, const std::vector<Row>& rows,
                          const QStringList& notes)
{
    m_heading = heading;
    m_rows = rows;
    m_notes = notes;
    const Theme& theme = Theme::current();
    const QFontMetricsF words(theme.small), digits(theme.numberSmall);
    double valueWidth = 0;
    m_nameWidth = 0;
    QStringList spoken{heading};
    for (const Row& row : rows) {
        m_nameWidth = std::max(m_nameWidth, std::min(210.0, words.horizontalAdvance(row.name) + 2));
        valueWidth = std::max(valueWidth, digits.horizontalAdvance(row.value) * 1.06);
        spoken << row.name + QLatin1Char(' ') + row.value;
    }
    double inner = std::max(QFontMetricsF(boldFont()).horizontalAdvance(heading), 18 + m_nameWidth + 18 + valueWidth);
    for (const QString& note : notes)
        inner = std::max(inner, std::min(300.0, words.horizontalAdvance(note) + 2));
    double tall = kLine * static_cast<double>(rows.size() + 1) + 16;
    for (const QString& note : notes)
        tall += noteRect(note, inner).height() + 6;
    resize(static_cast<int>(std::ceil(inner)) + 2 * kPadding, static_cast<int>(std::ceil(tall)));
    const QWidget* window = parentWidget();
    int x = at.x() + 14;
    if (x + width() > window->width() - 6)
        x = at.x() - 14 - width();
    const int y = std::clamp(at.y(), 6, std::max(6, window->height() - this->height() - 6));
    move(std::max(6, x), y);
    setAccessibleDescription((spoken + notes).join(QStringLiteral(", ")));
    raise();
    show();
    update();
}

void ChartReadOut::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.dark ? QPen(theme.outline, 1) : QPen(Qt::NoPen));
    painter.setBrush(theme.dark ? theme.border : theme.text);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    const double left = kPadding, right = width() - kPadding;
    const QFontMetricsF words(theme.small);
    double y = 8;
    painter.setPen(Qt::white);
    painter.setFont(boldFont());
    painter.drawText(QRectF(left, y, right - left, kLine), Qt::AlignVCenter, m_heading);
    for (const Row& row : m_rows) {
        y += kLine;
        const bool bold = row.chosen || !row.color.isValid();
        if (row.color.isValid()) {
            painter.setPen(QPen(QColor(255, 255, 255, theme.dark ? 0 : 110), 1));
            painter.setBrush(row.color);
            painter.drawRoundedRect(QRectF(left, y + kLine / 2.0 - 5, 10, 10), 3, 3);
        }
        painter.setPen(Qt::white);
        painter.setFont(bold ? boldFont() : theme.small);
        painter.drawText(QRectF(left + 18, y, m_nameWidth + 4, kLine), Qt::AlignVCenter,
                         words.elidedText(row.name, Qt::ElideMiddle, m_nameWidth + 4));
        QFont digits = theme.numberSmall;
        digits.setWeight(bold ? QFont::DemiBold : QFont::Normal);
        painter.setFont(digits);
        painter.drawText(QRectF(left, y, right - left, kLine), Qt::AlignVCenter | Qt::AlignRight, row.value);
    }
    y += kLine + 4;
    painter.setFont(theme.small);
    painter.setPen(QColor(0xF4D25A));
    for (const QString& note : m_notes) {
        const double height = noteRect(note, right - left).height();
        painter.drawText(QRectF(left, y, right - left, height + 2), Qt::TextWordWrap, note);
        y += height + 6;
    }
}

} // namespace altimeter::ui

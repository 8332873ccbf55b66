#include "ui/charts/calendarview.h"

#include "ui/charts/calendarcell.h"
#include "ui/format/calendartext.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace altimeter::ui {

namespace {

constexpr int kHead = 42, kMonthLine = 22, kInset = 12;
constexpr int kSmallestCell = 10, kLargestCell = 26;
constexpr int kSmallestName = 110, kLargestName = 230;

bool isWeekend(Day day)
{
    return day.weekday() >= 5;
}

} // namespace

CalendarView::CalendarView(QWidget* parent) : QAbstractScrollArea(parent)
{
    setAccessibleName(tr("Completeness calendar"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(kHead + 3 * kRowHeight);
    viewport()->setMouseTracking(true);
    viewport()->setAccessibleName(tr("Days"));
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, viewport(), qOverload<>(&QWidget::update));
    for (QScrollBar* bar : {horizontalScrollBar(), verticalScrollBar()})
        connect(bar, &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
}

void CalendarView::setCalendar(std::shared_ptr<const CompletenessCalendar> calendar)
{
    const auto before = current();
    const std::string source = before ? row(*before).source : std::string();
    const Day date = before ? day(*before).day : Day::none();
    m_calendar = std::move(calendar);
    m_hovered.reset();
    m_gaps.clear();
    for (const auto& each : m_calendar->rows)
        m_gaps.push_back(calendartext::gaps(each));
    m_rows.resize(m_calendar->rows.size());
    std::iota(m_rows.begin(), m_rows.end(), std::size_t{0});
    m_place = 0;
    m_day = std::max(0, dayCount() - 1);
    while (m_day > 0 && !m_rows.empty() && day({0, m_day}).state == CalendarDay::State::None)
        --m_day; // begin where there is something to see
    if (!m_rows.empty() && m_day == 0 && day({0, 0}).state == CalendarDay::State::None)
        m_day = std::max(0, dayCount() - 1);
    layOut();
    if (!before || !setCurrent(source, date))
        showNewest();
    tell();
}

void CalendarView::setRows(std::vector<std::size_t> rows)
{
    const auto before = current();
    m_rows = std::move(rows);
    const auto found = before ? std::find(m_rows.begin(), m_rows.end(), before->row) : m_rows.end();
    m_place = found == m_rows.end() ? 0 : static_cast<int>(found - m_rows.begin());
    m_hovered.reset();
    layOut();
    tell();
}

std::optional<CalendarView::Cell> CalendarView::current() const
{
    if (m_rows.empty() || dayCount() <= 0)
        return std::nullopt;
    return Cell{m_rows[static_cast<std::size_t>(m_place)], m_day};
}

const CalendarDay& CalendarView::day(const Cell& cell) const
{
    return m_calendar->rows[cell.row].days[static_cast<std::size_t>(cell.day)];
}

bool CalendarView::setCurrent(const std::string& source, Day day)
{
    for (std::size_t place = 0; place < m_rows.size(); ++place) {
        if (m_calendar->rows[m_rows[place]].source != source || !m_calendar->range.contains(day))
            continue;
        moveTo(static_cast<int>(place), day - m_calendar->range.from);
        return true;
    }
    return false;
}

// ---- geometry ----

void CalendarView::layOut()
{
    const Theme& theme = Theme::current();
    int longest = 0;
    for (const std::size_t row : m_rows)
        longest =
            std::max(longest, QFontMetrics(theme.body).horizontalAdvance(calendartext::rowName(m_calendar->rows[row])));
    m_nameWidth = std::clamp(longest + 2 * kInset + 34, kSmallestName, kLargestName);
    const int room = viewport()->width() - m_nameWidth;
    m_cellWidth = dayCount() > 0 ? std::clamp(room / dayCount(), kSmallestCell, kLargestCell) : kLargestCell;
    horizontalScrollBar()->setPageStep(std::max(1, room));
    horizontalScrollBar()->setSingleStep(m_cellWidth * 7);
    horizontalScrollBar()->setRange(0, std::max(0, dayCount() * m_cellWidth - room));
    const int tall = viewport()->height() - kHead;
    verticalScrollBar()->setPageStep(std::max(1, tall));
    verticalScrollBar()->setSingleStep(kRowHeight);
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_rows.size()) * kRowHeight - tall));
    updateGeometry();
    viewport()->update();
}

QSize CalendarView::sizeHint() const
{
    const int bar = horizontalScrollBar()->maximum() > 0 ? horizontalScrollBar()->sizeHint().height() : 0;
    return {600, kHead + static_cast<int>(m_rows.size()) * kRowHeight + bar + 2};
}

void CalendarView::showNewest()
{
    horizontalScrollBar()->setValue(horizontalScrollBar()->maximum());
    verticalScrollBar()->setValue(0);
}

QRect CalendarView::rectAt(int place, int day) const
{
    return {m_nameWidth + day * m_cellWidth - horizontalScrollBar()->value(),
            kHead + place * kRowHeight - verticalScrollBar()->value(), m_cellWidth, kRowHeight};
}

QRect CalendarView::rectOf(const Cell& cell) const
{
    const auto found = std::find(m_rows.begin(), m_rows.end(), cell.row);
    return found == m_rows.end() ? QRect() : rectAt(static_cast<int>(found - m_rows.begin()), cell.day);
}

std::optional<CalendarView::Cell> CalendarView::cellAt(const QPoint& at) const
{
    if (at.x() < m_nameWidth || at.y() < kHead || m_rows.empty())
        return std::nullopt;
    const int place = (at.y() - kHead + verticalScrollBar()->value()) / kRowHeight;
    const int day = (at.x() - m_nameWidth + horizontalScrollBar()->value()) / m_cellWidth;
    if (place >= static_cast<int>(m_rows.size()) || day >= dayCount())
        return std::nullopt;
    return Cell{m_rows[static_cast<std::size_t>(place)], day};
}

void CalendarView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (!m_calendar)
        return;
    const bool atEnd = horizontalScrollBar()->value() == horizontalScrollBar()->maximum();
    layOut();
    if (atEnd)
        horizontalScrollBar()->setValue(horizontalScrollBar()->maximum());
}

// ---- moving ----

void CalendarView::moveTo(int place, int day)
{
    if (m_rows.empty() || dayCount() <= 0)
        return;
    m_place = std::clamp(place, 0, static_cast<int>(m_rows.size()) - 1);
    m_day = std::clamp(day, 0, dayCount() - 1);
    const QRect cell = rectAt(m_place, m_day);
    auto* across = horizontalScrollBar();
    auto* down = verticalScrollBar();
    if (cell.left() < m_nameWidth)
        across->setValue(across->value() - (m_nameWidth - cell.left()));
    else if (cell.right() >= viewport()->width())
        across->setValue(across->value() + cell.right() - viewport()->width() + 1);
    if (cell.top() < kHead)
        down->setValue(down->value() - (kHead - cell.top()));
    else if (cell.bottom() >= viewport()->height())
        down->setValue(down->value() + cell.bottom() - viewport()->height() + 1);
    tell();
}

void CalendarView::tell()
{
    viewport()->update();
    const auto cell = current();
    setAccessibleDescription(cell ? calendartext::spoken(*m_calendar, row(*cell), day(*cell), format::locale())
                                  : QString());
    QAccessibleEvent heard(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&heard);
    emit currentChanged();
}

/// The next day whose state differs, as Ctrl+arrow goes to the edge of data; else the last one in that direction.
int CalendarView::nextChange(int day, int step) const
{
    const auto& days = row(*current()).days;
    const auto stateOf = [&days](int at) { return days[static_cast<std::size_t>(at)].state; };
    int at = day + step;
    while (at >= 0 && at < dayCount() && stateOf(at) == stateOf(day))
        at += step;
    return std::clamp(at, 0, dayCount() - 1);
}

void CalendarView::keyPressEvent(QKeyEvent* event)
{
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    const bool jump = modifiers == Qt::ControlModifier;
    if (!current() || (modifiers != Qt::NoModifier && !jump)) {
        event->ignore();
        return;
    }
    const int last = static_cast<int>(m_rows.size()) - 1;
    const int page = std::max(1, (viewport()->height() - kHead) / kRowHeight - 1);
    switch (event->key()) {
    case Qt::Key_Left:
        moveTo(m_place, jump ? nextChange(m_day, -1) : m_day - 1);
        return;
    case Qt::Key_Right:
        moveTo(m_place, jump ? nextChange(m_day, 1) : m_day + 1);
        return;
    case Qt::Key_Up:
        moveTo(jump ? 0 : m_place - 1, m_day);
        return;
    case Qt::Key_Down:
        moveTo(jump ? last : m_place + 1, m_day);
        return;
    case Qt::Key_Home:
        moveTo(jump ? 0 : m_place, 0);
        return;
    case Qt::Key_End:
        moveTo(jump ? last : m_place, dayCount() - 1);
        return;
    case Qt::Key_PageUp:
        if (jump)
            break;
        moveTo(m_place - page, m_day);
        return;
    case Qt::Key_PageDown:
        if (jump)
            break;
        moveTo(m_place + page, m_day);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (jump)
            break;
        emit activated();
        return;
    default:
        break;
    }
    event->ignore();
}

void CalendarView::mousePressEvent(QMouseEvent* event)
{
    const auto cell = event->button() == Qt::LeftButton ? cellAt(event->position().toPoint()) : std::nullopt;
    if (!cell)
        return;
    const auto found = std::find(m_rows.begin(), m_rows.end(), cell->row);
    moveTo(static_cast<int>(found - m_rows.begin()), cell->day);
}

void CalendarView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && cellAt(event->position().toPoint()))
        emit activated();
}

void CalendarView::mouseMoveEvent(QMouseEvent* event)
{
    const auto cell = cellAt(event->position().toPoint());
    if (cell == m_hovered)
        return;
    m_hovered = cell;
    viewport()->update();
    emit hoverChanged();
}

bool CalendarView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave && m_hovered) {
        m_hovered.reset();
        viewport()->update();
        emit hoverChanged();
    }
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int place = (help->pos().y() - kHead + verticalScrollBar()->value()) / kRowHeight;
    const bool onName =
        help->pos().x() < m_nameWidth && help->pos().y() >= kHead && place < static_cast<int>(m_rows.size());
    if (const auto cell = cellAt(help->pos()))
        QToolTip::showText(help->globalPos(),
                           calendartext::spoken(*m_calendar, row(*cell), day(*cell), format::locale()), viewport());
    else if (onName)
        QToolTip::showText(help->globalPos(),
                           calendartext::rowName(m_calendar->rows[m_rows[static_cast<std::size_t>(place)]]).trimmed(),
                           viewport());
    else
        QToolTip::hideText();
    return true;
}

void CalendarView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void CalendarView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

// ---- painting ----

void CalendarView::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme.card);
    if (!m_calendar || dayCount() <= 0)
        return;
    const int first = std::clamp(horizontalScrollBar()->value() / m_cellWidth, 0, dayCount() - 1);
    const int last = std::min(dayCount() - 1, first + (viewport()->width() - m_nameWidth) / m_cellWidth + 1);
    const int firstPlace = verticalScrollBar()->value() / kRowHeight;
    const int lastPlace =
        std::min(static_cast<int>(m_rows.size()) - 1, firstPlace + (viewport()->height() - kHead) / kRowHeight + 1);
    painter.save();
    painter.setClipRect(QRect(m_nameWidth, kHead, viewport()->width() - m_nameWidth, viewport()->height() - kHead));
    paintBands(painter, first, last);
    for (int place = firstPlace; place <= lastPlace; ++place)
        paintRow(painter, place, first, last);
    painter.restore();
    painter.save();
    painter.setClipRect(QRect(m_nameWidth, 0, viewport()->width() - m_nameWidth, kHead));
    paintHeader(painter, first, last);
    painter.restore();
    painter.setClipRect(QRect(0, kHead, m_nameWidth, viewport()->height() - kHead));
    for (int place = firstPlace; place <= lastPlace; ++place)
        paintName(painter, place);
    painter.setClipping(false);
    painter.fillRect(QRect(0, kHead - 1, viewport()->width(), 1), theme.border);
    painter.fillRect(QRect(m_nameWidth - 1, 0, 1, viewport()->height()), theme.border);
}

void CalendarView::paintBands(QPainter& painter, int first, int last) const
{
    const Theme& theme = Theme::current();
    const int height = static_cast<int>(m_rows.size()) * kRowHeight - verticalScrollBar()->value();
    for (int day = first; day <= last; ++day) {
        const QRect column = rectAt(0, day);
        if (isWeekend(dayAt(day)))
            painter.fillRect(QRect(column.left(), kHead, m_cellWidth, height), theme.hover);
        if (dayAt(day).dayOfMonth() == 1)
            painter.fillRect(QRect(column.left(), kHead, 1, height), theme.outline);
    }
}

void CalendarView::paintRow(QPainter& painter, int place, int first, int last) const
{
    const Theme& theme = Theme::current();
    const std::size_t record = m_rows[static_cast<std::size_t>(place)];
    const auto& days = m_calendar->rows[record].days;
    painter.fillRect(QRect(m_nameWidth, rectAt(place, 0).bottom(), dayCount() * m_cellWidth, 1), theme.gridLine);
    for (int day = first; day <= std::min(last, static_cast<int>(days.size()) - 1); ++day) {
        const QRect cell = rectAt(place, day).adjusted(1, 3, -1, -4);
        paintCalendarCell(painter, cell, days[static_cast<std::size_t>(day)]);
        const bool isCurrent = place == m_place && day == m_day;
        const bool isHovered = m_hovered == Cell{record, day};
        if (!isCurrent && !isHovered)
            continue;
        painter.setBrush(Qt::NoBrush);
        if (isCurrent) {
            painter.setPen(QPen(theme.card, 1));
            painter.drawRect(cell);
        }
        painter.setPen(
            QPen(isCurrent ? (hasFocus() ? theme.text : theme.textSecondary) : theme.outline, isCurrent ? 2 : 1));
        painter.drawRect(cell.adjusted(-1, -1, isCurrent ? 1 : 0, isCurrent ? 1 : 0));
    }
}

void CalendarView::paintHeader(QPainter& painter, int first, int last) const
{
    const Theme& theme = Theme::current();
    QFont days = theme.numberSmall;
    days.setPixelSize(10);
    for (int day = first; day <= last; ++day) {
        const Day date = dayAt(day);
        const int left = rectAt(0, day).left();
        if (date.dayOfMonth() == 1 || day == first) {
            const Day next = date.addMonths(1);
            const int right = rectAt(0, next - m_calendar->range.from).left();
            const int start = std::max(left, m_nameWidth);
            if (date.dayOfMonth() == 1)
                painter.fillRect(QRect(left, 4, 1, kHead - 4), theme.outline);
            const QString title = format::monthShort(date, format::locale());
            painter.setFont(theme.bodyBold);
            painter.setPen(theme.text);
            if (right - start > QFontMetrics(theme.bodyBold).horizontalAdvance(title) + 8)
                painter.drawText(QRect(start + 6, 0, right - start - 6, kMonthLine), Qt::AlignLeft | Qt::AlignVCenter,
                                 title);
        }
        const bool isCurrent = day == m_day;
        if (!isCurrent && date.weekday() != 0 && m_cellWidth < 20)
            continue;
        const int near = std::abs(day - m_day);
        if (!isCurrent && (near * m_cellWidth < 16 || left < m_nameWidth))
            continue; // the number of the current day stands there, or it would be cut
        painter.setFont(days);
        painter.setPen(isCurrent ? theme.accent : theme.textTertiary);
        if (isCurrent) {
            QFont bold = days;
            bold.setBold(true);
            painter.setFont(bold);
        }
        const int wide = QFontMetrics(painter.font()).horizontalAdvance(QStringLiteral("00"));
        const int start = std::max(left + (m_cellWidth - wide) / 2, m_nameWidth + 2);
        painter.drawText(QRect(start, kMonthLine, wide, kHead - kMonthLine - 2), Qt::AlignCenter,
                         QString::number(date.dayOfMonth()));
    }
}

void CalendarView::paintName(QPainter& painter, int place) const
{
    const Theme& theme = Theme::current();
    const std::size_t record = m_rows[static_cast<std::size_t>(place)];
    const bool isCurrent = place == m_place;
    QRect box(0, rectAt(place, 0).top(), m_nameWidth, kRowHeight);
    painter.fillRect(box, isCurrent ? theme.selection : theme.card);
    painter.fillRect(QRect(0, box.bottom(), m_nameWidth, 1), theme.gridLine);
    box.adjust(kInset, 0, -kInset, -1);
    if (m_gaps[record] > 0) {
        const QString missing = QStringLiteral("! ") + format::count(m_gaps[record], format::locale());
        painter.setFont(theme.numberSmall);
        painter.setPen(theme.bad);
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, missing);
        box.setRight(box.right() - QFontMetrics(theme.numberSmall).horizontalAdvance(missing) - 8);
    }
    const QFont& font = isCurrent ? theme.bodyBold : theme.body;
    painter.setFont(font);
    painter.setPen(theme.text);
    painter.drawText(
        box, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(font).elidedText(calendartext::rowName(m_calendar->rows[record]), Qt::ElideMiddle, box.width()));
}

} // namespace altimeter::ui

#pragma once

#include <QAbstractScrollArea>

#include "models/domain/completeness.h"

#include <memory>
#include <optional>
#include <vector>

namespace altimeter::ui {

/// Source × day as a heat map: names at the left and months on top stay while the days scroll.
///
/// Arrow keys move the current cell; Ctrl+Left/Right jump to where the state changes, Home/End to the first and last
/// day, Ctrl+Home/End to the corners, PageUp/PageDown by a screen of sources. Enter or a double click activates.
class CalendarView : public QAbstractScrollArea {
    Q_OBJECT
public:
    struct Cell {
        std::size_t row = 0; ///< of the calendar's rows
        int day = 0;         ///< of the row's days
        friend bool operator==(const Cell&, const Cell&) = default;
    };
    static constexpr int kRowHeight = 26;

    explicit CalendarView(QWidget* parent = nullptr);
    /// Another calendar; the current source and day are kept where they still are.
    void setCalendar(std::shared_ptr<const CompletenessCalendar> calendar);
    /// The rows to show, in this order.
    void setRows(std::vector<std::size_t> rows);
    std::size_t shownRows() const { return m_rows.size(); }
    /// The cell of the keyboard; none where nothing is shown.
    std::optional<Cell> current() const;
    /// The cell under the mouse.
    std::optional<Cell> hovered() const { return m_hovered; }
    /// Goes to a source and day; false where it is not shown.
    bool setCurrent(const std::string& source, Day day);
    const CalendarDay& day(const Cell& cell) const;
    const CompletenessCalendar::Row& row(const Cell& cell) const { return m_calendar->rows[cell.row]; }
    /// Where a cell lies in the viewport (tests).
    QRect rectOf(const Cell& cell) const;

    /// Tall enough for every row.
    QSize sizeHint() const override;

signals:
    void currentChanged();
    void hoverChanged();
    void activated();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    int dayCount() const { return m_calendar ? m_calendar->range.days() : 0; }
    Day dayAt(int index) const { return m_calendar->range.from + index; }
    std::optional<Cell> cellAt(const QPoint& at) const;
    QRect rectAt(int place, int day) const; ///< `place` counts shown rows
    int nextChange(int day, int step) const;
    void moveTo(int place, int day);
    void tell();
    void layOut();
    void showNewest();
    void paintBands(QPainter& painter, int first, int last) const;
    void paintHeader(QPainter& painter, int first, int last) const;
    void paintRow(QPainter& painter, int place, int first, int last) const;
    void paintName(QPainter& painter, int place) const;

    std::shared_ptr<const CompletenessCalendar> m_calendar;
    std::vector<std::size_t> m_rows;
    std::vector<std::size_t> m_gaps; ///< days missing, by row of the calendar
    int m_place = 0, m_day = 0;      ///< the current cell
    std::optional<Cell> m_hovered;
    int m_nameWidth = 140, m_cellWidth = 12;
};

} // namespace altimeter::ui

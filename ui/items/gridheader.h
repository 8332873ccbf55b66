#pragma once

#include <QHeaderView>
#include <QString>

#include <map>

class QLineEdit;

namespace altimeter::ui {

/// A column header that aligns its titles with the figures below and puts the sort arrow beside the text: ▼ is
/// descending. (The style's own header reserves room for the arrow and shifts numbers by 12 px.)
///
/// Below the titles it can have a row of fields, one above each column, in which its filter is typed; the fields are
/// made when their column is first seen.
class GridHeader : public QHeaderView {
    Q_OBJECT
public:
    static constexpr int kInset = 12;        ///< horizontal padding shared with the cells
    static constexpr int kTitleHeight = 34;  ///< of the titles
    static constexpr int kFilterHeight = 30; ///< of the fields

    /// Pixels that the title of a column takes, without an arrow beside it.
    static int titleWidth(const QAbstractItemModel& model, int column);
    explicit GridHeader(QWidget* parent = nullptr);

    void setFiltersShown(bool shown);
    bool areFiltersShown() const { return m_filtersShown; }
    /// Puts the keyboard into the field above a column.
    void focusFilter(int column);
    /// Shows what the model has as filters and what is wrong with them.
    void readFilters();
    QLineEdit* filterField(int column) const;
    /// So many of the sections in sight, from the left, stay where they are while the others scroll; fewer where they
    /// would leave the others no room.
    void setFrozenCount(int count);
    /// Whether a section stays.
    bool isFrozen(int column) const;
    /// Pixels that the frozen sections take.
    int frozenWidth() const;

signals:
    /// A click with Shift held: the column becomes a further key of the order.
    void alsoSortRequested(int column);
    void filterTyped(int column, const QString& typed);
    /// The keyboard leaves the fields for the rows below.
    void filterLeft(int column);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

protected slots:
    void updateGeometries() override;

private:
    QLineEdit* makeField(int column);
    void placeFields();
    void showFilter(QLineEdit& field, int column);
    void goTo(int column, int step);
    void paintSortMark(QPainter& painter, double left, double middle, int section) const;
    int frozenSections() const;
    QMouseEvent inPlace(const QMouseEvent& event) const;

    int m_frozenCount = 0;
    bool m_isPressedOnFrozen = false;
    int m_alsoPressed = -1;             ///< the section that was pressed with Shift held
    std::map<int, QLineEdit*> m_fields; ///< by column
    bool m_filtersShown = false;
};

} // namespace altimeter::ui

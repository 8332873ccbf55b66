#pragma once

#include <QTableView>

#include "ui/items/gridmodel.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

class QTimer;

namespace altimeter::ui {

class GridColumns;
class GridHeader;

/// What the status bar says of a selection.
struct SelectionSummary {
    struct Sum {
        AmountSum sum;
        int count = 0;
    };
    std::map<Currency, Sum> sums; ///< by currency: different currencies never add
    qint64 cells = 0;
    qint64 notLoaded = 0;  ///< selected rows still on their way; then there is no honest sum
    bool isAdding = false; ///< a large selection is still being added up; `sums` are not said yet
    QString whyNone;       ///< why there is no sum, in whole words, where somebody else was asked
    bool isMixed = false;  ///< totals with their parts, or costs with changes: there is no sum of those
};

/// A grid that behaves as people who live in spreadsheets expect.
///
/// Ctrl+arrows jump to the edge of data, Shift extends, Home/End go along the row, Ctrl+Home/End to the corners,
/// Ctrl+Space selects the column, Shift+Space the row, Ctrl+A everything, Ctrl+C copies (text and HTML), Ctrl+Shift+C
/// with headers, Ctrl+Alt+Down/Up sorts by the current column (with Shift, or by Shift and a click on its title, as a
/// further key), Alt+Shift+Left/Right moves the column, Enter or a double click drills. Where rows have parts below
/// them, + and - (or a click on the mark) open and fold one, * and / all.
///
/// The first columns stay at the left while the others scroll (GridColumns::frozen()): they are painted once more over
/// what scrolled below them, and indexAt() and visualRect() know them there, so that mouse, keys and assistive tools
/// meet one grid and not two.
///
/// Columns of figures are as wide as what shows in them; where the user made one narrower, its amounts are written in
/// short with their unit, never cut.
class GridView : public QTableView {
    Q_OBJECT
public:
    /// More cells than this are not copied: the clipboard of every program in sight would hold them as text.
    static constexpr qint64 kMostCopied = 200'000;
    /// More cells than this are copied as plain text only.
    static constexpr qint64 kMostCopiedAsHtml = 20'000;
    /// A larger selection is added up in slices of this many cells and let go when the rows change places.
    static constexpr qint64 kSlice = 50'000;

    explicit GridView(const QString& accessibleName, QWidget* parent = nullptr);

    void setGridModel(GridModel* model);
    /// Whether clicks on titles sort.
    void setSortingEnabled(bool enabled);
    GridModel* gridModel() const { return m_model; }
    /// Whole or not at all. False: there was nothing to copy, or it is too much for a clipboard. Rows that are not
    /// loaded are read first: copied() or copyRefused() follows.
    bool copySelection(bool withHeaders);
    /// What is known of the selection now; selectionSummaryChanged() says when more is.
    const SelectionSummary& summary() const { return m_summary; }
    /// Stretches of rows of which any cell is selected, both ends inside, ascending.
    std::vector<std::pair<int, int>> selectedRowStretches() const { return selectedStretches(-1); }
    /// Selected rows, ascending.
    std::vector<int> selectedRows() const;
    /// The row of fields below the titles, in which filters are typed; only for a model that can filter. Typing in it
    /// is also reached by Ctrl+Shift+F.
    void setFiltersShown(bool shown);
    bool areFiltersShown() const;
    void focusFilter(int column = -1); ///< -1: of the current column
    void clearFilters();
    /// "12 of 78" while a filter is at work, what is wrong where it is wrong; else empty.
    QString filterSummary() const;
    GridHeader* gridHeader() const { return m_header; }
    /// What the user chose for the columns.
    GridColumns& columns() { return *m_columns; }
    const GridColumns& columns() const { return *m_columns; }
    /// The cell as it is written here: the model's text, or the amount as the user wants it.
    QString cellText(const QModelIndex& index) const;
    /// The same of a line of totals.
    QString footerText(const GridModel::FooterLine& line, int column) const;
    /// The menu of a column: sorting, filter, number format, which columns are in sight.
    void openColumnMenu(int column, const QPoint& globalPosition);
    /// Gives columns the widths the model prefers; the first column takes what is left.
    void layOutColumns();
    /// Makes a column a further key of the order, or turns its way where it is one; see GridModel::sortBy().
    void alsoSortBy(int column, std::optional<Qt::SortOrder> order = std::nullopt);
    /// The header shows the order the model has.
    void readSortKeys();
    /// The column, in sight, before or behind another as they are shown; itself where there is none.
    int besideColumn(int column, int by) const;

    QModelIndex indexAt(const QPoint& at) const override;
    QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    /// Whether a cell has a note, which is marked in its corner; may be null. Asked for each cell that is painted.
    std::function<bool(const QModelIndex& cell)> isNoted;

signals:
    void drillRequested(const QModelIndex& index);
    void menuRequested(const QPoint& globalPosition);
    void selectionSummaryChanged();
    void copyRefused(const QString& reason);
    /// A selection that was not all loaded is on the clipboard now.
    void copied();
    /// What filterSummary() says may be another.
    void filtersChanged();
    /// The user put the rows in an order: GridModel::sortKeys().
    void sortChosen();
    /// Every row shall be folded, or open.
    void foldAllRequested(bool fold);

protected:
    void paintEvent(QPaintEvent* event) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void keyboardSearch(const QString& text) override;

private:
    void openCellMenu(const QPoint& globalPosition);
    bool moveByKey(QKeyEvent* event);
    bool selectByKey(QKeyEvent* event);
    bool foldByKey(QKeyEvent* event);
    bool sortByKey(QKeyEvent* event);
    bool moveColumnByKey(QKeyEvent* event);
    QItemSelection block(const QModelIndex& from, const QModelIndex& to) const;
    bool isOnFoldMark(const QPoint& at) const;
    int figureWidth(int column, int firstRow, int lastRow) const;
    void widenForShown();
    void moveTo(int row, int column, bool extend);
    int shownColumnCount() const;
    int columnEdge(int row, int column, int by) const;
    int edge(int row, int column, int rowStep, int columnStep) const;
    /// Stretches of rows, ascending and apart from each other, of which a cell is selected in `column` (-1: in any).
    std::vector<std::pair<int, int>> selectedStretches(int column) const;
    void beginSummary();
    bool askStoredSum();
    void putOnClipboard(bool withHeaders);
    std::vector<int> selectedColumns() const;
    void addSlice();
    void letGoOfLargeSelection();

    /// A stretch of one column that waits to be added up.
    struct Part {
        int column, row, bottom;
    };
    SelectionSummary m_summary, m_adding;
    std::vector<Part> m_parts;
    std::optional<int> m_sumKind; ///< of the amounts added so far
    QTimer* m_adder;
    QTimer* m_widener;
    quint64 m_summaryRequest = 0; ///< numbers what was asked to be added up

    QMetaObject::Connection m_sorted;
    GridHeader* m_header;
    GridColumns* m_columns;
    GridModel* m_model = nullptr;
    std::vector<GridModel::FooterLine> m_footer; ///< of the model: its totals need room too
    QPersistentModelIndex m_anchor;
    bool m_movingByKey = false;
    bool m_sizing = false;
    bool m_filtering = false; ///< the rows are about to change for a filter: widths and place stay
};

} // namespace altimeter::ui

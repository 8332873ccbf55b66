#pragma once

#include <QTableView>

#include "ui/items/gridmodel.h"

#include <map>
#include <utility>
#include <vector>

class QTimer;

namespace altimeter::ui {

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
};

/// A grid that behaves as people who live in spreadsheets expect.
///
/// Ctrl+arrows jump to the edge of data, Shift extends, Home/End go along the row, Ctrl+Home/End to the corners,
/// Ctrl+Space selects the column, Shift+Space the row, Ctrl+A everything, Ctrl+C copies (text and HTML), Ctrl+Shift+C
/// with headers, Ctrl+Alt+Down/Up sorts by the current column, Enter or a double click drills.
class GridView : public QTableView {
    Q_OBJECT
public:
    static constexpr int kRowHeight = 30;
    /// More cells than this are not copied: the clipboard of every program in sight would hold them as text.
    static constexpr qint64 kMostCopied = 200'000;
    /// More cells than this are copied as plain text only.
    static constexpr qint64 kMostCopiedAsHtml = 20'000;
    /// A larger selection is added up in slices of this many cells and let go when the rows change places.
    static constexpr qint64 kSlice = 50'000;

    explicit GridView(const QString& accessibleName, QWidget* parent = nullptr);

    void setGridModel(GridModel* model);
    GridModel* gridModel() const { return m_model; }
    /// False: there was nothing to copy, it is too much for a clipboard, or part of it is not loaded.
    bool copySelection(bool withHeaders);
    /// What is known of the selection now; selectionSummaryChanged() says when more is.
    const SelectionSummary& summary() const { return m_summary; }
    /// Selected rows, ascending.
    std::vector<int> selectedRows() const;
    /// Gives columns the widths the model prefers; the first column takes what is left.
    void layOutColumns();

signals:
    void drillRequested(const QModelIndex& index);
    void menuRequested(const QPoint& globalPosition);
    void selectionSummaryChanged();
    void copyRefused(const QString& reason);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void keyboardSearch(const QString& text) override;

private:
    bool moveByKey(QKeyEvent* event);
    bool selectByKey(QKeyEvent* event);
    void moveTo(int row, int column, bool extend);
    int edge(int row, int column, int rowStep, int columnStep) const;
    /// Stretches of rows, ascending and apart from each other, of which a cell is selected in `column` (-1: in any).
    std::vector<std::pair<int, int>> selectedStretches(int column) const;
    void beginSummary();
    void addSlice();
    void letGoOfLargeSelection();

    /// A stretch of one column that waits to be added up.
    struct Part {
        int column, row, bottom;
    };
    SelectionSummary m_summary, m_adding;
    std::vector<Part> m_parts;
    QTimer* m_adder;

    GridModel* m_model = nullptr;
    QPersistentModelIndex m_anchor;
    bool m_movingByKey = false;
    bool m_userSized = false;
    bool m_sizing = false;
};

} // namespace altimeter::ui

#pragma once

#include <QTableView>

#include "ui/items/gridmodel.h"

#include <map>

namespace altimeter::ui {

/// What the status bar says of a selection.
struct SelectionSummary {
    struct Sum {
        AmountSum sum;
        int count = 0;
    };
    std::map<Currency, Sum> sums; ///< by currency: different currencies never add
    qint64 cells = 0;
    qint64 unknown = 0;   ///< selected amount cells without an amount
    qint64 notLoaded = 0; ///< selected rows still on their way; then there is no honest sum
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

    explicit GridView(const QString& accessibleName, QWidget* parent = nullptr);

    void setGridModel(GridModel* model);
    GridModel* gridModel() const { return m_model; }
    /// False: there was nothing to copy, or part of it is not loaded.
    bool copySelection(bool withHeaders);
    SelectionSummary summary() const;
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
    bool isEmptyCell(int row, int column) const;

    GridModel* m_model = nullptr;
    QPersistentModelIndex m_anchor;
    bool m_movingByKey = false;
    bool m_userSized = false;
    bool m_sizing = false;
};

} // namespace altimeter::ui

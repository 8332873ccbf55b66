#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>

#include "models/domain/money.h"

#include <optional>
#include <vector>

namespace altimeter::ui {

/// What a GridView shows: a table whose cells know their exact value, so that selection sums, copies and CSV never read
/// figures back from the screen.
class GridModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        SortRole = Qt::UserRole + 1, ///< raw value of the cell: text, number, or the amount's exact text
        BarRole,                     ///< double 0..1: length of the bar behind the figure
        ProgressRole,                ///< double 0..1: how far something has come, a thin line under the text
    };
    /// One line under the grid; never part of the rows.
    struct FooterLine {
        QStringList cells; ///< one per column, formatted
        QString spoken;    ///< "Total USD: $31,842.17"
    };

    using QAbstractTableModel::QAbstractTableModel;

signals:
    /// The rows are about to change places; comes before layoutAboutToBeChanged, while a view may still let go of a
    /// selection too large to carry over.
    void aboutToReorder();
    /// The totals changed without a reset.
    void footerChanged();

public:
    /// Whether the column holds numbers (right-aligned, exempt from the CSV guard).
    virtual bool isNumberColumn(int column) const = 0;
    /// The exact amount of a cell; nothing for other columns, unknown cells and rows that are not loaded.
    virtual std::optional<Amount> amountAt(int row, int column) const = 0;
    virtual Currency currencyAt(int row) const = 0;
    /// The cell for other programs: plain exact decimal, ISO date, text as it is; empty for unknown.
    virtual QString rawText(int row, int column) const = 0;
    /// False while a row is on its way.
    virtual bool isLoaded(int row) const
    {
        (void)row;
        return true;
    }
    /// Whether the cell holds nothing for other programs; false while it is on its way.
    virtual bool isEmptyCell(int row, int column) const { return isLoaded(row) && rawText(row, column).isEmpty(); }
    virtual std::vector<FooterLine> footer() const { return {}; }
    /// Preferred width of a column in pixels.
    virtual int columnWidth(int column) const = 0;
    /// How much of the width that is left over a column takes, relative to the others.
    virtual int columnStretch(int column) const { return column == 0 ? 1 : 0; }
    /// Header text for other programs ("cost" would lose its currency: "cost_USD" where there is only one).
    virtual QString rawHeader(int column) const { return headerData(column, Qt::Horizontal).toString(); }
};

} // namespace altimeter::ui

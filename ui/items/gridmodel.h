#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>

#include "models/domain/cellfilter.h"
#include "models/domain/money.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
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
        FoldRole,                    ///< Fold, as int: the mark of a row with parts below it
        ShortRole,                   ///< the amount in few letters with its unit, where the whole does not fit
    };
    enum Fold { NoFold, Folded, Open, Beside }; ///< Beside: no mark, but in line with those that have one
    /// One line under the grid; never part of the rows.
    struct FooterLine {
        QStringList cells; ///< one per column, formatted
        QString spoken;    ///< "Total USD: $31,842.17"
        Currency currency;
        std::map<int, Amount> amounts; ///< of the columns of amounts, for who writes them otherwise
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
    /// True where isLoaded() holds for every row there is or will be.
    virtual bool isWhole() const { return true; }
    /// A sum that somebody else added up; currencies never add.
    struct KnownSum {
        AmountSum sum;
        std::uint64_t count = 0;
    };
    using KnownSums = std::map<Currency, KnownSum>;
    using Stretches = std::vector<std::pair<int, int>>; ///< of rows, both ends inside, ascending
    /// Asks for the sum of stretches of which not all rows are loaded; `told` gets nothing and the reason where there
    /// is none. False: nobody adds them up. The newest request wins.
    using SumsTold = std::function<void(std::optional<KnownSums>, const QString&)>;
    virtual bool askSum(int column, const Stretches& rows, SumsTold told)
    {
        (void)column, (void)rows, (void)told;
        return false;
    }
    /// Loads all of these rows and keeps them until `told` has run; whole or not at all. False: that cannot be done.
    virtual bool loadRows(const Stretches& rows, std::function<void(bool)> told)
    {
        (void)rows, (void)told;
        return false;
    }
    /// Whether the cell holds nothing for other programs; false while it is on its way.
    virtual bool isEmptyCell(int row, int column) const { return isLoaded(row) && rawText(row, column).isEmpty(); }
    /// Figures of different kinds (a cost and its change, a total and its parts) do not add up to anything: a selection
    /// has a sum only where all its amounts are of one kind.
    virtual int sumKind(int row, int column) const
    {
        (void)row, (void)column;
        return 0;
    }
    /// Shows or hides what lies below a row; a row without parts stays as it is.
    virtual void setFolded(int row, bool folded) { (void)row, (void)folded; }
    /// By what rows are put in order; the first key counts most.
    struct SortKey {
        int column = -1;
        Qt::SortOrder order = Qt::AscendingOrder;
        friend bool operator==(const SortKey&, const SortKey&) = default;
    };
    using SortKeys = std::vector<SortKey>;
    virtual SortKeys sortKeys() const { return {}; }
    /// Keys beyond mostSortKeys() are left out. sort() is the same with one key.
    virtual void sortBy(const SortKeys& keys)
    {
        if (!keys.empty())
            sort(keys.front().column, keys.front().order);
    }
    virtual std::size_t mostSortKeys() const { return 1; }
    virtual bool canSortColumn(int column) const
    {
        (void)column;
        return true;
    }
    /// How many columns, of those in sight, stay at the left while others scroll, until the user chooses.
    virtual int frozenAtFirst() const { return 1; }
    /// What a column is called where its filter, width and place are kept: the same for the same column of any answer.
    virtual QString columnKey(int column) const { return rawHeader(column); }
    /// The same for its filter: columns that are kept as one can be filtered one by one.
    virtual QString filterKey(int column) const { return columnKey(column); }
    virtual CellFilter::Kind filterKind(int column) const
    {
        return isNumberColumn(column) ? CellFilter::Kind::Number : CellFilter::Kind::Text;
    }
    /// Whether filters of columns do anything.
    virtual bool canFilter() const { return false; }
    virtual bool canFilterColumn(int column) const
    {
        (void)column;
        return canFilter();
    }
    /// Only rows that every filter keeps are shown from now on, soon where they are many; see CellFilter. Empty: all.
    virtual void setFilterText(int column, const QString& typed) { (void)column, (void)typed; }
    virtual void clearFilters() {}
    virtual QString filterText(int column) const
    {
        (void)column;
        return {};
    }
    /// What is wrong with the filter of a column; empty: nothing.
    virtual QString filterError(int column) const
    {
        (void)column;
        return {};
    }
    virtual bool isFiltered() const { return false; }
    /// Rows there are without filters.
    virtual qint64 unfilteredRows() const { return rowCount(); }
    virtual std::vector<FooterLine> footer() const { return {}; }
    /// A total for other programs, in English and exact.
    virtual QString rawFooter(const FooterLine& line, int column) const
    {
        const auto amount = line.amounts.find(column);
        return amount != line.amounts.end() ? QString::fromStdString(amount->second.toString(2))
               : column == 0                ? QStringLiteral("Total")
                                            : QString();
    }
    /// Whether exports, and copies of all rows with their headers, end with the totals: those of a table whose rows are
    /// subtotals already.
    virtual bool handsOutTotals() const { return false; }
    /// Whether a column is out of sight until the user chooses it.
    virtual bool isHiddenAtFirst(int column) const
    {
        (void)column;
        return false;
    }
    /// Whether one column can go out of sight without the others.
    virtual bool canHide(int column) const
    {
        (void)column;
        return true;
    }
    /// Preferred width of a column in pixels.
    virtual int columnWidth(int column) const = 0;
    /// How much of the width that is left over a column takes, relative to the others.
    virtual int columnStretch(int column) const { return column == 0 ? 1 : 0; }
    /// Header text for other programs ("cost" would lose its currency: "cost_USD" where there is only one).
    virtual QString rawHeader(int column) const { return headerData(column, Qt::Horizontal).toString(); }
};

} // namespace altimeter::ui

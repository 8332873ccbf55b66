#pragma once

#include <QLocale>

#include "models/domain/query.h"
#include "ui/items/gridmodel.h"

#include <map>
#include <optional>
#include <vector>

namespace altimeter::ui {

/// A CostTable as a grid, with the previous period beside it where one is given. Formats, never adds up: totals are
/// those of the answer.
class CostTableModel : public GridModel {
    Q_OBJECT
public:
    /// Kinds of columns; a Key column exists per grouping dim.
    enum class Column {
        Key,
        Period,
        CurrencyCode,
        Cost,
        Share,
        Previous,
        Change,
        ChangePercent,
        Rows,
        UnknownRows,
        Count,
    };

    explicit CostTableModel(const QLocale& locale, QObject* parent = nullptr);

    /// Shows `table`; with `previous` (the same question, one period earlier) also the comparison. Rows that only the
    /// previous period has appear with a cost of zero lines. Sorted by change with a comparison, by cost without.
    void setTable(CostTable table, std::optional<CostTable> previous = std::nullopt);
    void clear();
    const CostTable& table() const { return m_table; }
    bool isComparing() const { return m_previousTable.has_value(); }

    Column columnKind(int column) const;
    /// Index of the first column of this kind, -1 if it is not shown.
    int columnOf(Column kind) const;
    /// The row as answered; `rows` is 0 for a row only the previous period has.
    const CostRow& rowAt(int row) const;
    std::optional<Amount> previousAt(int row) const;
    /// Rows whose owner field is empty, per currency of `table`: what nobody answers for.
    const CostRow* unallocated(const Currency& currency) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    bool isNumberColumn(int column) const override;
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    QString rawText(int row, int column) const override;
    std::vector<FooterLine> footer() const override;
    int columnWidth(int column) const override;
    int columnStretch(int column) const override;
    QString rawHeader(int column) const override;

    int sortColumn() const { return m_sortColumn; }
    Qt::SortOrder sortOrder() const { return m_sortOrder; }

private:
    struct Row {
        CostRow cost;
        std::optional<Amount> previous;
        std::optional<Amount> change;
        std::optional<double> share;
    };
    void buildColumns();
    void buildRows();
    void addPreviousRows(const CostTable& previous);
    std::optional<double> shareOf(const CostRow& row) const;
    bool isLess(const Row& a, const Row& b, int column) const;
    void sortRows();
    QString display(const Row& row, int column) const;
    QString exactTip(const Row& row, int column) const;
    const CurrencyTotal* totalOf(const std::vector<CurrencyTotal>& totals, const Currency& currency) const;

    QLocale m_locale;
    CostTable m_table;
    std::optional<CostTable> m_previousTable;
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
    std::map<Currency, double> m_largestShare;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
};

} // namespace altimeter::ui

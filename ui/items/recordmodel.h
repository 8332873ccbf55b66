#pragma once

#include "ui/items/gridfilters.h"
#include "ui/items/gridmodel.h"

#include <functional>

namespace altimeter::ui {

/// A table of finished records (sources, partitions, findings, …), described column by column. Texts are made when
/// asked for, never stored. Sorts inside, by typed keys.
class RecordModel : public GridModel {
    Q_OBJECT
public:
    enum class Ink { Plain, Quiet, Good, Warning, Bad };
    struct Column {
        QString title;
        QString rawTitle; ///< header for other programs
        int width = 120;
        bool isNumber = false;
        bool isDay = false;                                                 ///< `raw` is an ISO day or instant
        std::function<QString(std::size_t)> text;                           ///< as shown
        std::function<QString(std::size_t)> raw = nullptr;                  ///< for other programs; default: text
        std::function<QVariant(std::size_t)> key = nullptr;                 ///< sort key; default: text
        std::function<std::optional<Amount>(std::size_t)> amount = nullptr; ///< money columns only
        std::function<Ink(std::size_t)> ink = nullptr;
        std::function<QString(std::size_t)> tip = nullptr;
        std::function<QString(std::size_t)> icon = nullptr;    ///< name for themedIcon, drawn in the colour of `ink`
        std::function<double(std::size_t)> progress = nullptr; ///< 0..1; below zero: none
        int stretch = 0; ///< share of the width left over; all zero: the first column takes it
    };
    explicit RecordModel(QObject* parent = nullptr) : GridModel(parent) {}

    void setColumns(std::vector<Column> columns);
    /// The records changed: `count` of them now. `currency` answers the currency of a record's amounts.
    void setCount(std::size_t count, std::function<Currency(std::size_t)> currency = nullptr);
    /// Values changed in place: the same records as before. Selection and place are kept; `resort` puts them in order.
    void refresh(bool resort = false);
    /// Only records for which this holds are shown; null shows all.
    void setFilter(std::function<bool(std::size_t)> keeps);
    /// Index of the record shown in `row`.
    std::size_t record(int row) const { return m_order.at(static_cast<std::size_t>(row)); }
    std::size_t recordCount() const { return m_count; }
    /// Row that shows `record`; -1 where it is filtered out.
    int rowOf(std::size_t record) const;
    /// What a record shows in a column, filtered out or not.
    QString textOf(std::size_t record, int column) const
    {
        return m_columns.at(static_cast<std::size_t>(column)).text(record);
    }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order) override { sortBy({{column, order}}); }
    void sortBy(const SortKeys& keys) override;
    SortKeys sortKeys() const override { return m_sorts; }
    std::size_t mostSortKeys() const override { return 3; }

    bool isNumberColumn(int column) const override;
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    QString rawText(int row, int column) const override;
    QString columnKey(int column) const override;
    CellFilter::Kind filterKind(int column) const override;
    bool canFilter() const override { return true; }
    void setFilterText(int column, const QString& typed) override;
    void clearFilters() override;
    QString filterText(int column) const override { return m_filters.typed(columnKey(column)); }
    QString filterError(int column) const override { return m_filters.error(columnKey(column)); }
    bool isFiltered() const override { return !m_filters.isEmpty(); }
    /// Those that setFilter() keeps.
    qint64 unfilteredRows() const override { return static_cast<qint64>(m_kept); }
    int columnWidth(int column) const override;
    int columnStretch(int column) const override;
    QString rawHeader(int column) const override;

private:
    const Column& column(int index) const { return m_columns.at(static_cast<std::size_t>(index)); }
    QVariant sortKey(std::size_t record, int column) const;
    void rebuild();

    std::vector<Column> m_columns;
    std::vector<std::size_t> m_order;
    std::size_t m_count = 0;
    std::size_t m_kept = 0; ///< by m_keeps
    GridFilters m_filters;
    std::function<Currency(std::size_t)> m_currency;
    std::function<bool(std::size_t)> m_keeps;
    SortKeys m_sorts;
};

} // namespace altimeter::ui

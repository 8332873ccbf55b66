#pragma once

#include "models/domain/findings.h"
#include "ui/items/gridfilters.h"
#include "ui/items/gridmodel.h"

#include <set>
#include <string>
#include <vector>

namespace altimeter::ui {

/// Findings by kind: a row for each kind, which opens into its cases. Kinds that are acknowledged whole are written
/// quietly. Filters keep a kind for its own cells or for those of a case.
class FindingsModel : public GridModel {
    Q_OBJECT
public:
    enum class Column { Title, Severity, Cases, Lines, Touched, Where, State };
    static constexpr int kColumns = 7;
    using GridModel::GridModel;

    /// Kinds that were open stay so.
    void setGroups(std::vector<FindingGroup> groups);
    const std::vector<FindingGroup>& groups() const { return m_groups; }
    const FindingGroup& groupAt(int row) const { return m_groups[rowAt(row).group]; }
    /// Null: the row is the kind's own.
    const FindingCase* caseAt(int row) const;
    /// The row of a kind; -1 where it is filtered out.
    int rowOf(const std::string& check) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order) override;

    bool isNumberColumn(int column) const override;
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    QString rawText(int row, int column) const override;
    int sumKind(int row, int column) const override;
    void setFolded(int row, bool folded) override;
    bool canFilter() const override { return true; }
    void setFilterText(int column, const QString& typed) override;
    void clearFilters() override;
    QString filterText(int column) const override { return m_filters.typed(columnKey(column)); }
    QString filterError(int column) const override { return m_filters.error(columnKey(column)); }
    bool isFiltered() const override { return !m_filters.isEmpty(); }
    qint64 unfilteredRows() const override { return static_cast<qint64>(m_unfiltered); }
    int columnWidth(int column) const override;
    int columnStretch(int column) const override;
    QString rawHeader(int column) const override;

private:
    struct Row {
        std::size_t group = 0;
        int at = -1; ///< of its cases; -1: the kind itself
    };
    const Row& rowAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    const FindingCase* caseOf(const Row& row) const;
    const altimeter::Touched* touchedOf(const Row& row) const;
    QString text(const Row& row, Column column) const;
    QString raw(const Row& row, Column column) const;
    QString titleOf(const Row& row) const;
    QString whereOf(const Row& row) const;
    QString stateOf(const Row& row) const;
    QVariant ink(const Row& row, Column column) const;
    QVariant sortKey(std::size_t group, Column column) const;
    bool keeps(const std::vector<GridFilters::Bound>& filters, const Row& row) const;
    void rebuild();

    std::vector<FindingGroup> m_groups;
    std::vector<std::size_t> m_order; ///< of m_groups
    std::vector<Row> m_rows;
    std::set<std::string> m_open; ///< kinds whose cases are shown
    std::size_t m_unfiltered = 0;
    GridFilters m_filters;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace altimeter::ui

#pragma once

#include <QLocale>

#include "ui/backend/questions.h"
#include "ui/items/costrows.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridfilters.h"
#include "ui/items/gridmodel.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace altimeter::ui {

/// A CostTable as a grid, with the previous period beside it where one is given. Formats, never adds up: totals are
/// those of the answer.
///
/// Keeps the answer as it came and an order of row numbers; texts are made for the cells that are asked for. Above
/// kInlineRows rows, joining, ordering and letting go are done by the backend's workers where it has one: the grid
/// shows what it showed before until they are done.
class CostTableModel : public GridModel {
    Q_OBJECT
public:
    using Column = CostColumn;
    static constexpr std::size_t kInlineRows = 20'000;
    struct Sort {
        Column column = Column::Cost;
        Qt::SortOrder order = Qt::DescendingOrder;
        std::size_t key = 0; ///< which of them, of Column::Key
    };

    explicit CostTableModel(const QLocale& locale, QObject* parent = nullptr);

    /// Large answers are prepared by the workers of `questions`, which must outlive the model, in slots that begin with
    /// `slot`.
    void useWorkers(Questions& questions, const std::string& slot);
    /// Shows `table`; with `previous` (the same question, one period earlier) also the comparison. Rows that only the
    /// previous period has appear with a cost of zero lines. Sorted as `wish` says, as far as those columns are shown,
    /// else by change with a comparison and by cost without.
    void setTable(CostTable table, std::optional<CostTable> previous = std::nullopt,
                  const std::vector<Sort>& wish = {});
    void clear();
    /// True while a large answer or order is being prepared.
    bool isBusy() const { return m_busy; }
    const CostTable& table() const { return m_rows->table(); }
    bool isComparing() const { return m_rows->isComparing(); }

    Column columnKind(int column) const;
    /// Index of the first column of this kind, -1 if it is not shown.
    int columnOf(Column kind) const;
    /// The row as answered; `rows` is 0 for a row only the previous period has.
    const CostRow& rowAt(int row) const { return m_rows->row(number(row)); }
    std::optional<Amount> previousAt(int row) const { return m_rows->previousOf(number(row)); }
    /// Rows whose owner field is empty, per currency of `table`: what nobody answers for.
    const CostRow* unallocated(const Currency& currency) const;
    /// How many values of the first dim the rows stand for; see CostRows::values().
    std::uint64_t values() const { return m_rows->values(); }
    /// A function that writes the grid as it is now; any thread may call it, also after the model is gone.
    std::function<std::string(const std::stop_token&)> csvWriter(CsvGuard guard) const;

    /// How figures and days are written from now on.
    void setLocale(const QLocale& locale);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override { sortBy({{column, order}}); }
    void sortBy(const SortKeys& keys) override;
    SortKeys sortKeys() const override { return m_sorts; }
    std::size_t mostSortKeys() const override { return 3; }
    int frozenAtFirst() const override { return static_cast<int>(table().query.by.size()); }

    bool isNumberColumn(int column) const override;
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    QString rawText(int row, int column) const override;
    bool isEmptyCell(int row, int column) const override;
    /// Cost, previous cost and change are each of a kind of their own.
    int sumKind(int, int column) const override { return static_cast<int>(columnKind(column)); }
    std::vector<FooterLine> footer() const override;
    int columnWidth(int column) const override;
    int columnStretch(int column) const override;
    QString rawHeader(int column) const override;

    QString columnKey(int column) const override;
    CellFilter::Kind filterKind(int column) const override;
    bool canFilter() const override { return true; }
    void setFilterText(int column, const QString& typed) override;
    void clearFilters() override;
    QString filterText(int column) const override { return m_filters.typed(columnKey(column)); }
    QString filterError(int column) const override { return m_filters.error(columnKey(column)); }
    bool isFiltered() const override { return !m_filters.isEmpty(); }
    qint64 unfilteredRows() const override { return static_cast<qint64>(m_all.size()); }

    int sortColumn() const { return m_sorts.empty() ? -1 : m_sorts.front().column; }
    Qt::SortOrder sortOrder() const { return m_sorts.empty() ? Qt::DescendingOrder : m_sorts.front().order; }
    /// The order as setTable() takes it.
    std::vector<Sort> sorts() const;

signals:
    /// The table given last is shown now.
    void shown();
    void busyChanged();

private:
    /// Immutable rows and an order of them; what the workers hand over.
    struct Prepared {
        std::shared_ptr<const CostRows> rows;
        std::vector<std::uint32_t> all;     ///< in order
        std::vector<std::uint32_t> order;   ///< those that the filters keep
        std::map<Currency, AmountSum> kept; ///< their cost, while there is a filter
    };
    /// A row in words' reach: of the grid, or of the totals below it.
    struct Shown {
        const CostRow& cost;
        std::optional<Amount> previous, change;
        std::optional<double> share;
    };
    std::uint32_t number(int row) const { return m_order.at(static_cast<std::size_t>(row)); }
    Shown shownAt(int row) const;
    std::vector<FooterLine> keptLines() const;
    static void filter(Prepared& made, const GridFilters& filters, const QLocale& locale, const std::stop_token& stop);
    void show(Prepared made, SortKeys sorts);
    void apply(Prepared made);
    void refilter();
    void takeFiltered(Prepared made);
    void letGo(std::shared_ptr<const CostRows> rows);
    void setBusy(bool busy);
    QString display(const Shown& row, int column) const;
    QString exactTip(const Shown& row, int column) const;

    QLocale m_locale;
    Questions* m_questions = nullptr;
    std::string m_slot;
    std::uint64_t m_request = 0; ///< numbers what was asked of the workers
    std::uint64_t m_released = 0;
    bool m_busy = false;
    std::shared_ptr<const CostRows> m_rows;
    std::vector<std::uint32_t> m_all;   ///< rows in order
    std::vector<std::uint32_t> m_order; ///< those that show
    std::map<Currency, AmountSum> m_kept;
    GridFilters m_filters;
    std::vector<Column> m_columns;
    SortKeys m_sorts;
};

} // namespace altimeter::ui

#pragma once

#include <QLocale>

#include "ui/backend/questions.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridfilters.h"
#include "ui/items/gridmodel.h"
#include "ui/items/pivotrows.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace altimeter::ui {

/// A pivot as a grid: a column for each level of its rows, with several currencies one for the currency, then the
/// columns across and their total; with a comparison what that was before, and its change. Rows are the nodes that
/// show: what lies below a folded one does not. Formats, never adds up: sums are those of PivotRows, totals those of
/// the answer.
///
/// A filter on a name keeps what is of that name, one on an amount the rows that come to it; whatever it keeps stays
/// with all rows above it. Subtotals and totals stay those of everything, so that each still adds up to its lines.
///
/// Large answers are prepared by the backend's workers, as CostTableModel does.
class PivotModel : public GridModel {
    Q_OBJECT
public:
    static constexpr std::size_t kInlineRows = 20'000;

    explicit PivotModel(const QLocale& locale, QObject* parent = nullptr);

    /// Large answers are prepared by the workers of `questions`, which must outlive the model, in slots that begin with
    /// `slot`.
    void useWorkers(Questions& questions, const std::string& slot);
    /// Shows `table` in `shape`, beside `previous` (the same question of another period) where that is given. What was
    /// folded, filtered and how it was sorted stays where it still means something.
    void setTable(CostTable table, PivotShape shape, std::optional<CostTable> previous = std::nullopt);
    void clear();
    bool isBusy() const { return m_busy; }
    const PivotRows& rows() const { return *m_rows; }
    void setLocale(const QLocale& locale);

    std::uint32_t nodeAt(int row) const { return m_shown.at(static_cast<std::size_t>(row)); }
    /// The row of a node, or of the nearest above it that shows; -1 in an empty grid.
    int rowOf(std::uint32_t node) const;
    /// What a column of amounts stands for: its place across, or PivotRows::kTotal; nothing for the others.
    std::optional<std::uint32_t> acrossOf(int column) const;
    /// What a column behind the total says of the comparison.
    enum class Compared { None, Previous, Change, ChangePercent };
    Compared comparedOf(int column) const;
    /// The column of the sums over all columns across.
    int totalColumn() const { return firstAmount() + static_cast<int>(m_rows->columns().size()); }
    /// The level (from 1) a column names; 0 for the others.
    std::size_t levelOf(int column) const;
    /// The first column of amounts.
    int firstAmount() const;
    bool isFolded(int row) const;
    /// Folds or shows everything.
    void setAllFolded(bool folded);
    /// A function that writes the grid as it is now; any thread may call it, also after the model is gone.
    std::function<std::string(const std::stop_token&)> csvWriter(CsvGuard guard) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    bool isNumberColumn(int column) const override { return column >= firstAmount(); }
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    /// Names are said again on every row, and a subtotal says "Total" where a part has its name.
    QString rawText(int row, int column) const override;
    bool isEmptyCell(int row, int column) const override;
    int sumKind(int row, int column) const override;
    void setFolded(int row, bool folded) override;
    std::vector<FooterLine> footer() const override;
    QString rawFooter(const FooterLine& line, int column) const override;
    bool handsOutTotals() const override { return true; }
    bool canFilter() const override { return true; }
    QString filterKey(int column) const override;
    CellFilter::Kind filterKind(int column) const override;
    void setFilterText(int column, const QString& typed) override;
    void clearFilters() override;
    QString filterText(int column) const override { return m_filters.typed(filterKey(column)); }
    QString filterError(int column) const override { return m_filters.error(filterKey(column)); }
    bool isFiltered() const override { return !m_filters.isEmpty(); }
    /// That would show, open and folded as they are.
    qint64 unfilteredRows() const override;
    bool canSortColumn(int column) const override { return comparedOf(column) != Compared::ChangePercent; }
    int columnWidth(int column) const override;
    int columnStretch(int column) const override;
    QString rawHeader(int column) const override;
    /// All columns across are one: what was chosen for a month holds for the next.
    QString columnKey(int column) const override;
    bool canHide(int column) const override { return levelOf(column) > 0 || column >= totalColumn(); }

    SortKeys sortKeys() const override { return {{sortColumn(), sortOrder()}}; }
    int frozenAtFirst() const override { return firstAmount(); }
    int sortColumn() const;
    Qt::SortOrder sortOrder() const { return m_sort.descending ? Qt::DescendingOrder : Qt::AscendingOrder; }

signals:
    /// The table given last is shown now.
    void shown();
    void busyChanged();

private:
    struct Prepared {
        std::shared_ptr<const PivotRows> rows;
        std::vector<std::uint32_t> order;
        std::vector<bool> kept; ///< by node; empty: all
    };
    /// By node, whether the filters leave it in sight; empty where there is none.
    static std::vector<bool> keptNodes(const std::shared_ptr<const PivotRows>& rows, const GridFilters& filters,
                                       const QLocale& locale, const std::stop_token& stop);
    void refilter();
    void takeKept(std::vector<bool> kept);
    using Path = std::vector<std::string>;
    void show(Prepared made, const PivotSort& sort);
    void apply(std::vector<std::uint32_t> order);
    void letGo(std::shared_ptr<const PivotRows> rows);
    void setBusy(bool busy);
    /// Puts what shows of the subtree at `place` of the order behind `shown`; answers the place behind the subtree.
    std::size_t appendShown(std::size_t place, std::vector<std::uint32_t>& shown) const;
    std::vector<std::uint32_t> shownNodes() const;
    Path pathOf(std::uint32_t node) const;
    bool isNodeFolded(std::uint32_t node) const;
    bool hasCurrencyColumn() const { return m_rows->totals().size() > 1; }
    std::size_t levels() const { return m_rows->levels(); }
    const PivotRows::Cell* cellOf(std::uint32_t node, int column) const;
    QString name(std::size_t level, const PivotRows::Value& value) const;
    QString fieldTitle(const PivotField& field) const;
    QString columnTitle(const PivotRows::Value& value) const;
    QString cellText(const PivotRows::Cell* cell, const Currency& currency) const;
    /// As a column of PivotRows::amount(); nothing for names and percentages.
    std::optional<std::uint32_t> amountColumn(int column) const;
    QString besideText(std::uint32_t node, int column) const;
    QString display(std::uint32_t node, int column) const;
    QString raw(std::uint32_t node, int column) const;
    QString tip(std::uint32_t node, int column) const;
    QVariant inkOf(std::uint32_t node, int column) const;
    QString besideTitle(Compared beside) const;

    QLocale m_locale;
    Questions* m_questions = nullptr;
    std::string m_slot;
    std::uint64_t m_request = 0;
    std::uint64_t m_released = 0;
    bool m_busy = false;
    std::shared_ptr<const PivotRows> m_rows;
    std::vector<std::uint32_t> m_order; ///< every node
    std::vector<std::uint32_t> m_shown; ///< the nodes that show
    std::vector<bool> m_kept;           ///< by node; empty: all
    GridFilters m_filters;
    PivotSort m_sort;
    bool m_foldsAll = true;   ///< whether rows come folded
    std::set<Path> m_unusual; ///< those that are not as m_foldsAll says
};

} // namespace altimeter::ui

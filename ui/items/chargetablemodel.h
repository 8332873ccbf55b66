#pragma once

#include <QLocale>

#include "models/domain/costsource.h"
#include "ui/backend/questions.h"
#include "ui/items/gridfilters.h"
#include "ui/items/gridmodel.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace altimeter::ui {

/// A column by which charge lines are put in order, by its English name ("day", "cost", "service", a name of the
/// standard's), so that it can be kept and handed on.
struct LineSort {
    QString column;
    bool descending = false;
    friend bool operator==(const LineSort&, const LineSort&) = default;
};

/// The charge lines behind a question, read from the backend page by page as they come into view. Rows on their way
/// show "…"; pages that were not looked at for long are dropped, so that ten million lines take no more memory than ten
/// thousand. The order is the backend's (largest first, as in the files, or by any columns); it is not sorted here,
/// since only part of it is known: who sorts is told by sortWanted(), and asks anew.
class ChargeTableModel : public GridModel {
    Q_OBJECT
public:
    enum class Column {
        Day,
        Cost,
        CurrencyCode, ///< only with several currencies
        Service,
        Team,
        Resource,
        Category,
        State, ///< "Estimated" or "Final" where the source says so
        File,
        Line,
        Provider,
        Region,
        SubAccount,
        Description,
        Focus, ///< any other column of the standard; see focusOf()
        Count,
    };
    static constexpr std::uint64_t kPageSize = 200;
    /// Pages kept: enough for every screen, little enough for any memory.
    static constexpr std::size_t kMostPages = 60;
    /// Pages on their way at once, and pages waiting for that; dragging through a million rows asks only for the last.
    static constexpr std::size_t kMostAsked = 3;

    ChargeTableModel(Questions& questions, const QString& slot, const QLocale& locale, QObject* parent = nullptr);

    /// Asks for the lines of `query`. The same question as before keeps its rows until the new ones arrive, and with
    /// them the place in the grid; another one begins anew. `sorts` come before `largestFirst`; those whose column
    /// there is not are left out.
    void setQuery(const CostQuery& query, bool largestFirst = true, const std::vector<LineSort>& sorts = {});
    void clear();
    const CostQuery& query() const { return m_query; }
    bool isLargestFirst() const { return m_largestFirst && m_sorts.empty(); }
    const std::vector<LineSort>& sorts() const { return m_sorts; }
    /// The order as the backend is asked for it; empty: isLargestFirst() says it.
    LineOrder order() const;
    std::size_t pagesKept() const { return m_pages.size(); }
    /// Lines the question selects; known once the first page arrived.
    std::uint64_t total() const { return m_total; }
    const std::vector<CurrencyTotal>& totals() const { return m_totals; }
    /// Of the workspace the lines and totals were read from.
    std::uint64_t revision() const { return m_revision; }
    /// False until the first page arrived or failed.
    bool isReady() const { return m_ready; }
    /// The row, or nothing while it is on its way.
    const ChargeRow* chargeAt(int row) const;
    Column columnKind(int column) const;
    /// Of Column::Focus.
    altimeter::Column focusOf(int column) const;

    /// How figures and days are written from now on.
    void setLocale(const QLocale& locale);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// Tells sortWanted() alone.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override { sortBy({{column, order}}); }
    void sortBy(const SortKeys& keys) override;
    SortKeys sortKeys() const override { return m_sortKeys; }
    std::size_t mostSortKeys() const override { return kMostLineKeys; }
    /// Day and amount.
    int frozenAtFirst() const override { return m_showsCurrency ? 3 : 2; }

    bool isNumberColumn(int column) const override;
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    QString rawText(int row, int column) const override;
    QString rawHeader(int column) const override;
    bool isLoaded(int row) const override;
    bool isWhole() const override { return false; }
    std::vector<FooterLine> footer() const override;
    int columnWidth(int column) const override;
    QString columnKey(int column) const override;
    /// All but the usual ones: which of the standard's columns matter is the user's choice.
    bool isHiddenAtFirst(int column) const override { return columnKind(column) == Column::Focus; }
    CellFilter::Kind filterKind(int column) const override;
    bool canFilter() const override { return true; }
    bool canFilterColumn(int column) const override;
    /// Filters are the backend's to apply: over all lines, loaded or not.
    void setFilterText(int column, const QString& typed) override;
    void clearFilters() override;
    QString filterText(int column) const override { return m_filters.typed(columnKey(column)); }
    QString filterError(int column) const override { return m_filters.error(columnKey(column)); }
    bool isFiltered() const override { return !m_filters.isEmpty(); }
    qint64 unfilteredRows() const override { return static_cast<qint64>(m_allTotal); }
    /// What is asked: the question with the filters of the columns, but for those on cost and day, which
    /// are the window's.
    const CostQuery& filteredQuery() const { return m_filtered; }
    /// Rows of the lines as they are shown, for whoever reads them elsewhere.
    ChargeWindow window(std::uint64_t offset, std::uint64_t limit) const;
    bool askSum(int column, const Stretches& rows, SumsTold told) override;
    bool loadRows(const Stretches& rows, std::function<void(bool)> told) override;

signals:
    /// The first page arrived: total and totals are known. Again after each setQuery().
    void ready();
    void failed(const altimeter::Error& error);
    /// The user wants the lines in another order.
    void sortWanted(const std::vector<altimeter::ui::LineSort>& sorts);

private:
    struct Page {
        std::vector<ChargeRow> rows;
        std::uint64_t usedAt = 0;
    };
    struct Asked;
    void askSums(std::shared_ptr<Asked> asked);
    void askRows(std::shared_ptr<Asked> asked);
    QString cell(const ChargeRow& row, int column) const;
    /// A column whether it is shown or not.
    struct Which {
        Column kind = Column::Count;
        altimeter::Column focus{}; ///< of Column::Focus
    };
    Which which(int column) const;
    static QString sortName(const Which& column);
    static std::optional<LineKey> lineKey(const LineSort& sort);
    ChargesQuestion question(std::uint64_t offset, std::uint64_t limit, bool onlyTotals) const;
    void buildColumns();
    void findSortKeys();
    void bindFilters();
    void refilter();
    void askAllTotal();
    /// The dims whose first value a column shows; none: it cannot be filtered.
    static std::vector<Dim> dimsOf(const Which& column);
    std::vector<Dim> dimsOf(int column) const { return dimsOf(which(column)); }
    void want(std::uint64_t page) const;
    void askWanted();
    void ask(std::uint64_t page);
    void take(std::uint64_t page, Result<ChargePage> answer);
    void forgetQuestions();
    void begin(const ChargePage& first); // its rows are in m_pages already
    void forgetOldPages();
    QString display(const ChargeRow& row, Column column) const;
    QString tip(const ChargeRow& row, int column) const;

    Questions& m_questions;
    QString m_slot;
    QLocale m_locale;
    CostQuery m_query;
    CostQuery m_filtered; ///< with the filters
    std::string m_typedCost, m_typedDay;
    GridFilters m_filters;
    std::uint64_t m_allTotal = 0; ///< lines without the filters
    bool m_showsCurrency = false;
    bool m_largestFirst = true;
    std::vector<LineSort> m_sorts;
    SortKeys m_sortKeys;  ///< the columns of m_sorts that there are
    bool m_fresh = false; ///< the first page of the question has arrived
    std::uint64_t m_generation = 0;
    std::uint64_t m_total = 0;
    std::uint64_t m_revision = 0;
    bool m_ready = false;
    std::vector<CurrencyTotal> m_totals;
    std::vector<Column> m_columns;
    mutable std::map<std::uint64_t, Page> m_pages;
    mutable std::vector<std::uint64_t> m_wanted; ///< newest last
    mutable std::uint64_t m_clock = 0;
    mutable bool m_askScheduled = false;
    std::set<std::uint64_t> m_asked;
    std::uint64_t m_sumRequest = 0, m_loadRequest = 0;
    bool m_keepsAll = false; ///< pages stay while they are waited for
};

} // namespace altimeter::ui

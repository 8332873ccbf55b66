#pragma once

#include <QLocale>

#include "ui/backend.h"
#include "ui/items/gridmodel.h"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace altimeter::ui {

/// The charge lines behind a question, read from the backend page by page as they come into view. Rows on their way
/// show "…". The order is the backend's (largest first); it is not sorted here, since only part of it is known.
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
        File,
        Line,
        Provider,
        Region,
        SubAccount,
        Description,
        Count,
    };
    static constexpr std::uint64_t kPageSize = 200;

    ChargeTableModel(Backend& backend, const QString& slot, const QLocale& locale, QObject* parent = nullptr);

    /// Forgets all rows and asks for the first page of `query`.
    void setQuery(const CostQuery& query);
    void clear();
    const CostQuery& query() const { return m_query; }
    /// Lines the question selects; known once the first page arrived.
    std::uint64_t total() const { return m_total; }
    const std::vector<CurrencyTotal>& totals() const { return m_totals; }
    /// False until the first page arrived or failed.
    bool isReady() const { return m_ready; }
    /// The row, or nothing while it is on its way.
    const ChargeRow* chargeAt(int row) const;
    Column columnKind(int column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    bool isNumberColumn(int column) const override;
    std::optional<Amount> amountAt(int row, int column) const override;
    Currency currencyAt(int row) const override;
    QString rawText(int row, int column) const override;
    bool isLoaded(int row) const override;
    std::vector<FooterLine> footer() const override;
    int columnWidth(int column) const override;

signals:
    /// The first page arrived: total and totals are known.
    void ready();
    void failed(const altimeter::Error& error);

private:
    struct Page {
        std::vector<ChargeRow> rows;
        std::uint64_t usedAt = 0;
    };
    void buildColumns();
    void want(std::uint64_t page) const;
    void askWanted();
    void ask(std::uint64_t page);
    void take(std::uint64_t page, Result<ChargePage> answer);
    void forgetOldPages();
    QString display(const ChargeRow& row, Column column) const;
    QString tip(const ChargeRow& row, Column column) const;

    Backend& m_backend;
    QString m_slot;
    QLocale m_locale;
    CostQuery m_query;
    std::uint64_t m_generation = 0;
    std::uint64_t m_total = 0;
    std::uint64_t m_revision = 0;
    bool m_ready = false;
    std::vector<CurrencyTotal> m_totals;
    std::vector<Column> m_columns;
    mutable std::map<std::uint64_t, Page> m_pages;
    mutable std::set<std::uint64_t> m_wanted;
    mutable std::uint64_t m_clock = 0;
    mutable bool m_askScheduled = false;
    std::set<std::uint64_t> m_asked;
};

} // namespace altimeter::ui

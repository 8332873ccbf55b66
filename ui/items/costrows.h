#pragma once

#include "models/domain/query.h"

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <vector>

namespace altimeter::ui {

/// Kinds of columns of a cost grid; a Key column exists per grouping dim.
enum class CostColumn {
    Key,
    Period,
    CurrencyCode,
    Cost,
    Share,
    Previous,
    Change,
    ChangePercent,
    Distinct,
    Rows,
    UnknownRows,
    Count,
};

/// The rows of a cost grid: an answer, joined with that of the previous period where one is given. Nobody changes it
/// after it is made, so any thread may read it. Rows are named by number: first those of the answer in its order, then
/// those that only the previous period has; a currency that only that one has gets a total of nothing.
class CostRows {
public:
    CostRows() = default;
    /// Joins by currency, keys and the number of the step; may take a second for a million rows.
    CostRows(CostTable table, std::optional<CostTable> previous);

    const CostTable& table() const { return m_table; }
    const std::optional<CostTable>& previous() const { return m_previous; }
    bool isComparing() const { return m_previous.has_value(); }
    std::size_t size() const { return m_table.rows.size() + m_gone.size(); }
    /// `rows` is 0 for a row that only the previous period has.
    const CostRow& row(std::uint32_t number) const
    {
        return number < m_table.rows.size() ? m_table.rows[number] : m_gone[number - m_table.rows.size()];
    }
    /// Zero where the previous period lacks the row; nothing without a comparison.
    std::optional<Amount> previousOf(std::uint32_t number) const;
    std::optional<Amount> changeOf(std::uint32_t number) const;
    /// now/before - 1.
    std::optional<double> changeRatioOf(std::uint32_t number) const;
    /// Of the total of its currency; nothing where that is not above zero.
    std::optional<double> shareOf(std::uint32_t number) const;
    double largestShare(const Currency& currency) const;
    /// How many values the first key has, over all currencies and steps; no value, and the folded rest, are none.
    std::uint64_t values() const { return m_values; }
    /// The row without any key value, per currency.
    const CostRow* keyless(const Currency& currency) const;

private:
    void join();
    void findEdges();

    CostTable m_table;
    std::optional<CostTable> m_previous;
    std::vector<CostRow> m_gone;
    std::vector<std::uint32_t> m_before; ///< per row: number in m_previous->rows; empty without a comparison
    std::map<Currency, Amount> m_largest;
    std::map<Currency, std::uint32_t> m_keyless;
    std::uint64_t m_values = 0;
};

/// Which key, and in which direction, rows are put in order by.
struct CostSort {
    CostColumn column = CostColumn::Cost;
    std::size_t key = 0; ///< which of the keys, for CostColumn::Key
    bool descending = true;
    friend bool operator==(const CostSort&, const CostSort&) = default;
};

/// The numbers of `rows` in order. Currencies are blocks in the order of the answer's totals, never compared with each
/// other; equal rows keep the order of the answer. Texts are ordered as people of the user's language do. A stopped
/// ordering answers any order.
std::vector<std::uint32_t> costOrder(const CostRows& rows, const CostSort& sort, const std::stop_token& stop = {});
/// By several keys, of which the first counts most; requires one at least.
std::vector<std::uint32_t> costOrder(const CostRows& rows, const std::vector<CostSort>& sorts,
                                     const std::stop_token& stop = {});

} // namespace altimeter::ui

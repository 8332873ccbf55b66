#pragma once

#include "ui/items/costrows.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::ui {

/// What a level of a pivot's rows, or its columns, stand for.
struct PivotField {
    enum class Kind : std::uint8_t { Nothing, Period, Key };
    Kind kind = Kind::Nothing;
    std::size_t key = 0; ///< of Key: its place in the query's `by`
    friend bool operator==(const PivotField&, const PivotField&) = default;
};

struct PivotShape {
    std::vector<PivotField> rows; ///< outermost first; never Nothing
    PivotField across;            ///< Nothing: the total is the only column
    friend bool operator==(const PivotShape&, const PivotShape&) = default;
};

/// An answer as a tree of rows with subtotals, and columns across: exact sums, made once and changed by nobody, so any
/// thread may read them.
///
/// Nodes stand in depth-first order, siblings as their names (or days) are ordered and those without a name last. Each
/// currency is a tree of its own, whose root (level 0) holds its totals: currencies never add. A node's cells are those
/// of its parts added up, whatever their number, so the tree adds up in both directions.
class PivotRows {
public:
    /// More columns than this are folded into the last one; only the largest keep their own. Steps of time keep theirs.
    static constexpr std::size_t kMostColumns = 200;
    /// Steps without a charge between the first and the last have a column, unless that makes more than these.
    static constexpr std::size_t kMostSteps = 400;
    static constexpr std::uint32_t kTotal = 0xFFFFFFFF;    ///< as a column: the sum over all columns
    static constexpr std::uint32_t kPrevious = 0xFFFFFFFE; ///< as a column: that of the period compared with
    static constexpr std::uint32_t kChange = 0xFFFFFFFD;   ///< as a column: how far the total is from that

    struct Value {
        std::string key; ///< empty: none (unallocated, …), or a step of time
        Day period;
        bool isOther = false; ///< the folded columns
    };
    enum class State : std::uint8_t {
        Known,
        PartlyUnknown, ///< some of its lines have no cost in their source; the sum is that of the others
        Unknown,       ///< none of its lines has one
        TooLarge,      ///< the sum leaves the range of amounts
    };
    struct Cell {
        Amount cost;
        std::uint32_t column = 0;
        State state = State::Known;
    };
    struct Node {
        Cell total;
        Cell previous;            ///< nothing but zero without a comparison
        std::uint32_t parent = 0; ///< a root is its own
        std::uint32_t end = 0;    ///< behind the last node below it
        std::uint32_t value = 0;  ///< of its level's field; of a root the place in totals()
        std::uint32_t firstCell = 0, cellCount = 0;
        std::uint32_t level = 0; ///< 0 is a currency
    };

    PivotRows() = default;
    /// The rows of `table` are taken apart; with `previous` (the same question of another period) each node knows what
    /// it came to then, and nodes that only that one has are there too. A stopped making answers any part of it.
    PivotRows(CostTable table, PivotShape shape, const std::stop_token& stop = {},
              std::optional<CostTable> previous = std::nullopt);

    const CostQuery& query() const { return m_query; }
    const std::vector<CurrencyTotal>& totals() const { return m_totals; }
    std::uint64_t revision() const { return m_revision; }
    const PivotShape& shape() const { return m_shape; }
    const std::vector<Value>& columns() const { return m_columns; }
    const std::vector<Node>& nodes() const { return m_nodes; }
    std::size_t levels() const { return m_shape.rows.size(); }
    const Currency& currency(std::uint32_t node) const;
    /// The value of a node that is no root.
    const Value& value(std::uint32_t node) const { return m_values[m_nodes[node].level - 1][m_nodes[node].value]; }
    /// The value at `level` (from 1) of a node at or below it.
    const Value& valueAt(std::uint32_t node, std::size_t level) const;
    bool isComparing() const { return m_isComparing; }
    /// What a node comes to in a column, kTotal, kPrevious and kChange among them; nothing where no charge is, none has
    /// a cost, or the sum leaves the range of amounts.
    std::optional<Amount> amount(std::uint32_t node, std::uint32_t column) const;
    /// Null where no charge is; of a column across, or kTotal or kPrevious.
    const Cell* cell(std::uint32_t node, std::uint32_t column) const;
    bool hasChildren(std::uint32_t node) const { return m_nodes[node].end > node + 1; }

private:
    struct Numbers;
    void numberValues(const CostRows& table, Numbers& numbers, const std::stop_token& stop);
    void chooseColumns(const CostRows& table, Numbers& numbers);
    void fillSteps(std::vector<Value>& steps) const;
    void growTree(const Numbers& numbers, const std::vector<std::uint32_t>& order);
    void addUp(const CostRows& table, const Numbers& numbers, const std::vector<std::uint32_t>& order,
               std::size_t level);

    CostQuery m_query;
    std::vector<CurrencyTotal> m_totals;
    std::uint64_t m_revision = 0;
    bool m_isComparing = false;
    PivotShape m_shape;
    std::vector<Value> m_columns;
    std::vector<std::vector<Value>> m_values; ///< per row field
    std::vector<Node> m_nodes;
    std::vector<Cell> m_cells;
};

/// How siblings are put in order. A level of time keeps the order of time unless the user chose an amount.
struct PivotSort {
    std::uint32_t column = PivotRows::kTotal; ///< of amounts, those of PivotRows::amount(); without `level`
    std::optional<std::size_t> level;         ///< by name, at this level (from 0) alone; the others by their total
    bool descending = true;
    bool isChosen = false; ///< by the user
    friend bool operator==(const PivotSort&, const PivotSort&) = default;
};

/// Every node once, parents before what is below them, siblings in order. Equal ones keep the order of their names; a
/// node without an amount there comes last.
std::vector<std::uint32_t> pivotOrder(const PivotRows& rows, const PivotSort& sort, const std::stop_token& stop = {});

} // namespace altimeter::ui

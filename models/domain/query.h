#pragma once

#include "models/domain/costline.h"
#include "models/domain/dim.h"
#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// Keeps the charges whose `dim` is one of `values` (or none of them when `exclude`). An empty value selects charges
/// without a value. Filters on different dims must all hold; values of one filter are alternatives.
struct Filter {
    Dim dim;
    std::vector<std::string> values;
    bool exclude = false;
    /// Not empty: the values are those that this CellFilter of texts keeps; `values` and `exclude` count for nothing.
    std::string typed{};
    std::vector<Dim> orElse{}; ///< of `typed`, where `dim` has no value: the first of these that has one
    friend bool operator==(const Filter&, const Filter&) = default;
};

/// One question about cost: the value every view, export and command line call is reduced to.
struct CostQuery {
    std::vector<Dim> by;
    Granularity granularity = Granularity::None;
    DateRange range; ///< by the UTC day of ChargePeriodStart
    std::vector<Filter> filters;
    CostLens lens = CostLens::Effective;
    std::size_t top = 0; ///< keep the N largest by cost per currency and fold the rest into "Other"; 0 keeps all
    std::optional<Dim> countDistinct; ///< how many different values (empty ones left out) of this dim each cell has
    friend bool operator==(const CostQuery&, const CostQuery&) = default;
};

/// The values of one group of an answer, shared by all rows of that group.
class KeyTuple {
public:
    KeyTuple() = default;
    KeyTuple(std::vector<std::string> values) // NOLINT(google-explicit-constructor): a tuple is its values
        : m_values(values.empty() ? nullptr : std::make_shared<const std::vector<std::string>>(std::move(values)))
    {
    }
    KeyTuple(std::initializer_list<std::string> values) : KeyTuple(std::vector<std::string>(values)) {}

    const std::vector<std::string>& values() const
    {
        static const std::vector<std::string> none;
        return m_values ? *m_values : none;
    }
    operator const std::vector<std::string>&() const { return values(); } // NOLINT(google-explicit-constructor)
    std::size_t size() const { return values().size(); }
    bool empty() const { return values().empty(); }
    const std::string& operator[](std::size_t index) const { return values()[index]; }
    const std::string& front() const { return values().front(); }
    const std::string& back() const { return values().back(); }
    auto begin() const { return values().begin(); }
    auto end() const { return values().end(); }

    friend bool operator==(const KeyTuple& a, const KeyTuple& b)
    {
        return a.m_values == b.m_values || a.values() == b.values();
    }
    friend std::strong_ordering operator<=>(const KeyTuple& a, const KeyTuple& b)
    {
        return a.m_values == b.m_values ? std::strong_ordering::equal : a.values() <=> b.values();
    }

private:
    std::shared_ptr<const std::vector<std::string>> m_values;
};

/// One cell of the answer.
struct CostRow {
    KeyTuple keys; ///< one per `by`; empty means no value (unallocated, untagged, …)
    Day period;    ///< first day of the step; Day::none() without granularity
    Currency currency;
    Amount cost;
    std::uint64_t rows = 0;        ///< charge lines that took part, each once (a shared line is in several rows)
    std::uint64_t unknownRows = 0; ///< of these, lines whose source left this cost empty: unknown, not zero
    std::uint64_t distinct = 0;    ///< values of CostQuery::countDistinct
    bool isOther = false;          ///< the folded rest of `top`
};

/// Per currency: the total is the exact sum of the rows of that currency. Lines are counted once: where rows share
/// some, that is fewer than the rows' together.
struct CurrencyTotal {
    Currency currency;
    Amount cost;
    std::uint64_t rows = 0;
    std::uint64_t unknownRows = 0;
    std::uint64_t distinct = 0; ///< values of CostQuery::countDistinct over all rows: not the sum of the rows'
};

/// The answer to a CostQuery: rows ordered by currency, period, then cost descending, then keys.
struct CostTable {
    CostQuery query;
    std::vector<CostRow> rows;
    std::vector<CurrencyTotal> totals; ///< most lines first
    std::uint64_t revision = 0;        ///< of the workspace the answer was read from
};

/// One charge line as stored, with its place in the source file.
struct ChargeRow {
    std::string source;
    std::string file;
    std::uint64_t line = 0;
    Instant chargeStart;
    Instant chargeEnd;
    Day billingPeriod;
    Currency currency;
    std::array<std::optional<Amount>, kLensCount>
        cost;                  ///< by CostLens; of a shared line only the part of the chosen owner
    bool isSharedPart = false; ///< true where `cost` is a part of the line
    std::string team, costCenter, environment, useCase, workflow;
    std::array<std::string, kColumnCount> text;             ///< by Column, amounts with all their digits
    std::vector<std::pair<std::string, std::string>> extra; ///< provider columns by name, in file order
};

/// A window [offset, offset + rows.size()) of the charge lines a query's filters select, largest |cost| first or in
/// file order.
struct ChargePage {
    std::vector<ChargeRow> rows;
    std::uint64_t offset = 0;
    std::uint64_t total = 0;           ///< lines the filters select
    std::vector<CurrencyTotal> totals; ///< over all of them: equals the cell that was drilled into
    std::uint64_t revision = 0;
    /// Of the lines of the window alone, by currency; where only they were asked for, `rows` is empty.
    std::vector<CurrencyTotal> windowTotals;
};

} // namespace altimeter

#pragma once

#include "models/domain/costsource.h"
#include "models/domain/series.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

namespace altimeter::analysis {

/// What the accounts that know the same days add to a series.
struct SeriesPart {
    struct Cell {
        Amount cost;
        std::uint64_t rows = 0, unknownRows = 0;
        bool isThin = false; ///< more of its charges than usual state no such cost: its sum is not that of others
        /// Charges, and none that states this cost.
        bool isUnknown() const { return rows > 0 && rows == unknownRows; }
    };
    const KnownAccount* known = nullptr; ///< one of them, in the CostDays that were given; null: charges outside of it
    std::map<Day, Cell> cells;           ///< by step of the query; a step without charges has none
    bool isLive = false;                 ///< had charges lately: its unknown days are missed
    std::map<Day, Amount> apart{};       ///< of the cells, large purchases made once (setPurchasesApart): no level
    std::set<Day> bare{};                ///< days whose whole cost is purchases and credits, as far as that was asked
};

/// A series taken apart by what is known of it.
struct PartedSeries {
    std::vector<std::string> keys;
    bool isOther = false;
    Currency currency;
    std::vector<SeriesPart> parts;

    Amount cost() const;
};

/// The series of `query`, by currency, the largest first and the rest that is folded together last: the keys in `kept`,
/// and all others as one. `query.top` is ignored. `days` must outlive the answer.
Result<std::vector<PartedSeries>> partedSeries(const CostSource& costs, const CostDays& days, const CostQuery& query,
                                               const KeptKeys& kept, const std::stop_token& stop);

/// The same, with a row's keys for its account behind its own where `isByAccount`; see accountDims().
std::vector<PartedSeries> partedSeries(const CostTable& table, const CostDays& days, std::size_t keys,
                                       bool isByAccount);

/// Whether accounts of one currency know different days: only then a series has to be taken apart.
bool areKnownApart(const CostDays& days);
/// The dims that name an account, in the order partedSeries() wants them.
std::vector<Dim> accountDims();

/// Finds the account of a charge by its values of accountDims().
class AccountsByName {
public:
    /// `days` must outlive it.
    explicit AccountsByName(const CostDays& days);
    /// Null where none of its charges is in the data.
    const KnownAccount* find(std::span<const std::string> values, Currency currency) const;

private:
    std::map<std::tuple<Currency, std::string, std::string, std::string>, const KnownAccount*> m_accounts;
};

/// A point for every step of `range`, from the first to the last in which any charge of that currency begins.
/// `granularity` is that of the cells, or a longer one.
std::vector<SeriesPoint> pointsOf(const PartedSeries& series, const CostDays& days, const DateRange& range,
                                  Granularity granularity);

} // namespace altimeter::analysis

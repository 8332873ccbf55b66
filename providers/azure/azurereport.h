#pragma once

#include "models/domain/decimal.h"
#include "models/json/json.h"
#include "providers/core/delivery.h"

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// One of the (at most two) things by which a cost query divides its amounts.
struct CostGroup {
    bool isTag = false;
    std::string name; ///< "ServiceName", or the key of the tag
};

/// Reads "ServiceName" or "TagKey:team"; none for "none".
std::vector<CostGroup> costGroupsOf(const std::vector<std::string>& texts);

/// The body of a query for `type` (ActualCost, AmortizedCost) per day of `days`. Costs are cut to the last month of a
/// span over 31 days without a word: ask for one month at a time.
std::string costQuery(const std::string& type, const DateRange& days, const std::vector<CostGroup>& groups);

/// An answer of Cost Management: cells are found by the name of their column, never by position.
class CostTable {
public:
    /// Error Invalid where columns or rows are missing, or a row has another number of cells.
    static Result<CostTable> of(const Json& page, const std::string& where);

    /// The index of the `nth` column of that name, ignoring case; none: -1.
    int column(std::string_view name, int nth = 0) const;
    const std::vector<Json>& rows() const { return *m_rows; }

private:
    std::vector<std::string> m_names;
    const std::vector<Json>* m_rows = nullptr; ///< of the page, which must outlive the table
};

/// What one amount of a report is about.
struct CostKey {
    Day day;
    std::string currency;
    std::vector<std::string> groups; ///< values in the order of the groups; empty: the service has none
    friend auto operator<=>(const CostKey&, const CostKey&) = default;
};
using CostReport = std::map<CostKey, DecimalSum>;

/// Adds a page to a report. Error Invalid for a column that is missing and for a day outside of `asked`: Cost
/// Management moves time spans it does not like without a word.
Status addCostPage(const Json& page, const std::vector<CostGroup>& groups, const DateRange& asked,
                   const std::string& where, CostReport& into);

/// Where the costs of a connection belong.
struct CostPlace {
    std::string billingAccount;
    std::string subscription; ///< "/subscriptions/…", empty where the scope is wider
};

/// The charge of a key, from both reports read whole. A key that one of them lacks costs nothing in that view: a
/// purchase is billed on its day and amortised over others. So an amortised part has BilledCost 0 and a purchase
/// EffectiveCost 0.
Charge costCharge(const CostKey& key, const std::vector<CostGroup>& groups, const CostPlace& place,
                  const DecimalSum& billed, const DecimalSum& effective);

/// Measures of the pages of budgets, reservation summaries and forecasts. `scope` goes into their labels.
Status addBudgets(const Json& page, const std::string& scope, Day today, const std::string& where, Delivery& delivery);
Status addReservations(const Json& page, const DateRange& asked, const std::string& where, Delivery& delivery);
Status addForecast(const Json& page, const DateRange& asked, const std::string& scope, const std::string& where,
                   Delivery& delivery);

} // namespace altimeter::providers

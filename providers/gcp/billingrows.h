#pragma once

#include "providers/core/delivery.h"
#include "providers/gcp/billingquery.h"

#include <string_view>
#include <vector>

namespace altimeter::providers {

/// A row of an answer of BigQuery: cells are text or null, found by the name of their column. It must not outlive what
/// it is made from.
class QueryRow {
public:
    /// `columns` are those of the answer that told the schema; later pages may leave it out.
    static Result<std::vector<std::string>> columnsOf(const Json& answer, const std::string& where);

    QueryRow(const std::vector<std::string>& columns, const Json& row) : m_columns(columns), m_row(row) {}
    /// The text of a cell; empty for null and for a column that was not asked for.
    const std::string& operator[](std::string_view column) const;

private:
    const std::vector<std::string>& m_columns;
    const Json& m_row;
};

/// The charge of a row of billingSql(). Error Invalid names what makes it no charge.
Result<Charge> billingCharge(const BillingTable& table, const QueryRow& row, const std::string& where);

/// The amounts of the budgets of a page as measures; how much is spent of them the service does not say. A budget that
/// follows the last period has no amount and is counted in a finding.
Status addGoogleBudgets(const Json& page, Day today, const std::string& where, Delivery& delivery);

/// "-1.750000000" of units "-1" and nanos -750000000, exact.
Result<std::string> moneyText(const Json& money, const std::string& where);

} // namespace altimeter::providers

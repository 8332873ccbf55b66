#pragma once

#include "models/domain/period.h"
#include "models/json/json.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// Which of Google's billing tables a table is.
enum class BillingKind : std::uint8_t { Standard, Detailed, Focus };

/// A billing table with the columns it really has; Google adds some from time to time.
struct BillingTable {
    BillingKind kind = BillingKind::Standard;
    std::string id; ///< "project.dataset.table"
    std::string location;
    std::map<std::string, std::string> columns; ///< type by dotted path ("service.description"); "REPEATED …" for lists
    std::vector<std::string> topLevel;          ///< names of the columns in their order
    bool hasPartitionTime = false;              ///< partitioned by the day of loading

    bool has(std::string_view path) const { return columns.contains(std::string(path)); }
};

/// Reads an answer of tables.get. Error Invalid where a column is missing without which there are no costs.
Result<BillingTable> billingTableOf(const Json& table, BillingKind kind, const std::string& id,
                                    const std::string& where);

/// The query for the charges of the days between the parameters @from and @to (and @partition_from, @partition_to where
/// the table is partitioned by loading).
///
/// Standard and detailed: one row per day, service, SKU, project, place, cost type, labels and invoice month, and apart
/// from it one per kind of credit. A row of the table becomes a list of its cost and its credits before anything is
/// added up, so that no cost is counted once per credit. Amounts are added as the decimal digits Google shows and come
/// back as text.
std::string billingSql(const BillingTable& table);

/// The body of jobs.query for it. `requestId` makes a repetition harmless; a dry run only says how much it would read.
std::string billingRequest(const BillingTable& table, const DateRange& days, const std::string& maxBytes,
                           const std::string& requestId, bool isDryRun);

} // namespace altimeter::providers

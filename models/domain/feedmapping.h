#pragma once

#include "models/domain/money.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace altimeter {

/// How a priced feed (CSV or JSON of any layout) says its charges, as flat settings that a connection keeps among its
/// values and a profile keeps under a name:
///
/// - "column:BilledCost" = "Amount (USD)": a FOCUS column, x_ column or "tag:KEY" is read from this field; for JSON the
///   field is a path ("usage.cost")
/// - "constant:ServiceName" = "Pinecone": the same text on every charge
/// - "rows" = "data.items": where the list of records lies in a JSON document; empty: the document itself, or JSON
/// lines
/// - "amount_unit" = "unit" | "cents" | "thousandths" | "millionths" | "nano"
/// - "sign" = "as-is" | "inverted"
/// - "dates" = "month-first" | "day-first": how 03/04/2026 is read
/// - "decimal" = "point" | "comma"
/// - "currency" = "USD": where no field names it
/// - "period" = "day" | "month": how long a charge without an end lasts
using FeedMapping = std::map<std::string, std::string>;

/// The first records of a feed beside what a mapping makes of them.
struct FeedPreview {
    std::string format;               ///< "csv", "json", "json-lines"
    std::vector<std::string> columns; ///< fields found, in order; of nested JSON the paths
    std::vector<std::vector<std::string>> sample;
    FeedMapping proposal;                   ///< guessed from names and contents; the user decides
    std::vector<std::string> problems;      ///< what is still missing or cannot be read, with record and field
    std::vector<std::string> mappedColumns; ///< of the charges the mapping makes
    std::vector<std::vector<std::string>> mapped;
    std::uint64_t records = 0; ///< in the whole feed
    std::uint64_t unreadable = 0;
    std::vector<std::pair<Currency, DecimalSum>> totals; ///< BilledCost over the whole feed
};

} // namespace altimeter

#pragma once

#include "app/cli/arguments.h"
#include "app/session/workspace/snapshot.h"
#include "models/domain/query.h"
#include "models/domain/typedrange.h"

#include <string>
#include <vector>

namespace altimeter::cli {

/// The options every question about cost shares: --from, --to, --range, --fiscal-year-start, --where, --cost.
std::vector<OptionSpec> filterOptions();
/// These and --by.
std::vector<OptionSpec> groupOptions();

/// Reads them. Error Invalid names the word that cannot be used.
Result<CostQuery> queryOf(const Arguments& arguments);

/// The days of --range, which count back from the data of `snapshot`: into the query. Nothing without that option.
/// Error Invalid for words that need data where there are none.
Status placeRange(const Arguments& arguments, const session::Snapshot& snapshot, CostQuery& query);
/// The days of the query and how far it is to the next ones of their kind. Error Invalid where a bound is open.
Result<TypedRange> boundedRange(const Arguments& arguments, const session::Snapshot& snapshot, const CostQuery& query);

/// "none", "day", "week", "month". Error Invalid otherwise.
Result<Granularity> granularityByName(const std::string& name);

} // namespace altimeter::cli

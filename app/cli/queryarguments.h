#pragma once

#include "app/cli/arguments.h"
#include "models/domain/query.h"

#include <string>
#include <vector>

namespace altimeter::cli {

/// The options every question about cost shares: --from, --to, --where, --cost.
std::vector<OptionSpec> filterOptions();
/// These and --by.
std::vector<OptionSpec> groupOptions();

/// Reads them. Error Invalid names the word that cannot be used.
Result<CostQuery> queryOf(const Arguments& arguments);

/// "none", "day", "week", "month". Error Invalid otherwise.
Result<Granularity> granularityByName(const std::string& name);

} // namespace altimeter::cli

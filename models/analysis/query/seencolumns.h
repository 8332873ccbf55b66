#pragma once

#include "models/domain/query.h"
#include "models/facts/widening.h"

#include <set>
#include <string>
#include <vector>

namespace altimeter::analysis {

/// What a query looks at of the provider columns in `beside`, whose cells stand beside their lines.
struct SeenByQuery {
    std::vector<SeenColumn> columns;
    std::string key; ///< equal for queries that see the same of the same columns
};
SeenByQuery columnsSeenBy(const CostQuery& query, const std::set<std::string, std::less<>>& beside);

} // namespace altimeter::analysis

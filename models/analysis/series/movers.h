#pragma once

#include "models/domain/overview.h"
#include "models/domain/query.h"

#include <vector>

namespace altimeter::analysis {

/// What moved between two tables by the same dims, in one currency, largest |change| first. A key that is in one of
/// them alone moved from or to nothing.
std::vector<Overview::Mover> moversOf(const CostTable& now, const CostTable& before, Currency currency);

} // namespace altimeter::analysis

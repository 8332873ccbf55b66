#pragma once

#include "models/domain/costsource.h"
#include "models/domain/decimal.h"
#include "models/domain/focus.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>

namespace altimeter::store {

/// Counts again what was written, from the bytes themselves: the sums of a partition are only worth something as long
/// as nobody has to take the writer's word for them.

/// Exact sums of costs, by CostLens.
using CostSums = std::array<DecimalSum, kLensCount>;

/// Adds the costs of an encoded segment to `sums`. Error Corrupt where it cannot be read back.
Status addCosts(const EncodedSegment& encoded, CostSums& sums);

/// Counts a partition again from its segments. Damaged segments are left out.
Result<Recount> recountPartition(const sql::Connection& connection, std::int64_t partition);

} // namespace altimeter::store

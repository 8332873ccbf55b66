#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/costsource.h"
#include "models/domain/query.h"
#include "models/domain/result.h"
#include "models/domain/series.h"
#include "models/facts/factset.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// Answers a query by a pass over the runs of the facts, on several threads where that pays; only runs that a range or
/// a step cuts through are looked at line by line. The rows of a currency add up to its total exactly. Errors: Invalid
/// (a dim that does not exist), Overflow, Cancelled.
Result<CostTable> runQuery(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                           std::stop_token stop = {});

/// The same, with all but the keys in `kept` (of all keys where null) folded into one row "Other" per currency and
/// period; `query.top` is ignored.
Result<CostTable> runQuery(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                           const KeptKeys* kept, std::stop_token stop);

} // namespace altimeter::analysis

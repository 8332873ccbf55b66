#pragma once

#include "models/domain/costsource.h"
#include "models/domain/overview.h"
#include "models/domain/result.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// The figures of an overview, relative to the last day of the data: month, currencies (those of `currencies`, in their
/// order) and anomalies. What is kept beside the charges (sources, proof, far charges) is left to the caller. Errors:
/// those of the source.
Result<Overview> overviewFigures(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                                 std::stop_token stop);

/// A source whose last charge lies far behind the data is as fresh as the last of its charges inside.
Status freshenSources(const CostSource& costs, std::vector<SourceInfo>& sources, std::stop_token stop);

} // namespace altimeter::analysis

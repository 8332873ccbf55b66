#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/allocationrule.h"
#include "models/domain/result.h"
#include "models/facts/factset.h"

#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// Per rule that `attribution` was made of, by index: lines it assigned anything of, and their EffectiveCost by
/// currency. A line that several rules had a part in counts at each. Error Cancelled.
Result<std::vector<RuleDiff::RuleUse>> ruleUseOf(const FactSet& facts, const Attribution& attribution,
                                                 const std::stop_token& stop);

} // namespace altimeter::analysis

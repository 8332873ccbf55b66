#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/result.h"
#include "models/facts/factset.h"

#include <cstddef>
#include <stop_token>

namespace altimeter::analysis {

/// Effect of replacing `before` by `after`: by owner field, owner, month and currency, EffectiveCost.
Result<RuleDiff> diffAttributions(const FactSet& facts, const Attribution& before, const Attribution& after,
                                  std::size_t ruleCount, std::stop_token stop = {});

} // namespace altimeter::analysis

#pragma once

#include "models/domain/costsource.h"

#include <stop_token>

namespace altimeter::analysis {

/// Effect of replacing the rules of `published` by those of `draft`: by owner field, owner, month and currency,
/// EffectiveCost; coverage is that of `from` on (none: always). Requires two sources of the same charges (see
/// CostSource::under()). Errors: those of the sources.
Result<RuleDiff> diffRules(const CostSource& published, const CostSource& draft, std::stop_token stop = {},
                           Day from = {});

} // namespace altimeter::analysis

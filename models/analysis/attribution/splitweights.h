#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/result.h"
#include "models/facts/factset.h"

#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

namespace altimeter::analysis {

/// Weighs the proportional ones among `splits` by the directly assigned EffectiveCost of each team, per currency and
/// charge month. Requires that `attribution`, whose splits these are, says already who owns what is not shared. Errors:
/// Invalid (more weights than Attribution holds), Overflow, Cancelled.
Status weighSplits(const FactSet& facts, const Attribution& attribution, std::vector<Attribution::Split>& splits,
                   const std::stop_token& stop);

/// Error Invalid where the rules would make more of something than one of Attribution's limits: "the rules would `does`
/// `count` `what`; at most `most` are possible".
Status checkRuleLimit(std::uint64_t count, std::uint64_t most, std::string_view does, std::string_view what);

} // namespace altimeter::analysis

#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/chargeselection.h"
#include "models/facts/storedlines.h"

#include <span>
#include <stop_token>
#include <vector>

namespace altimeter::analysis {

/// Charge lines as people see them: each stored line with the owner, and where it is shared the part, of its match.
/// Requires matches of these facts under this attribution. Errors: those of StoredLines::read().
Result<std::vector<ChargeRow>> chargeRows(const FactSet& facts, const Attribution& attribution,
                                          const StoredLines& stored, std::span<const ChargeMatch> matches,
                                          const std::stop_token& stop);

} // namespace altimeter::analysis

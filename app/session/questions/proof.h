#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/costsource.h"
#include "models/domain/proofline.h"

#include <stop_token>
#include <vector>

namespace altimeter::session {

/// Quick proves what is in memory against the sums kept at import, when the stored lines were counted again; Full
/// counts them again now, in the file and as an export would write them.
enum class ProofDepth { Quick, Full };
/// All that was delivered: the partitions, and what could not be stored and is of none of them.
std::vector<PartitionInfo> provable(const Snapshot& snapshot);
/// Requires partitions of the revision of `costs`.
Result<std::vector<ProofLine>> buildProof(const CostSource& costs, const std::vector<PartitionInfo>& partitions,
                                          const std::vector<CostLens>& lenses, ProofDepth depth, std::stop_token stop);

} // namespace altimeter::session

#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/costsource.h"
#include "models/domain/result.h"
#include "models/domain/rulelayers.h"
#include "models/domain/rulesdocument.h"
#include "models/domain/sources.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter {
struct FactSet;
}

namespace altimeter::session {

class KnownDuplicates;
class StoredRevision;
class WorkspaceFile;

/// One revision of a workspace, whole: the charges in memory, the rules in force, what they answer together, and all
/// that the file held at that revision. Every answer is made from one snapshot alone (see questions/answers.h), so its
/// parts agree with each other whoever writes to the file meanwhile; the next revision is another snapshot.
///
/// Never changes once it is made; may be asked by several threads at once. What it holds in memory it shares with the
/// snapshots before and after it.
struct Snapshot {
    std::string path;
    std::string name; ///< of the workspace, as people call it
    bool isDemo = false;
    std::uint64_t revision = 0;
    std::shared_ptr<const FactSet> facts;
    std::vector<RuleLayer> ruleLayers; ///< the versions that apply to any day, newest first; none if they are unusable
    RuleSet rules;                     ///< of all layers together
    RulesDocument rulesDocument;       ///< the newest
    std::shared_ptr<const CostSource> costs; ///< what they answer under `rules`
    CostDays days;
    std::vector<PartitionInfo> partitions;
    std::vector<PartitionInfo> strays;            ///< what could not be stored and is of none of them; without rows
    std::vector<Currency> currencies;             ///< in the order of currenciesInOrder()
    std::vector<std::string> damage;              ///< sentences about what is stored and cannot be believed or read
    std::shared_ptr<const StoredRevision> stored; ///< everything else, read when it is asked for
    std::shared_ptr<KnownDuplicates> duplicates;  ///< of stored lines, as they were asked for so far
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// What `file` holds now. What has not changed since `previous` (may be null) is shared with it and not read again.
/// Errors: Database, Io, Corrupt (what tells the charges' meaning cannot be read), Cancelled.
Result<SnapshotPtr> loadSnapshot(const std::shared_ptr<const WorkspaceFile>& file, const Snapshot* previous,
                                 const std::stop_token& stop);

} // namespace altimeter::session

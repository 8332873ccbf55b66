#pragma once

#include "models/domain/costline.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// How far a sync has come.
struct SyncProgress {
    std::string connection;
    std::string phase; ///< "asking", "storing", "waiting 30 s: the provider asked for a pause"
    std::uint64_t requests = 0, rows = 0, bytes = 0;
    int chunksDone = 0, chunks = 0;
};

/// What a sync will ask before it is run.
struct SyncPlan {
    std::string connection;
    std::vector<DateRange> chunks;
    std::uint64_t requests = 0; ///< at least this many; paging may add some
    DecimalSum cost;            ///< of these requests
    std::string currency;
};

/// What one connection's sync did.
struct SyncResult {
    std::string connection;
    bool ok = false;
    bool wasCancelled = false;
    bool isElsewhere = false; ///< left out: another program syncs this connection at the moment
    DateRange window;         ///< what was asked; stored up to `storedThrough`
    std::uint64_t requests = 0, rows = 0, bytes = 0, measures = 0;
    std::uint64_t partitionsNew = 0, partitionsReplaced = 0, partitionsUnchanged = 0, partitionsRemoved = 0;
    DecimalSum spent;
    std::string problem, todo;
    std::vector<Finding> findings; ///< also of what was stored before a failure
};

} // namespace altimeter

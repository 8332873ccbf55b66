#pragma once

#include "app/session/workspace/knownduplicates.h"
#include "app/session/workspace/snapshot.h"
#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <stop_token>

namespace altimeter::session {

/// Lines of a partition that say what another one says to the last cell, by day. A partition without a charge in
/// `range` is not looked at and has none. `db` reads the snapshot's revision.
Result<KnownDuplicates::Days> duplicateDays(const Snapshot& snapshot, const store::sql::Connection& db,
                                            std::int64_t partition, const DateRange& range,
                                            const std::stop_token& stop);

} // namespace altimeter::session

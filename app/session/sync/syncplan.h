#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/store/settings/connections.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace altimeter::session {

using Memory = std::map<std::string, std::string>; ///< of a connection, see store::StoredConnection

/// When its schedule asks for it again; the beginning of time where it was never synced. Requires a schedule.
Instant nextSyncOf(const store::StoredConnection& connection);

/// The stretches of days a sync has to ask for, newest first, none longer than the kind's `chunkDays`.
///
/// Due are the days of the backfill that were never asked for, those of the trailing window in which the provider
/// restates, those that were estimated when last asked for and are final by now, and of kinds without a habit
/// (`finalAfterDays` 0) those that were not asked for on the last day of their trailing window. So a sync that was
/// interrupted goes on where it stopped. A day behind the trailing window that was not answered, as `memory` says,
/// rests for a week after it was asked for: what a source no longer has is not asked for at every sync. With `wanted`
/// (both bounds valid) all its days are due, and no others. Kinds that deliver whole months get whole months. `today`
/// is the UTC day of the clock.
std::vector<DateRange> dueChunks(const ConnectorInfo& info, const ConnectionSettings& settings,
                                 std::span<const store::CoveredDay> covered, const DateRange& wanted, Day today,
                                 const Memory& memory = {});

/// Notes in `memory` that those of the days of `asked` that are in `unanswered` were not answered on the day `today`,
/// and that the others were; of other days it takes over what `before` says.
void noteUnanswered(Memory& memory, const Memory& before, const DateRange& asked,
                    const std::vector<DateRange>& unanswered, Day today);

/// Whether the charges of `day` are final at `now` by the kind's own habit; false for kinds that say so themselves.
bool isFinalByAge(const ConnectorInfo& info, Day day, Instant now);

} // namespace altimeter::session

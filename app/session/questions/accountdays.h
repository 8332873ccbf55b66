#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/completeness.h"
#include "models/domain/result.h"

#include <stop_token>
#include <vector>

namespace altimeter::session {

/// Accounts that delivered regularly (see stoppedPause()) and have stopped, although their source goes on with others
/// and no other source has gone on with them; or whose source has told nothing for so long that they are taken as ended
/// (see KnownAccount::ended). Of the last thirteen months, by source, provider, account and, where the
/// account goes on in another, currency.
Result<std::vector<StoppedAccount>> stoppedAccounts(const Snapshot& snapshot, const std::stop_token& stop);

/// "AWS 1234 has no charges after 2026-05-11, while its source goes on to 2026-06-30; …"
Finding stoppedFinding(const StoppedAccount& stopped);

} // namespace altimeter::session

#pragma once

#include "app/session/events/rollups.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

namespace altimeter::session {

/// The price book of a workspace and its mark. Errors as of reading it.
Result<RollupTerms> rollupTerms(const store::sql::Connection& db);

} // namespace altimeter::session

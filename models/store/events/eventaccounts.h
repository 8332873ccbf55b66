#pragma once

#include "models/domain/airuns.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <stop_token>
#include <vector>

namespace altimeter::store {

/// What became of the AI events of each source, in the order in which the sources came. Every block is read and
/// counted. Errors: Corrupt, Cancelled.
Result<std::vector<EventSourceInfo>> eventSources(const sql::Connection& db, const std::stop_token& stop);

} // namespace altimeter::store

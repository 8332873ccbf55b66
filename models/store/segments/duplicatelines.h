#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <map>
#include <stop_token>

namespace altimeter::store {

/// How many lines of a stored partition say what another one says to the last cell, their number in the file aside, by
/// the day they begin on; of two equal lines one counts. Reads every line. Damaged segments are left out. Error
/// Cancelled.
Result<std::map<Day, std::uint64_t>> duplicateLines(const sql::Connection& connection, std::int64_t partition,
                                                    const std::stop_token& stop);

} // namespace altimeter::store

#pragma once

#include "models/domain/result.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <cstdint>

namespace altimeter::store {

/// The highest numbers that partitions and segments were ever given. A number is given once: a reader that holds an
/// older revision knows what it read by number, and after the newest partition was removed the next one would otherwise
/// come under the same number.
struct LastIds {
    std::int64_t partition = 0;
    std::int64_t segment = 0;
};

/// Error Corrupt where one is missing, below a number that is in use or beyond all that could have been given.
Result<LastIds> readLastIds(const sql::Connection& connection);
/// Requires an open transaction.
Status writeLastIds(sql::Connection& connection, const LastIds& ids, SealedChanges& changes);

} // namespace altimeter::store

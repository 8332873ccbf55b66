#pragma once

#include "models/facts/factset.h"
#include "models/facts/storedlines.h"
#include "models/store/sql/sql.h"

#include <span>
#include <stop_token>
#include <vector>

namespace altimeter::store {

/// Reads whole charge lines back, in the order asked for, every delivered column and digit included. Costs are those of
/// the whole line; owners are left empty (they are the allocation's to tell). Error Corrupt for a damaged segment;
/// NotFound where it was replaced since the facts were loaded.
Result<std::vector<ChargeRow>> readCharges(sql::Connection& connection, const Dictionaries& dictionaries,
                                           std::span<const RowAddress> rows, std::stop_token stop);

/// See StoredLines::numbers() and StoredLines::files(). Errors as of readCharges().
Result<std::vector<std::optional<Decimal>>> readNumbers(sql::Connection& connection, const FactChunk& chunk,
                                                        const LineKey& key);
Result<std::vector<std::string>> readFiles(sql::Connection& connection, std::span<const FactChunk* const> chunks);

/// The provider columns that a chunk, as it is stored, has beside its lines. Errors as of readCharges().
Result<std::vector<CellsBeside>> readCellsBeside(sql::Connection& connection, const FactChunk& chunk);

} // namespace altimeter::store

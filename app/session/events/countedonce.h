#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/events/duplicates.h"
#include "models/store/events/eventreading.h"
#include "models/store/sql/sql.h"

#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace altimeter::session {

/// Which stored events tell of usage that another operation of their run bears (see countedTwice()): by block and row.
using SuppressedRows = std::unordered_map<std::int64_t, std::unordered_map<std::uint32_t, DropReason>>;

/// Those among the events of `days`. An operation and what it holds are looked for from the day before to the day
/// after; runs are told apart by their id alone, whatever source tells of them. Error Corrupt, Cancelled.
Result<SuppressedRows> countedTwiceIn(const store::sql::Connection& db, std::span<const store::EventBlockInfo> blocks,
                                      const DateRange& days, const std::stop_token& stop);

/// Whether an event holds what may be charged.
bool hasUsage(const store::EventBlock& block, std::size_t row);
/// Blocks with an event that may have started on these days.
std::vector<store::EventBlockInfo> blocksOf(std::span<const store::EventBlockInfo> blocks, const DateRange& days);

/// Days put together as long as they hold no more events than are searched at a time; those of a block are taken to lie
/// evenly between its ends.
std::vector<std::set<Day>> batchesOf(const std::set<Day>& days, std::span<const store::EventBlockInfo> blocks);

} // namespace altimeter::session

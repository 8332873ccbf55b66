#pragma once

#include "models/facts/factset.h"
#include "models/facts/storedlines.h"
#include "models/store/segments/recounting.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::store {

using altimeter::RowAddress;

/// The facts of one revision, and what could not be read.
struct LoadedFacts {
    std::shared_ptr<const FactSet> facts;
    /// Plain sentences about what does not hold: damageOf(), the dictionaries, and segments that are damaged or say
    /// other days or another number of lines than their partition. Their lines are left out and the proof sheet shows
    /// it. Complete for the revision, however much of it was read before.
    std::vector<std::string> damage;
};

/// Reads the current revision. Segments that `previous` already holds are shared, not read again.
/// Errors: Database, Io, Corrupt (what tells the segments' meaning cannot be read), Cancelled. A damaged segment is no
/// error: see LoadedFacts::damage.
Result<LoadedFacts> loadFacts(sql::Connection& connection, const FactSet* previous, std::stop_token stop);

/// Reads whole charge lines back, in the order asked for, every delivered column and digit included. Costs are those of
/// the whole line; owners are left empty (they are the allocation's to tell). Error Corrupt for a damaged segment.
Result<std::vector<ChargeRow>> readCharges(sql::Connection& connection, const Dictionaries& dictionaries,
                                           std::span<const RowAddress> rows, std::stop_token stop);

/// Member ids of an attribute combination, by Group.
using ComboMembers = std::array<std::uint32_t, kComboGroupCount>;
/// The combination that a row (id, members) of its table holds. Error Corrupt when it is not number `id` or names a
/// tuple that is not below the `sizes` of the groups.
Result<ComboMembers> comboAt(const sql::Statement& row, std::size_t id,
                             const std::array<std::size_t, kGroupCount>& sizes);

/// Decodes the JSON object of a Tags or SkuPriceDetails cell; tolerant of the shapes real exports use (no braces,
/// words).
std::vector<TagPair> decodeTags(std::string_view text);

} // namespace altimeter::store

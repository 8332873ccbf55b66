#pragma once

#include "models/facts/factset.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <stop_token>

namespace altimeter::store {

/// Reads what `dictionaries` does not hold yet: they only ever grow, so a number stands for the same tuple for as long
/// as the workspace lives. Their checksum follows what is read. Error Corrupt where the numbers have a gap; Cancelled:
/// what is read by then is not whole.
Status loadDictionaries(sql::Connection& connection, Dictionaries& dictionaries, const std::stop_token& stop);

/// Numbers of the tuples of an attribute combination, by Group.
using ComboMembers = std::array<std::uint32_t, kComboGroupCount>;
/// The combination that a row (id, members) of its table holds. Error Corrupt when it is not number `id` or names a
/// tuple that is not below the `sizes` of the groups.
Result<ComboMembers> comboAt(const sql::Statement& row, std::size_t id,
                             const std::array<std::size_t, kGroupCount>& sizes);

} // namespace altimeter::store

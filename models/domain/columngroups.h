#pragma once

#include "models/domain/focus.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace altimeter {

/// Columns that travel together are stored once per distinct tuple; a line then carries one number for all of them.
/// `Bill` is kept per line; the others form the line's attribute combination.
enum class Group : std::uint8_t { Account, Resource, Tags, Sku, Charge, Description, Split, Extra, Bill };
inline constexpr std::size_t kComboGroupCount = 8;
inline constexpr std::size_t kGroupCount = 9;

/// First column of a group and how many follow in the order of Column; {0, 0} for Extra, whose tuples name their
/// columns.
struct GroupColumns {
    std::size_t first = 0;
    std::size_t count = 0;
};
GroupColumns columnsOf(Group group);
/// The group a column belongs to; none for the columns that every line has its own value of (dates, costs, quantities).
std::optional<Group> groupOf(Column column);

} // namespace altimeter

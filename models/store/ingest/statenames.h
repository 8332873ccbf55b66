#pragma once

#include <compare>
#include <string_view>

namespace altimeter::store {

/// Which of two files (or folders) of a delivery was made later, as far as their names say it: by the dates in them
/// ("focus_2025-06-12.csv", "20250601-20250630/202506120915/part_0.csv") or by a number behind a word that counts
/// states
/// ("run2", "june-v3.csv"), where they are the same otherwise but for identifiers that programs make. Unordered where
/// they say nothing or contradict themselves; never equivalent.
std::partial_ordering laterByName(std::string_view a, std::string_view b);

} // namespace altimeter::store

#pragma once

#include <cstddef>

namespace altimeter {

/// Bytes of a Tags text, blanks at its ends apart; a longer one counts as no tags, and the import tells of it.
inline constexpr std::size_t kLongestTags = 1'000'000;

} // namespace altimeter

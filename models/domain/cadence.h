#pragma once

#include "models/domain/period.h"

#include <optional>
#include <span>

namespace altimeter {

/// The pause that an account's charges have come to, where it is none that the account ever made: longer than twice the
/// longest one so far, and than three days. `days`: those with a charge, ascending, each once; `through`: the last day
/// of its source. Answers the longest pause so far, in days; nothing where the account goes on, or came on fewer than
/// five days, from which no habit can be told. So a daily account has stopped after four days without, a weekly one
/// after a fortnight, a monthly one after two months.
std::optional<int> stoppedPause(std::span<const Day> days, Day through);

} // namespace altimeter

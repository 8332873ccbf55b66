#pragma once

#include "models/domain/period.h"

#include <string>

namespace altimeter::ui {

/// The typed form of a range: "2026-09" for a whole month, "2026-09-01..2026-09-15" otherwise, "all" where open.
std::string rangeText(const DateRange& range);
/// The range `by` periods later (negative: earlier): whole months move by their count of months, a range that begins on
/// a 1st inside one month keeps its days of the month, anything else moves by its length. Requires both bounds.
DateRange shiftedRange(const DateRange& range, int by);

} // namespace altimeter::ui

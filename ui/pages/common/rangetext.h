#pragma once

#include "models/domain/typedrange.h"

namespace altimeter::ui {

/// The range `by` periods later (negative: earlier): whole months move by their count of months, a range that begins on
/// a 1st inside one month keeps its days of the month, anything else moves by its length. Requires both bounds.
DateRange shiftedRange(const DateRange& range, int by);

} // namespace altimeter::ui

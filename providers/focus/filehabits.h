#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "providers/core/bytesource.h"
#include "providers/focus/dates.h"

#include <vector>

namespace altimeter::providers {

/// How one file writes what could be read in two ways. Decided once from its first rows.
struct FileHabits {
    DateOrder dateOrder = DateOrder::MonthFirst;
    bool decimalComma = false;
    std::vector<Finding> findings; ///< doubts about the decision; `file` is left empty
};

/// Reads the first 2,000 records (at most 2 MiB) and decides.
///
/// Order of "4/1/25": a number above 12 decides; else billing periods that start on the first of a month; else the
/// month comes first and a finding says so. Decimal comma: when amounts hold commas that cannot be grouping, or any
/// comma in a semicolon file, and none holds a decimal point. Errors are those of the source.
Result<FileHabits> studyFile(ByteSource& source);

} // namespace altimeter::providers

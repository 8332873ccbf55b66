#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "providers/core/bytesource.h"
#include "providers/focus/columns.h"
#include "providers/focus/dates.h"
#include "providers/focus/headersearch.h"

#include <optional>
#include <stop_token>
#include <vector>

namespace altimeter::providers {

/// What whoever reads a file knows of it better than the file shows.
struct ReadingHints {
    std::optional<bool> decimalComma;   ///< false: numbers have a decimal point
    std::optional<DateOrder> dateOrder; ///< of days such as 4/1/25
};

/// How one file writes what could be read in two ways. Decided once for the whole file.
struct FileHabits {
    DateOrder dateOrder = DateOrder::MonthFirst;
    ColumnSet decimalComma;        ///< columns whose numbers have one
    std::vector<Finding> findings; ///< about the decision; `file` is left empty
};

/// Looks at the records of a file and decides. `source` stands at the begin of the text, `place` says where its header
/// is.
///
/// Numbers: "0,5", "0,125", "1234,500" and "1.234,5" prove a decimal comma; "0.5", "1,234.5" and "1,234,567" prove a
/// decimal point; "1,234" proves nothing. A column is read as its own numbers prove, else as those of the other columns
/// do, of costs those of the other costs, else a semicolon between the fields speaks for the comma. "1.234" has a
/// decimal point, as FOCUS writes it, but may group thousands where fields are separated by semicolons, days written
/// as 1.6.2025, or other numbers have a decimal comma.
///
/// Order of "4/1/25": a number above 12 decides; else billing periods that start on the first of a month or, written
/// otherwise, hold the charge in one of the two orders only; Azure's usage details are documented to have the month
/// first, which is said, and not believed where it would scatter the charges over months, on the same few days of each.
///
/// The first 2,000 records (at most 2 MiB) are looked at, and all others too where a number has a comma, no cost has
/// a decimal point, or days have no number above 12 by then. Errors: those of the source, Cancelled, and Invalid,
/// naming column and line, where something can be read in two ways and nothing decides.
Result<FileHabits> studyFile(ByteSource& source, const HeaderPlace& place, const ReadingHints& hints = {},
                             const std::stop_token& stop = {});

} // namespace altimeter::providers

#pragma once

#include "models/domain/period.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace altimeter::providers {

/// How a file writes days as three numbers with the year last. Decided once per file, never per row.
enum class DateOrder : std::uint8_t { MonthFirst, DayFirst };

struct ParsedInstant {
    Instant instant;
    bool exact = true; ///< written as FOCUS asks: YYYY-MM-DDThh:mm:ssZ
};

/// Reads a date or date and time; without a zone it is UTC, fractions of a second are dropped.
///
/// Understood: "2024-09-18T22:00:00Z", a blank instead of T, no zone, "+02:00", fractions, "UTC", date only, "2024-09",
/// "2024/09/18", compact "20240918" and "20240918T220000Z"; with slashes or dots "9/18/2024", "9/18/24",
/// "9/18/2024 22:00", "9/18/2024 10:00 PM", and with dashes "9-18-2024", in the given order; with the English name of
/// the month "18-Sep-2024", "18-Sep-24", "18 September 2024", "September 18, 2024"; and what a spreadsheet counts in
/// days, "45553" or "45553.75", of the years 2000 to 2099. Nothing for anything else or a day that does not exist.
std::optional<ParsedInstant> parseInstant(std::string_view text, DateOrder order);

/// What a text says about the order of its file: the first two numbers of "18/9/2024".
struct SlashDate {
    int first = 0;
    int second = 0;
    bool isEitherWay() const { return first <= 12 && second <= 12 && first != second; }
};
/// Nothing when the text is no date of that kind.
std::optional<SlashDate> slashDate(std::string_view text);

/// First day of the month an invoice period belongs to. With both ends known and at most 45 days apart it is the month
/// of the middle, so that periods that start at 07:00 on the 1st or at 23:00 on the day before count alike. Otherwise
/// the month of the start, and a start in the last 14 hours of a month counts to the next one.
/// Requires a valid start.
Day billingMonth(Instant start, Instant end);

} // namespace altimeter::providers

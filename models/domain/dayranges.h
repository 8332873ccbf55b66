#pragma once

#include "models/domain/period.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace altimeter {

/// Sorted, each day once, neighbours joined. All ranges of this header have both bounds.
std::vector<DateRange> joined(std::vector<DateRange> ranges);
std::vector<DateRange> joined(const std::set<Day>& days);

/// The days of `ranges` that are not in `gone`, joined.
std::vector<DateRange> without(std::vector<DateRange> ranges, const std::vector<DateRange>& gone);

/// Whether every day of `days` is in `ranges`, which are joined.
bool holdsAll(std::span<const DateRange> ranges, const DateRange& days);

std::uint64_t countDays(std::span<const DateRange> ranges);

/// "2026-11-18 to 2026-11-20, 2026-11-22" of joined ranges; the last day is inside. After `most` of them "and 4 more
/// days".
std::string daysText(std::span<const DateRange> ranges, std::size_t most = 5);

} // namespace altimeter

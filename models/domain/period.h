#pragma once

#include "models/domain/result.h"

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace altimeter {

/// A UTC calendar day, counted from 1970-01-01. Unknown is `Day::none()`, never day 0.
struct Day {
    std::int32_t number = std::numeric_limits<std::int32_t>::min();

    static constexpr Day none() { return {}; }
    constexpr bool isValid() const { return number != std::numeric_limits<std::int32_t>::min(); }
    /// Proleptic Gregorian; requires a real date.
    static Day fromYmd(int year, int month, int day);
    int year() const;
    int month() const;      ///< 1..12
    int dayOfMonth() const; ///< 1..31
    int weekday() const;    ///< 0 Monday .. 6 Sunday
    Day firstOfMonth() const;
    /// Adds calendar months to the first of this day's month.
    Day addMonths(int months) const;
    constexpr Day operator+(int days) const { return {number + days}; }
    constexpr Day operator-(int days) const { return {number - days}; }
    constexpr int operator-(Day other) const { return number - other.number; }
    friend constexpr auto operator<=>(Day, Day) = default;
    friend constexpr bool operator==(Day, Day) = default;
};

/// "2026-11-19"; empty for Day::none().
std::string toString(Day day);
/// Reads "2026-11-19" or "2026-11" (its first day). Error Invalid.
Result<Day> parseDay(std::string_view text);

/// Seconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t seconds = std::numeric_limits<std::int64_t>::min();

    constexpr bool isValid() const { return seconds != std::numeric_limits<std::int64_t>::min(); }
    Day day() const;
    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr bool operator==(Instant, Instant) = default;
};

/// "2026-11-19T00:00:00Z"; empty when not valid.
std::string toString(Instant instant);

/// Days [from, to): `from` is inside, `to` outside. An invalid bound is open on that side.
struct DateRange {
    Day from;
    Day to;

    bool contains(Day day) const { return (!from.isValid() || day >= from) && (!to.isValid() || day < to); }
    /// Days covered; requires both bounds.
    int days() const { return to - from; }
    friend bool operator==(const DateRange&, const DateRange&) = default;
};

enum class Granularity { None, Day, Week, Month };

/// First day of the step that contains `day`: itself, its Monday, the first of its month. None answers `day`.
Day stepStart(Day day, Granularity granularity);
/// First day of the step after the one that starts at `start`. None answers `start`.
Day nextStep(Day start, Granularity granularity);

} // namespace altimeter

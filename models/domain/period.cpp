#include "models/domain/period.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace altimeter {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr int kDaysPerEra = 146097;  // 400 Gregorian years
constexpr int kEpochOffset = 719468; // days from 0000-03-01 to 1970-01-01

constexpr int floorDiv(int a, int b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

constexpr std::int64_t floorDiv64(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

struct Ymd {
    int year = 0, month = 0, day = 0;
};

// Years are counted from March, so that the leap day is the last of its year.
constexpr std::int32_t dayNumber(int year, int month, int day)
{
    const int marchYear = month <= 2 ? year - 1 : year;
    const int era = floorDiv(marchYear, 400);
    const int yearOfEra = marchYear - era * 400;
    const int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * kDaysPerEra + dayOfEra - kEpochOffset;
}

constexpr Ymd civil(std::int32_t number)
{
    const int shifted = number + kEpochOffset;
    const int era = floorDiv(shifted, kDaysPerEra);
    const int dayOfEra = shifted - era * kDaysPerEra;
    const int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const int marchMonth = (5 * dayOfYear + 2) / 153;
    const int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
    return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1};
}

static_assert(dayNumber(1970, 1, 1) == 0 && dayNumber(2000, 3, 1) == 11017);

constexpr int daysInMonth(int year, int month)
{
    const int nextYear = month == 12 ? year + 1 : year;
    return dayNumber(nextYear, month % 12 + 1, 1) - dayNumber(year, month, 1);
}

void appendPadded(std::string& text, int value, int width)
{
    const std::string digits = std::to_string(value);
    text.append(static_cast<std::size_t>(std::max(0, width - static_cast<int>(digits.size()))), '0').append(digits);
}

/// All of `text` as a count of at most `maxDigits` digits.
std::optional<int> number(std::string_view text, std::size_t maxDigits)
{
    int value = 0;
    if (text.empty() || text.size() > maxDigits || text.front() == '-')
        return std::nullopt;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace

Day Day::fromYmd(int year, int month, int day)
{
    return {dayNumber(year, month, day)};
}

int Day::year() const
{
    return civil(number).year;
}

int Day::month() const
{
    return civil(number).month;
}

int Day::dayOfMonth() const
{
    return civil(number).day;
}

int Day::weekday() const
{
    const int thursdayBased = number % 7; // 1970-01-01 was a Thursday
    return (thursdayBased + 3 + 7) % 7;
}

Day Day::firstOfMonth() const
{
    return *this - (dayOfMonth() - 1);
}

Day Day::addMonths(int months) const
{
    const Ymd date = civil(number);
    const int index = date.year * 12 + date.month - 1 + months;
    const int year = floorDiv(index, 12);
    return fromYmd(year, index - year * 12 + 1, 1);
}

std::string toString(Day day)
{
    if (!day.isValid())
        return {};
    const Ymd date = civil(day.number);
    std::string text = date.year < 0 ? "-" : "";
    appendPadded(text, date.year < 0 ? -date.year : date.year, 4);
    text += '-';
    appendPadded(text, date.month, 2);
    text += '-';
    appendPadded(text, date.day, 2);
    return text;
}

Result<Day> parseDay(std::string_view text)
{
    const Error wrong{ErrorCode::Invalid, "\"" + std::string(text) + "\" is no date like 2026-11-19 or 2026-11", {}};
    if ((text.size() != 10 && text.size() != 7) || text[4] != '-' || (text.size() == 10 && text[7] != '-'))
        return wrong;
    const auto year = number(text.substr(0, 4), 4);
    const auto month = number(text.substr(5, 2), 2);
    const auto day = text.size() == 10 ? number(text.substr(8, 2), 2) : std::optional(1);
    if (!year || !month || !day || *year < 1 || *month < 1 || *month > 12 || *day < 1 ||
        *day > daysInMonth(*year, *month))
        return wrong;
    return Day::fromYmd(*year, *month, *day);
}

Day Instant::day() const
{
    return isValid() ? Day{static_cast<std::int32_t>(floorDiv64(seconds, kSecondsPerDay))} : Day::none();
}

std::string toString(Instant instant)
{
    if (!instant.isValid())
        return {};
    std::string text = toString(instant.day());
    const auto inDay = static_cast<int>(instant.seconds - floorDiv64(instant.seconds, kSecondsPerDay) * kSecondsPerDay);
    text += 'T';
    appendPadded(text, inDay / 3600, 2);
    text += ':';
    appendPadded(text, inDay / 60 % 60, 2);
    text += ':';
    appendPadded(text, inDay % 60, 2);
    text += 'Z';
    return text;
}

Day stepStart(Day day, Granularity granularity)
{
    switch (granularity) {
    case Granularity::Week:
        return day - day.weekday();
    case Granularity::Month:
        return day.firstOfMonth();
    case Granularity::None:
    case Granularity::Day:
        break;
    }
    return day;
}

Day nextStep(Day start, Granularity granularity)
{
    switch (granularity) {
    case Granularity::Day:
        return start + 1;
    case Granularity::Week:
        return start + 7;
    case Granularity::Month:
        return start.addMonths(1);
    case Granularity::None:
        break;
    }
    return start;
}

} // namespace altimeter

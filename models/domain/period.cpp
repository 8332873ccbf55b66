#include "models/domain/period.h"

#include "models/text/words.h"

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

std::string folded(std::string_view text)
{
    std::string word;
    for (const char c : text) {
        if (words::kAllBlanks.find(c) == std::string_view::npos)
            word.push_back(words::toLower(c));
    }
    return word;
}

DateRange months(Day first, int count)
{
    return {first, first.addMonths(count)};
}

Day yearStart(int year)
{
    return Day::fromYmd(year, 1, 1);
}

/// "2026", "2026-09" or "2026-09-01" as the days it covers.
std::optional<DateRange> calendarSpan(std::string_view word)
{
    if (word.size() == 4) {
        const auto year = number(word, 4);
        return year && *year > 0 ? std::optional(months(yearStart(*year), 12)) : std::nullopt;
    }
    const auto day = parseDay(word);
    if (!day)
        return std::nullopt;
    return word.size() == 7 ? months(*day, 1) : DateRange{*day, *day + 1};
}

/// "2026-09-01..2026-09-15", either side may be left out.
std::optional<DateRange> explicitSpan(std::string_view word)
{
    const std::size_t dots = word.find("..");
    if (dots == std::string_view::npos)
        return calendarSpan(word);
    const std::string_view left = word.substr(0, dots);
    const std::string_view right = word.substr(dots + 2);
    DateRange range;
    const auto first = calendarSpan(left);
    const auto last = calendarSpan(right);
    if ((!first && !left.empty()) || (!last && !right.empty()) || (left.empty() && right.empty()))
        return std::nullopt;
    range.from = first ? first->from : Day::none();
    range.to = last ? last->to : Day::none();
    if (first && last && range.to <= range.from)
        return std::nullopt;
    return range;
}

struct Calendar {
    Day today;
    Day month;   ///< first of the month of the last day inside
    Day quarter; ///< first of its quarter
    int year = 0;
    int fiscalYearStart = 1;
};

std::optional<DateRange> namedSpan(std::string_view word, const Calendar& now)
{
    if (word == "mtd")
        return DateRange{now.month, now.today};
    if (word == "lm")
        return months(now.month.addMonths(-1), 1);
    if (word == "qtd")
        return DateRange{now.quarter, now.today};
    if (word == "lq")
        return months(now.quarter.addMonths(-3), 3);
    if (word == "ytd")
        return DateRange{yearStart(now.year), now.today};
    if (word == "ly")
        return months(yearStart(now.year - 1), 12);
    return std::nullopt;
}

/// "m-2", "q-1", "y-1": whole months, quarters, years before the current one.
std::optional<DateRange> stepsBack(std::string_view word, const Calendar& now)
{
    const auto back = word.size() > 2 && word[1] == '-' ? number(word.substr(2), 3) : std::nullopt;
    if (!back)
        return std::nullopt;
    if (word.front() == 'm')
        return months(now.month.addMonths(-*back), 1);
    if (word.front() == 'q')
        return months(now.quarter.addMonths(-3 * *back), 3);
    if (word.front() == 'y')
        return months(yearStart(now.year - *back), 12);
    return std::nullopt;
}

/// "30d", "4w", "13m": the last so many, the current one included.
std::optional<DateRange> lastSteps(std::string_view word, const Calendar& now)
{
    const auto count = word.size() > 1 ? number(word.substr(0, word.size() - 1), 4) : std::nullopt;
    if (!count || *count == 0)
        return std::nullopt;
    if (word.back() == 'd')
        return DateRange{now.today - *count, now.today};
    if (word.back() == 'w')
        return DateRange{now.today - 7 * *count, now.today};
    if (word.back() == 'm')
        return months(now.month.addMonths(1 - *count), *count);
    return std::nullopt;
}

/// "fy26" or "fy2026".
std::optional<DateRange> fiscalYear(std::string_view word, const Calendar& now)
{
    if (!word.starts_with("fy") || (word.size() != 4 && word.size() != 6))
        return std::nullopt;
    auto year = number(word.substr(2), 4);
    if (!year)
        return std::nullopt;
    if (word.size() == 4)
        *year += 2000;
    const int startYear = now.fiscalYearStart == 1 ? *year : *year - 1;
    return months(Day::fromYmd(startYear, now.fiscalYearStart, 1), 12);
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

Result<DateRange> parseDateRange(std::string_view text, Day today, int fiscalYearStart)
{
    const std::string word = folded(text);
    if (word == "all")
        return DateRange{};
    if (const auto range = explicitSpan(word))
        return *range;
    if (!today.isValid())
        return Error{ErrorCode::Invalid, "\"" + std::string(text) + "\" needs data to count back from", {}};
    const Day last = today - 1;
    Calendar now{today, last.firstOfMonth(), {}, last.year(), std::clamp(fiscalYearStart, 1, 12)};
    now.quarter = now.month.addMonths(-((now.month.month() - 1) % 3));
    for (const auto& reader : {namedSpan, stepsBack, lastSteps, fiscalYear}) {
        if (const auto range = reader(word, now))
            return *range;
    }
    return Error{ErrorCode::Invalid,
                 "\"" + std::string(text) +
                     "\" is no date range; try mtd, lm, q-1, 30d, 13m, 2026-09 or 2026-09-01..2026-09-15",
                 {}};
}

DateRange previousRange(const DateRange& range)
{
    const Day month = range.from.firstOfMonth();
    if (range.from != month || range.to <= range.from || range.to > month.addMonths(1))
        return {range.from - range.days(), range.from};
    const Day before = month.addMonths(-1);
    if (range.to == month.addMonths(1))
        return {before, month};
    return {before, std::min(before + range.days(), month)};
}

} // namespace altimeter

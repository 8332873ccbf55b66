#include "providers/focus/dates.h"

#include "models/text/words.h"

#include <array>

namespace altimeter::providers {

namespace {

using words::isDigit;

constexpr std::string_view kBlanks = " \t";

constexpr std::int64_t kSecondsPerHour = 3600;
constexpr std::int64_t kSecondsPerDay = 24 * kSecondsPerHour;

constexpr int daysInMonth(int year, int month)
{
    constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

constexpr bool isRealDay(int year, int month, int day)
{
    return year >= 1900 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/// Walks over a date text; every take answers whether the text went on as hoped.
class Cursor {
public:
    explicit Cursor(std::string_view text) : m_rest(text) {}

    bool atEnd() const { return m_rest.empty(); }
    char peek() const { return m_rest.empty() ? '\0' : m_rest.front(); }
    bool take(char c)
    {
        if (peek() != c || m_rest.empty())
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    /// Between `fewest` and `most` digits; answers how many there were, 0 when too few.
    std::size_t number(std::size_t fewest, std::size_t most, int& value)
    {
        std::size_t count = 0;
        value = 0;
        while (count < most && count < m_rest.size() && isDigit(m_rest[count]))
            value = value * 10 + (m_rest[count++] - '0');
        if (count < fewest)
            return 0;
        m_rest.remove_prefix(count);
        return count;
    }
    void skipDigits()
    {
        while (isDigit(peek()))
            m_rest.remove_prefix(1);
    }
    bool word(std::string_view lowerCase)
    {
        if (m_rest.size() < lowerCase.size())
            return false;
        for (std::size_t i = 0; i < lowerCase.size(); ++i) {
            if (words::toLower(m_rest[i]) != lowerCase[i])
                return false;
        }
        m_rest.remove_prefix(lowerCase.size());
        return true;
    }
    void skipBlanks()
    {
        while (take(' '))
            continue;
    }
    std::string_view rest() const { return m_rest; }

private:
    std::string_view m_rest;
};

std::int64_t secondsOf(int year, int month, int day)
{
    return std::int64_t{Day::fromYmd(year, month, day).number} * kSecondsPerDay;
}

/// The two digits at `at`, or a negative number.
int twoDigits(const char* at)
{
    return isDigit(at[0]) && isDigit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : -1;
}

/// "YYYY-MM-DDThh:mm:ss" at the start of `text`, T may be a blank; invalid when it is something else.
Instant parseFixed(std::string_view text)
{
    constexpr std::size_t kLength = 19;
    if (text.size() < kLength || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') ||
        text[13] != ':' || text[16] != ':')
        return {};
    const char* const at = text.data();
    const int century = twoDigits(at);
    const int yearOfCentury = twoDigits(at + 2);
    const int year = century * 100 + yearOfCentury;
    const int month = twoDigits(at + 5);
    const int day = twoDigits(at + 8);
    const int hour = twoDigits(at + 11);
    const int minute = twoDigits(at + 14);
    const int second = twoDigits(at + 17);
    if (century < 0 || yearOfCentury < 0 || !isRealDay(year, month, day) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59)
        return {};
    return {secondsOf(year, month, day) + hour * kSecondsPerHour + minute * 60 + second};
}

bool takeZone(Cursor& cursor, std::int64_t& offset)
{
    cursor.skipBlanks();
    if (cursor.atEnd() || cursor.word("z") || cursor.word("utc") || cursor.word("gmt"))
        return true;
    const bool west = cursor.peek() == '-';
    if (!cursor.take('+') && !cursor.take('-'))
        return false;
    int hours = 0;
    int minutes = 0;
    if (cursor.number(2, 2, hours) == 0)
        return false;
    cursor.take(':');
    if (!cursor.atEnd() && cursor.number(2, 2, minutes) == 0)
        return false;
    if (hours > 14 || minutes > 59)
        return false;
    offset = (hours * kSecondsPerHour + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool takeHalfOfDay(Cursor& cursor, int& hour)
{
    Cursor ahead = cursor;
    ahead.skipBlanks();
    const bool afternoon = ahead.word("pm");
    if (!afternoon && !ahead.word("am"))
        return true;
    if (hour < 1 || hour > 12)
        return false;
    hour = hour % 12 + (afternoon ? 12 : 0);
    cursor = ahead;
    return true;
}

/// "22:00", "22:00:00", "22:00:00.123456", "220000", each with an optional zone; adds to `seconds`.
bool takeTime(Cursor& cursor, std::int64_t& seconds)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::int64_t offset = 0;
    if (cursor.number(1, 2, hour) == 0)
        return false;
    const bool colons = cursor.take(':');
    if (cursor.number(2, 2, minute) == 0)
        return false;
    const bool more = colons ? cursor.take(':') : isDigit(cursor.peek());
    if (more && cursor.number(2, 2, second) == 0)
        return false;
    if (cursor.take('.') || cursor.take(','))
        cursor.skipDigits();
    if (!takeHalfOfDay(cursor, hour) || !takeZone(cursor, offset))
        return false;
    const bool endOfDay = hour == 24 && minute == 0 && second == 0;
    if ((hour > 23 && !endOfDay) || minute > 59 || second > 60)
        return false;
    seconds += hour * kSecondsPerHour + minute * 60 + second - offset;
    return true;
}

bool takeYearFirst(Cursor& cursor, std::int64_t& seconds)
{
    int year = 0;
    int month = 0;
    int day = 1;
    if (cursor.number(4, 4, year) == 0)
        return false;
    const char separator = cursor.peek() == '/' ? '/' : '-';
    const bool compact = isDigit(cursor.peek());
    if (!compact && !cursor.take(separator))
        return false;
    if (cursor.number(compact ? 2 : 1, 2, month) == 0)
        return false;
    if (compact ? cursor.number(2, 2, day) == 0 : cursor.take(separator) && cursor.number(1, 2, day) == 0)
        return false;
    if (!isRealDay(year, month, day))
        return false;
    seconds = secondsOf(year, month, day);
    return true;
}

bool takeSlashParts(Cursor& cursor, int& first, int& second, int& year)
{
    if (cursor.number(1, 2, first) == 0)
        return false;
    const char separator = cursor.peek();
    if (separator != '/' && separator != '.' && separator != '-')
        return false;
    cursor.take(separator);
    if (cursor.number(1, 2, second) == 0 || !cursor.take(separator))
        return false;
    const std::size_t digits = cursor.number(2, 4, year);
    if (digits == 2)
        year += 2000;
    return digits == 4 || (digits == 2 && separator != '-'); // "25-06-13" may begin with the year
}

bool takeMonthName(Cursor& cursor, int& month)
{
    constexpr std::array<std::string_view, 12> kNames{"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (!cursor.word(kNames[i]) && !(i == 8 && cursor.word("sept")) && !cursor.word(kNames[i].substr(0, 3)))
            continue;
        cursor.take('.');
        month = static_cast<int>(i) + 1;
        return true;
    }
    return false;
}

void skipJoint(Cursor& cursor)
{
    while (cursor.take('-') || cursor.take('/') || cursor.take('.') || cursor.take(',') || cursor.take(' '))
        continue;
}

/// "13-Jun-2025", "13 June 25", "June 13, 2025".
bool takeNamedDate(Cursor& cursor, std::int64_t& seconds)
{
    int day = 0;
    int month = 0;
    int year = 0;
    const bool dayFirst = isDigit(cursor.peek());
    if (dayFirst && cursor.number(1, 2, day) == 0)
        return false;
    skipJoint(cursor);
    if (!takeMonthName(cursor, month))
        return false;
    skipJoint(cursor);
    if (!dayFirst && cursor.number(1, 2, day) == 0)
        return false;
    skipJoint(cursor);
    const std::size_t digits = cursor.number(2, 4, year);
    if (digits == 2 && dayFirst)
        year += 2000;
    if ((digits != 4 && !(digits == 2 && dayFirst)) || !isRealDay(year, month, day))
        return false;
    seconds = secondsOf(year, month, day);
    return true;
}

/// The days since 1899-12-30 that a spreadsheet shows where a date has lost its format: "45821", "45821.25".
std::optional<Instant> parseSerial(std::string_view text)
{
    constexpr int kEpoch = 25569; // 1970-01-01
    constexpr int kFirst = 36526; // 2000-01-01
    constexpr int kLast = 73050;  // 2099-12-31
    constexpr std::int64_t kBillion = 1'000'000'000;
    Cursor cursor(text);
    int days = 0;
    if (cursor.number(5, 5, days) == 0 || days < kFirst || days > kLast)
        return std::nullopt;
    std::int64_t part = 0; // of a day, in billionths
    if (cursor.take('.') || cursor.take(',')) {
        if (!isDigit(cursor.peek()))
            return std::nullopt;
        for (std::int64_t unit = kBillion / 10; isDigit(cursor.peek()); unit /= 10) {
            part += (cursor.peek() - '0') * unit;
            cursor.take(cursor.peek());
        }
    }
    if (!cursor.atEnd())
        return std::nullopt;
    return Instant{(days - kEpoch) * kSecondsPerDay + (part * kSecondsPerDay + kBillion / 2) / kBillion};
}

bool takeSlashDate(Cursor& cursor, DateOrder order, std::int64_t& seconds)
{
    int first = 0;
    int second = 0;
    int year = 0;
    if (!takeSlashParts(cursor, first, second, year))
        return false;
    const int month = order == DateOrder::MonthFirst ? first : second;
    const int day = order == DateOrder::MonthFirst ? second : first;
    if (!isRealDay(year, month, day))
        return false;
    seconds = secondsOf(year, month, day);
    return true;
}

std::optional<ParsedInstant> parseLoose(std::string_view text, DateOrder order)
{
    if (const auto serial = parseSerial(text))
        return ParsedInstant{*serial, false};
    Cursor yearFirst(text);
    Cursor slashes(text);
    Cursor named(text);
    std::int64_t seconds = 0;
    const bool startsWithYear = takeYearFirst(yearFirst, seconds);
    const bool hasSlashes = !startsWithYear && takeSlashDate(slashes, order, seconds);
    if (!startsWithYear && !hasSlashes && !takeNamedDate(named, seconds))
        return std::nullopt;
    Cursor& cursor = startsWithYear ? yearFirst : hasSlashes ? slashes : named;
    const bool separated = cursor.take('T') || cursor.take('t') || cursor.take(' ');
    if (separated) {
        cursor.skipBlanks();
        if (!takeTime(cursor, seconds))
            return std::nullopt;
    } else {
        cursor.word("z");
    }
    if (!cursor.atEnd())
        return std::nullopt;
    return ParsedInstant{Instant{seconds}, false};
}

} // namespace

std::optional<ParsedInstant> parseInstant(std::string_view text, DateOrder order)
{
    const Instant fixed = parseFixed(text);
    if (fixed.isValid() && (text.size() == 19 || (text.size() == 20 && text[19] == 'Z')))
        return ParsedInstant{fixed, text.size() == 20 && text[10] == 'T'};
    return parseLoose(words::trimmed(text, kBlanks), order);
}

std::optional<SlashDate> slashDate(std::string_view text)
{
    Cursor cursor(words::trimmed(text, kBlanks));
    SlashDate date;
    int year = 0;
    if (!takeSlashParts(cursor, date.first, date.second, year))
        return std::nullopt;
    return date;
}

Day billingMonth(Instant start, Instant end)
{
    constexpr std::int64_t kLongestPeriod = 45 * kSecondsPerDay;
    constexpr std::int64_t kWidestZone = 14 * kSecondsPerHour;
    const bool bothEnds = end.isValid() && start < end && end.seconds - start.seconds <= kLongestPeriod;
    const std::int64_t inside = bothEnds ? (end.seconds - start.seconds) / 2 : kWidestZone;
    return Instant{start.seconds + inside}.day().firstOfMonth();
}

} // namespace altimeter::providers

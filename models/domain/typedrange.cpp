#include "models/domain/typedrange.h"

#include "models/domain/comparison.h"
#include "models/text/utf8.h"
#include "models/text/words.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

namespace altimeter {

namespace {

constexpr int kFreshDays = 3; ///< data that end so long ago are those of the present week

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

/// All of `text` as a count of at most `maxDigits` digits.
std::optional<int> number(std::string_view text, std::size_t maxDigits)
{
    int value = 0;
    if (text.empty() || text.size() > maxDigits || !std::all_of(text.begin(), text.end(), words::isDigit))
        return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

DateRange months(Day first, int count)
{
    return {first, first.addMonths(count)};
}

Day yearStart(int year)
{
    return Day::fromYmd(year, 1, 1);
}

/// What the words are counted from.
struct Calendar {
    const DateHabits& habits;
    Day today;   ///< the day after the last one with data
    Day month;   ///< first of the month of the last day with data
    Day quarter; ///< first of its quarter
    Day fiscal;  ///< first of its fiscal year
    Day week;    ///< first of the present week
    int year = 0;

    Calendar(const DateHabits& of, Day dataEnd) : habits(of), today(dataEnd)
    {
        if (!today.isValid())
            return;
        const Day last = today - 1;
        month = last.firstOfMonth();
        year = last.year();
        quarter = month.addMonths(-((month.month() - 1) % 3));
        fiscal = month.addMonths(-((month.month() - habits.fiscalYearStart + 12) % 12));
        const bool isFresh = habits.now.isValid() && habits.now >= today && habits.now - today <= kFreshDays;
        week = weekOf(isFresh ? habits.now : today);
    }
    Day weekOf(Day day) const { return day - (day.weekday() - habits.weekStart + 7) % 7; }
    Day fiscalYear(int endYear) const
    {
        const int start = habits.fiscalYearStart;
        return Day::fromYmd(start == 1 ? endYear : endYear - 1, start, 1);
    }
};

// ---- words that count back ----

TypedRange whole(Day first, int monthCount)
{
    return {months(first, monthCount), {0, monthCount}};
}

TypedRange week(Day first)
{
    return {{first, first + 7}, {7, 0}};
}

/// From the beginning of a period to the end of the data, `back` such periods earlier. A week that has just begun holds
/// no data yet: the one that ended is meant.
std::optional<TypedRange> toDate(std::string_view unit, int back, const Calendar& now)
{
    const auto range = [&](Day first, PeriodStep step) {
        return TypedRange{shifted({first, now.today}, step, -back), step};
    };
    if (unit == "wtd")
        return range(now.week < now.today ? now.week : now.weekOf(now.today - 1), {7, 0});
    if (unit == "mtd")
        return range(now.month, {0, 1});
    if (unit == "qtd")
        return range(now.quarter, {0, 3});
    if (unit == "ytd")
        return range(yearStart(now.year), {0, 12});
    if (unit == "fytd")
        return range(now.fiscal, {0, 12});
    return std::nullopt;
}

/// Whole weeks, months, … before the present one.
std::optional<TypedRange> stepsBack(std::string_view unit, int back, const Calendar& now)
{
    if (unit == "w")
        return week(now.week - 7 * back);
    if (unit == "m")
        return whole(now.month.addMonths(-back), 1);
    if (unit == "q")
        return whole(now.quarter.addMonths(-3 * back), 3);
    if (unit == "y")
        return whole(yearStart(now.year - back), 12);
    if (unit == "fy")
        return whole(now.fiscal.addMonths(-12 * back), 12);
    return std::nullopt;
}

/// "30d", "4w", "13m": the last so many, the present one included, `back` times as many earlier.
std::optional<TypedRange> lastSteps(std::string_view word, int back, const Calendar& now)
{
    const auto count = word.size() > 1 ? number(word.substr(0, word.size() - 1), 4) : std::nullopt;
    if (!count || *count == 0)
        return std::nullopt;
    TypedRange found;
    if (word.back() == 'd' || word.back() == 'w') {
        const int days = word.back() == 'd' ? *count : 7 * *count;
        found = {{now.today - days, now.today}, {days, 0}};
    } else if (word.back() == 'm') {
        found = whole(now.month.addMonths(1 - *count), *count);
    } else {
        return std::nullopt;
    }
    found.days = shifted(found.days, found.step, -back);
    return found;
}

/// What people write out: "last week" and "last 7 days".
std::string shortened(std::string word)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kWritten{
        {{"thisweek", "wtd"},
         {"lastweek", "lw"},
         {"weektodate", "wtd"},
         {"thismonth", "mtd"},
         {"lastmonth", "lm"},
         {"monthtodate", "mtd"},
         {"thisquarter", "qtd"},
         {"lastquarter", "lq"},
         {"quartertodate", "qtd"},
         {"thisyear", "ytd"},
         {"lastyear", "ly"},
         {"yeartodate", "ytd"},
         {"lfy", "fy-1"},
         {"alltime", "all"},
         {"fiscalyeartodate", "fytd"}}};
    for (const auto& [written, brief] : kWritten) {
        if (word == written)
            return std::string(brief);
    }
    for (const std::string_view unit : {"days", "day", "weeks", "week", "months", "month"}) {
        if (!word.ends_with(unit))
            continue;
        std::string_view count(word.data(), word.size() - unit.size());
        if (count.starts_with("last"))
            count.remove_prefix(4);
        if (number(count, 4))
            return std::string(count) + unit.front();
    }
    return word;
}

/// A word that counts back from the data, in one piece.
std::optional<TypedRange> relative(const std::string& written, const Calendar& now)
{
    const std::string word = shortened(written);
    for (const std::string_view last : {"lw", "lm", "lq", "ly"}) {
        if (word == last)
            return stepsBack(last.substr(1), 1, now);
    }
    if (word == "fy")
        return stepsBack(word, 0, now);
    const std::size_t minus = word.find('-');
    const auto back =
        minus == std::string::npos ? std::optional(0) : number(std::string_view(word).substr(minus + 1), 3);
    if (!back)
        return std::nullopt;
    const std::string_view unit = std::string_view(word).substr(0, minus);
    if (auto found = toDate(unit, *back, now))
        return found;
    if (auto found = lastSteps(unit, *back, now))
        return found;
    return minus == std::string::npos ? std::nullopt : stepsBack(unit, *back, now);
}

// ---- dates ----

struct Token {
    enum class Kind { Number, Month, Word, Mark, Span };
    Kind kind = Kind::Mark;
    int value = 0;          ///< of a number or month
    std::size_t digits = 0; ///< of a number
    std::string text;       ///< of a word or mark
    bool isSpaced = false;  ///< a blank stands before it
    bool is(std::string_view said) const { return (kind == Kind::Word || kind == Kind::Mark) && text == said; }
};
using Tokens = std::span<const Token>;

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

/// In lower case, every kind of dash, blank and apostrophe as one; marks of direction left out. Long dashes are '~'.
std::string plain(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const words::Character c = words::characterAt(text, at);
        const std::string_view bytes = text.substr(at, c.length);
        at += c.length;
        switch (c.value) {
        case 0x00A0:
        case 0x2007:
        case 0x2009:
        case 0x200A:
        case 0x202F:
        case 0x3000:
            out += ' ';
            break;
        case 0x200E:
        case 0x200F:
        case 0x061C:
            break;
        case 0x2010:
        case 0x2011:
        case 0x2212:
            out += '-';
            break;
        case 0x2012:
        case 0x2013:
        case 0x2014:
        case 0x301C:
        case 0xFF5E:
            out += '~';
            break;
        case 0x2018:
        case 0x2019:
            out += '\'';
            break;
        case 0x060C:
            out += ',';
            break;
        default:
            out += c.length == 1 ? std::string(1, words::toLower(bytes.front())) : std::string(bytes);
        }
    }
    return out;
}

/// The longest name of a month that begins at `at`: its number and length. A name in Latin letters ends where they do.
std::pair<int, std::size_t> monthAt(std::string_view text, std::size_t at, const DateHabits& habits)
{
    std::pair<int, std::size_t> found{0, 0};
    const std::string_view rest = text.substr(at);
    const auto take = [&](int month, std::size_t length) {
        const bool goesOn = length < rest.size() && isLetter(rest[length]) && isLetter(rest[length - 1]);
        if (length > found.second && !goesOn)
            found = {month, length};
    };
    for (int month = 1; month <= 12; ++month) {
        const std::string_view name = kMonths[static_cast<std::size_t>(month - 1)];
        const auto same = static_cast<std::size_t>(
            std::mismatch(name.begin(), name.end(), rest.begin(), rest.end()).first - name.begin());
        if (same >= 3)
            take(month, same); // "sep", "sept", "september"
        for (const std::string& own : habits.months[static_cast<std::size_t>(month - 1)]) {
            if (!own.empty() && rest.starts_with(own))
                take(month, own.size());
        }
    }
    return found;
}

/// Nothing where the text holds what no date is written with.
std::optional<std::vector<Token>> tokensOf(const std::string& text, const DateHabits& habits)
{
    std::vector<Token> tokens;
    bool isSpaced = false;
    const auto add = [&](Token token) {
        token.isSpaced = std::exchange(isSpaced, false);
        tokens.push_back(std::move(token));
    };
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool isInWord = at > 0 && isLetter(text[at - 1]) && isLetter(c);
        if (words::kAllBlanks.find(c) != std::string_view::npos) {
            isSpaced = true;
            ++at;
        } else if (const auto [month, length] = isInWord ? std::pair{0, std::size_t{0}} : monthAt(text, at, habits);
                   length > 0) {
            add({Token::Kind::Month, month, 0, {}, false});
            at += length;
        } else if (words::isDigit(c)) {
            std::size_t end = at;
            while (end < text.size() && words::isDigit(text[end]))
                ++end;
            const auto value = number(std::string_view(text).substr(at, end - at), 8);
            if (!value)
                return std::nullopt;
            add({Token::Kind::Number, *value, end - at, {}, false});
            at = end;
        } else if (isLetter(c)) {
            std::size_t end = at;
            while (end < text.size() && isLetter(text[end]))
                ++end;
            const std::string word = text.substr(at, end - at);
            if (std::find(habits.fillers.begin(), habits.fillers.end(), word) != habits.fillers.end())
                isSpaced = true;
            else if (word == "to" || word == "through")
                add({Token::Kind::Span, 0, 0, word, false});
            else
                add({Token::Kind::Word, 0, 0, word, false});
            at = end;
        } else if (text.compare(at, 2, "..") == 0) {
            add({Token::Kind::Span, 0, 0, "..", false});
            at = std::min(text.find_first_not_of('.', at), text.size());
        } else if (c == '~') {
            add({Token::Kind::Span, 0, 0, "~", false});
            ++at;
        } else {
            add({Token::Kind::Mark, 0, 0, std::string(1, c), false});
            ++at;
        }
    }
    return tokens;
}

/// One side of a range, or all of it: what was said of it.
struct Side {
    std::optional<int> day, month, year;
    int monthCount = 1;             ///< that it spans where no day is said: 3 of a quarter, 12 of a year
    std::optional<DateRange> fixed; ///< said in another way
    bool isOfSlashes = false;
    bool isUndecided = false; ///< slashes that no habit tells apart
};

std::optional<int> fullYear(const Token& token)
{
    if (token.kind != Token::Kind::Number)
        return std::nullopt;
    if (token.digits == 4 && token.value > 0)
        return token.value;
    return token.digits == 2 ? std::optional(2000 + token.value) : std::nullopt;
}

bool isShort(const Token& token)
{
    return token.kind == Token::Kind::Number && token.digits <= 2 && token.value > 0;
}

/// "9/1/2026", "1.9.2026", "01-09-26", "9/1": two short numbers of which the order of the country says which is the
/// day.
Side numericDay(const Token& first, char mark, const Token& second, std::optional<int> year, const DateHabits& habits)
{
    Side side;
    side.year = year;
    bool isDayFirst = true;
    if (mark != '.' && first.value <= 12 && second.value <= 12 && first.value != second.value) {
        side.isOfSlashes = true;
        side.isUndecided = habits.slashes == DateHabits::Slashes::Unsaid;
        isDayFirst = habits.slashes == DateHabits::Slashes::DayFirst;
    } else if (mark != '.') {
        isDayFirst = second.value <= 12;
    }
    side.day = isDayFirst ? first.value : second.value;
    side.month = isDayFirst ? second.value : first.value;
    return side;
}

/// "2026", "2026-09", "2026-09-01", "9/2026", "20260901", "15", "15, 2026" and the days of numericDay().
std::optional<Side> sideOfNumbers(const std::vector<Token>& parts, std::string_view marks, const DateHabits& habits)
{
    const auto isYear = [](const Token& token) { return token.digits == 4 && token.value > 0; };
    Side side;
    if (parts.size() == 1) {
        if (isYear(parts[0])) {
            side.year = parts[0].value;
            side.month = 1;
            side.monthCount = 12;
        } else if (parts[0].digits == 8) {
            side.year = parts[0].value / 10000;
            side.month = parts[0].value / 100 % 100;
            side.day = parts[0].value % 100;
        } else if (isShort(parts[0])) {
            side.day = parts[0].value;
        } else {
            return std::nullopt;
        }
        return side;
    }
    if (isYear(parts[0]) && isShort(parts[1])) {
        side.year = parts[0].value;
        side.month = parts[1].value;
        if (parts.size() == 3)
            side.day = parts[2].value;
        return parts.size() == 2 || isShort(parts[2]) ? std::optional(side) : std::nullopt;
    }
    if (!isShort(parts[0]))
        return std::nullopt;
    if (parts.size() == 2 && isYear(parts[1])) {
        side.year = parts[1].value;
        (marks[0] == ' ' || marks[0] == ',' ? side.day : side.month) = parts[0].value;
        return side;
    }
    if (!isShort(parts[1]) || marks[0] == ' ' || marks[0] == ',')
        return std::nullopt;
    if (parts.size() == 2)
        return marks[0] == '-' ? std::nullopt : std::optional(numericDay(parts[0], marks[0], parts[1], {}, habits));
    const auto year = fullYear(parts[2]);
    return year && marks[0] == marks[1] ? std::optional(numericDay(parts[0], marks[0], parts[1], year, habits))
                                        : std::nullopt;
}

/// With a month in letters: "1 sep", "sep 1, 2026", "sep 2026", "1-sep-26", "26 sep '25".
std::optional<Side> sideOfMonth(const std::vector<Token>& parts, std::string_view marks)
{
    Side side;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Token& part = parts[i];
        const char before = i == 0 ? ' ' : marks[i - 1];
        if (part.kind == Token::Kind::Month) {
            if (std::exchange(side.month, part.value))
                return std::nullopt;
        } else if (part.digits == 4 || before == '\'') {
            if (std::exchange(side.year, fullYear(part)) || !side.year)
                return std::nullopt;
        } else if (!isShort(part)) {
            return std::nullopt;
        } else if (!side.day) {
            side.day = part.value;
        } else if (side.month && !side.year && (before != '-' || parts[0].kind != Token::Kind::Month)) {
            side.year = fullYear(part);
            if (!side.year)
                return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    return side;
}

/// "q3", "q3 2026", "2026-q3", "h1 26".
std::optional<Side> sideOfPart(Tokens tokens, std::string_view word, int monthCount)
{
    std::optional<int> place;
    Side side;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.is(word) && i + 1 < tokens.size() && tokens[i + 1].kind == Token::Kind::Number && !place) {
            place = tokens[++i].value;
        } else if (token.kind == Token::Kind::Number) {
            if (std::exchange(side.year, fullYear(token)) || !side.year)
                return std::nullopt;
        } else if (token.kind != Token::Kind::Mark) {
            return std::nullopt;
        }
    }
    if (!place || *place < 1 || *place > 12 / monthCount)
        return std::nullopt;
    side.month = (*place - 1) * monthCount + 1;
    side.monthCount = monthCount;
    return side;
}

/// The Monday of a week of the year after ISO 8601; none where that year has no such week.
Day isoWeek(int year, int week)
{
    const Day first = stepStart(Day::fromYmd(year, 1, 4), Granularity::Week);
    const Day next = stepStart(Day::fromYmd(year + 1, 1, 4), Granularity::Week);
    const Day monday = first + 7 * (week - 1);
    return week >= 1 && monday < next ? monday : Day::none();
}

/// "w47", "2026-w47", "2026w47".
std::optional<Side> sideOfWeek(Tokens tokens, const Calendar& now)
{
    std::optional<int> year, week;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is("w") && i + 1 < tokens.size() && isShort(tokens[i + 1]) && !week)
            week = tokens[++i].value;
        else if (tokens[i].kind == Token::Kind::Number && tokens[i].digits == 4 && !year)
            year = tokens[i].value;
        else if (tokens[i].kind != Token::Kind::Mark)
            return std::nullopt;
    }
    if (!week || (!year && !now.today.isValid()))
        return std::nullopt;
    const int present = now.year + 1; // the first days of January may be of a week of the year before
    Day monday = isoWeek(year.value_or(present), *week);
    for (int back = 1; !year && back <= 8 && (!monday.isValid() || monday >= now.today); ++back)
        monday = isoWeek(present - back, *week);
    Side side;
    side.fixed = DateRange{monday, monday + 7};
    return monday.isValid() ? std::optional(side) : std::nullopt;
}

/// "fy26", "fy2026", "fy26 q2".
std::optional<Side> sideOfFiscalYear(Tokens tokens, const Calendar& now)
{
    if (tokens.size() < 2 || !tokens[0].is("fy") || !fullYear(tokens[1]))
        return std::nullopt;
    Side side;
    side.fixed = months(now.fiscalYear(*fullYear(tokens[1])), 12);
    const Tokens rest = tokens.subspan(tokens.size() > 2 && tokens[2].kind == Token::Kind::Mark ? 3 : 2);
    if (rest.empty())
        return side;
    if (rest.size() != 2 || !rest[0].is("q") || rest[1].value < 1 || rest[1].value > 4)
        return std::nullopt;
    side.fixed = months(side.fixed->from.addMonths(3 * (rest[1].value - 1)), 3);
    return side;
}

std::optional<Side> sideOfToday(Tokens tokens, const Calendar& now)
{
    if (tokens.size() != 1 || (!tokens[0].is("today") && !tokens[0].is("yesterday")))
        return std::nullopt;
    const Day present = now.habits.now.isValid() ? now.habits.now : now.today;
    if (!present.isValid())
        return std::nullopt;
    const Day day = tokens[0].is("today") ? present : present - 1;
    Side side;
    side.fixed = DateRange{day, day + 1};
    return side;
}

std::optional<Side> sideOf(Tokens tokens, const Calendar& now)
{
    for (const auto& reader : {sideOfToday, sideOfFiscalYear, sideOfWeek}) {
        if (auto side = reader(tokens, now))
            return side;
    }
    if (auto side = sideOfPart(tokens, "q", 3))
        return side;
    if (auto side = sideOfPart(tokens, "h", 6))
        return side;
    std::vector<Token> parts;
    std::string marks; // between them
    bool hasMonth = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.kind == Token::Kind::Mark && std::string_view("-/.,'").find(token.text) != std::string_view::npos) {
            const bool isEnd = i + 1 == tokens.size() && (token.text == "." || token.text == ",");
            if (parts.empty() || (!isEnd && i + 1 == tokens.size()))
                return std::nullopt;
            if (marks.size() < parts.size())
                marks.push_back(token.text.front());
            else if (token.text == "'")
                marks.back() = '\'';
            continue;
        }
        if (token.kind != Token::Kind::Number && token.kind != Token::Kind::Month)
            return std::nullopt;
        if (marks.size() < parts.size())
            marks.push_back(' ');
        hasMonth = hasMonth || token.kind == Token::Kind::Month;
        parts.push_back(token);
    }
    if (parts.empty() || parts.size() > 3)
        return std::nullopt;
    return hasMonth ? sideOfMonth(parts, marks) : sideOfNumbers(parts, marks, now.habits);
}

/// The days of a side that says all; nothing where they do not exist.
std::optional<DateRange> daysOf(const Side& side)
{
    if (side.fixed)
        return side.fixed;
    if (!side.month || !side.year || *side.month < 1 || *side.month > 12 || *side.year < 1 || *side.year > 9999)
        return std::nullopt;
    const Day first = Day::fromYmd(*side.year, *side.month, 1);
    if (!side.day)
        return months(first, side.monthCount);
    if (*side.day < 1 || *side.day > first.addMonths(1) - first)
        return std::nullopt;
    return DateRange{first + (*side.day - 1), first + *side.day};
}

/// Without a year the last one that has begun before the data end.
void completeYear(Side& side, const Calendar& now)
{
    if (side.fixed || side.year || !side.month || !now.today.isValid())
        return;
    for (int year = now.year; year > now.year - 8 && year > 0; --year) { // 29 February is not of every year
        side.year = year;
        const auto days = daysOf(side);
        if (days && days->from < now.today)
            return;
    }
}

bool needsYear(const Side& side)
{
    return !side.fixed && side.month && !side.year;
}

// ---- the whole ----

struct Reading {
    enum class Fault { None, Reversed, Undecided, NeedsData };
    std::optional<TypedRange> range;
    Fault fault = Fault::None;
    DateRange meant; ///< the right way round, of a reversed one
};

Reading wrong(Reading::Fault fault)
{
    return {std::nullopt, fault, {}};
}

/// One side alone.
std::optional<Reading> readOne(Tokens tokens, const Calendar& now)
{
    auto side = sideOf(tokens, now);
    if (!side || (!side->month && !side->fixed))
        return std::nullopt;
    if (side->isUndecided)
        return wrong(Reading::Fault::Undecided);
    if (needsYear(*side) && !now.today.isValid())
        return wrong(Reading::Fault::NeedsData);
    completeYear(*side, now);
    const auto days = daysOf(*side);
    if (!days)
        return std::nullopt;
    return Reading{TypedRange{*days, stepOf(*days, now.habits.fiscalYearStart), side->isOfSlashes}, {}, {}};
}

/// What each side leaves out is as the other says: "1–15 Sep 2026", "20 Dec – 19 Jan 2026".
void completeEachOther(Side& left, Side& right, const Calendar& now)
{
    if (left.fixed || right.fixed) {
        completeYear(left, now);
        completeYear(right, now);
        return;
    }
    if (!left.month && left.day && right.day)
        left.month = right.month;
    if (!right.month && right.day && left.day)
        right.month = left.month;
    const bool isOverNewYear = left.month && right.month && *left.month > *right.month;
    if (!left.year &&
        !right.year) // the last that has begun, though its end may be to come; over New Year one that has ended
        completeYear(isOverNewYear ? right : left, now);
    if (!left.year && right.year)
        left.year = *right.year - (isOverNewYear ? 1 : 0);
    else if (left.year && !right.year)
        right.year = *left.year + (isOverNewYear ? 1 : 0);
}

/// Two sides with something between them.
std::optional<Reading> readTwo(Tokens before, Tokens after, const Calendar& now)
{
    auto left = sideOf(before, now);
    auto right = sideOf(after, now);
    if (!left || !right)
        return std::nullopt;
    if (left->isUndecided || right->isUndecided)
        return wrong(Reading::Fault::Undecided);
    if (!left->year && !right->year && !now.today.isValid() && !(left->fixed && right->fixed))
        return wrong(Reading::Fault::NeedsData);
    completeEachOther(*left, *right, now);
    const auto first = daysOf(*left);
    const auto last = daysOf(*right);
    if (!first || !last)
        return std::nullopt;
    const DateRange days{first->from, last->to};
    if (days.to <= days.from)
        return Reading{std::nullopt, Reading::Fault::Reversed, {last->from, first->to}};
    return Reading{
        TypedRange{days, stepOf(days, now.habits.fiscalYearStart), left->isOfSlashes || right->isOfSlashes}, {}, {}};
}

/// "2026-09-01..", "since sep", "..2026-09-15", "until 15 Sep 2026".
std::optional<Reading> readOpen(Tokens tokens, bool isSince, const Calendar& now)
{
    auto found = readOne(tokens, now);
    if (!found || !found->range)
        return found;
    (isSince ? found->range->days.to : found->range->days.from) = Day::none();
    found->range->step = {};
    return found;
}

/// The place where the text is of two sides, if one is: a long dash or "..", else a dash between blanks, else any dash
/// that leaves a date at both sides.
std::optional<Reading> readSpan(Tokens tokens, const Calendar& now)
{
    const auto found =
        std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.kind == Token::Kind::Span; });
    if (found != tokens.end()) {
        const auto at = static_cast<std::size_t>(found - tokens.begin());
        const Tokens left = tokens.first(at), right = tokens.subspan(at + 1);
        if (left.empty() || right.empty())
            return left.empty() == right.empty() || found->text == "to"
                       ? std::nullopt
                       : readOpen(left.empty() ? right : left, right.empty(), now);
        return readTwo(left, right, now);
    }
    for (const bool isSpaced : {true, false}) {
        for (std::size_t at = 1; at + 1 < tokens.size(); ++at) {
            const bool hasBlanks = tokens[at].isSpaced && tokens[at + 1].isSpaced;
            if (!tokens[at].is("-") || hasBlanks != isSpaced)
                continue;
            if (auto reading = readTwo(tokens.first(at), tokens.subspan(at + 1), now))
                return reading;
        }
    }
    return std::nullopt;
}

bool isOneOf(const std::string& text, std::span<const std::string> said)
{
    return std::find(said.begin(), said.end(), text) != said.end();
}

/// The text behind one of the words that open a range, without it.
std::optional<std::string> behind(const std::string& text, std::span<const std::string> said, std::string_view english)
{
    const auto cut = [&text](std::string_view word) -> std::optional<std::string> {
        if (word.empty() || !text.starts_with(word))
            return std::nullopt;
        return std::string(words::trimmed(std::string_view(text).substr(word.size())));
    };
    for (const std::string& word : said) {
        if (auto rest = cut(word))
            return rest;
    }
    return cut(std::string(english) + ' ');
}

Reading read(std::string_view typed, const Calendar& now)
{
    const std::string text(words::trimmed(plain(typed), words::kAllBlanks));
    std::string folded;
    for (const char c : text) {
        if (words::kAllBlanks.find(c) == std::string_view::npos)
            folded.push_back(c);
    }
    if (folded == "all" || folded == "alltime" || isOneOf(text, now.habits.all))
        return {TypedRange{}, {}, {}};
    if (now.today.isValid()) {
        if (const auto range = relative(folded, now))
            return {*range, {}, {}};
    } else if (const Calendar any(now.habits, Day{0}); relative(folded, any)) {
        return wrong(Reading::Fault::NeedsData);
    }
    const auto dates = [&now](const std::string& said, const auto& reader) -> std::optional<Reading> {
        const auto tokens = tokensOf(said, now.habits);
        return tokens ? reader(Tokens(*tokens)) : std::nullopt;
    };
    for (const bool isSince : {true, false}) {
        const auto rest = isSince ? behind(text, now.habits.since, "since") : behind(text, now.habits.until, "until");
        const auto found = rest ? dates(*rest, [&](Tokens tokens) { return readOpen(tokens, isSince, now); })
                                : std::optional<Reading>();
        if (found)
            return *found;
    }
    if (const auto rest = behind(text, now.habits.weekOf, "week of")) {
        auto found = dates(*rest, [&](Tokens tokens) { return readOne(tokens, now); });
        if (found && found->range)
            found->range = week(found->range->days.from);
        if (found)
            return *found;
    }
    if (auto found = dates(text, [&](Tokens tokens) { return readOne(tokens, now); }))
        return *found;
    if (auto found = dates(text, [&](Tokens tokens) { return readSpan(tokens, now); }))
        return *found;
    return {};
}

Error errorOf(const Reading& reading, std::string_view text)
{
    const std::string said = "\"" + std::string(text) + "\" ";
    switch (reading.fault) {
    case Reading::Fault::Reversed:
        return {ErrorCode::Invalid, said + "ends before it begins; write " + rangeText(reading.meant), {}};
    case Reading::Fault::Undecided:
        return {ErrorCode::Invalid,
                said + "could be two days; write the year first, as in 2026-09-01, or the month in letters",
                {}};
    case Reading::Fault::NeedsData:
        return {ErrorCode::Invalid, said + "needs data to count back from", {}};
    case Reading::Fault::None:
        break;
    }
    return {ErrorCode::Invalid,
            said + "is no date range; try mtd, lw, q3, sep, 30d, 2026-09, 1 sep - 15 sep or 2026-09-01..2026-09-15",
            {}};
}

} // namespace

Result<TypedRange> readDateRange(std::string_view text, Day today, const DateHabits& habits)
{
    const Reading reading = read(text, Calendar(habits, today));
    if (!reading.range)
        return errorOf(reading, text);
    return *reading.range;
}

Result<DateRange> parseDateRange(std::string_view text, Day today, const DateHabits& habits)
{
    const auto read = readDateRange(text, today, habits);
    if (!read)
        return read.error();
    return read->days;
}

std::string rangeText(const DateRange& range)
{
    if (!range.from.isValid() && !range.to.isValid())
        return "all";
    if (!range.from.isValid())
        return ".." + toString(range.to - 1);
    if (!range.to.isValid())
        return toString(range.from) + "..";
    if (range.from.dayOfMonth() == 1 && range.to == range.from.addMonths(1))
        return toString(range.from).substr(0, 7);
    return toString(range.from) + ".." + toString(range.to - 1);
}

Result<std::string> steppedText(std::string_view text, int by, Day today, const DateHabits& habits)
{
    const auto now = readDateRange(text, today, habits);
    if (!now)
        return now.error();
    if (!now->days.from.isValid() || !now->days.to.isValid())
        return Error{ErrorCode::Invalid, "\"" + std::string(text) + "\" has no period before or after it", {}};
    const DateRange days = shifted(now->days, now->step, by);
    std::string written = rangeText(days);
    if (stepOf(days, habits.fiscalYearStart) == now->step)
        return written;
    // The days alone would be taken for another kind: "qtd" in October for a month. Words keep theirs.
    std::string word;
    for (const char c : text) {
        if (words::kAllBlanks.find(c) == std::string_view::npos)
            word.push_back(words::toLower(c));
    }
    word = shortened(word);
    const std::size_t minus = word.find('-');
    const auto back =
        minus == std::string::npos ? std::optional(0) : number(std::string_view(word).substr(minus + 1), 3);
    const int wanted = back ? *back - by : -1;
    const std::string later = word.substr(0, minus) + (wanted > 0 ? "-" + std::to_string(wanted) : std::string());
    const auto same = wanted >= 0 ? parseDateRange(later, today, habits) : Result<DateRange>(DateRange{});
    return same && *same == days ? later : written;
}

} // namespace altimeter

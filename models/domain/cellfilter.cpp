#include "models/domain/cellfilter.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter {

namespace {

constexpr std::string_view kNoBreak = "\u00A0", kNarrow = "\u202F", kThin = "\u2009", kMinus = "\u2212";

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// Without what stands between digits for the eye alone.
std::string withoutSeparators(std::string_view text)
{
    std::string out(text);
    for (const std::string_view separator : {kNoBreak, kNarrow, kThin, std::string_view("\u2019")})
        replaceAll(out, separator, "");
    replaceAll(out, kMinus, "-");
    std::erase_if(out, [](char c) { return c == ',' || c == ' ' || c == '\''; });
    return out;
}

struct Digits {
    bool isNegative = false;
    std::string_view whole, fraction; ///< without zeros that say nothing
};

std::optional<Digits> digitsOf(std::string_view text)
{
    Digits found;
    if (!text.empty() && text.front() == '-') {
        found.isNegative = true;
        text.remove_prefix(1);
    }
    const std::size_t point = text.find('.');
    found.whole = text.substr(0, point);
    found.fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if ((found.whole.empty() && found.fraction.empty()) ||
        !std::all_of(found.whole.begin(), found.whole.end(), words::isDigit) ||
        !std::all_of(found.fraction.begin(), found.fraction.end(), words::isDigit))
        return std::nullopt;
    while (!found.whole.empty() && found.whole.front() == '0')
        found.whole.remove_prefix(1);
    while (!found.fraction.empty() && found.fraction.back() == '0')
        found.fraction.remove_suffix(1);
    if (found.whole.empty() && found.fraction.empty())
        found.isNegative = false;
    return found;
}

/// `plain` times ten to the power of `places`.
std::string shifted(const std::string& plain, int places)
{
    const bool isNegative = plain.starts_with('-');
    std::string digits = plain.substr(isNegative ? 1 : 0);
    std::size_t point = digits.find('.');
    if (point == std::string::npos)
        point = digits.size();
    else
        digits.erase(point, 1);
    if (places >= 0) {
        const std::size_t end = point + static_cast<std::size_t>(places);
        if (digits.size() < end)
            digits.append(end - digits.size(), '0');
        point = end;
    } else {
        const auto down = static_cast<std::size_t>(-places);
        if (point < down) {
            digits.insert(0, down - point, '0');
            point = down;
        }
        point -= down;
    }
    return (isNegative ? "-" : "") + digits.substr(0, point) + "." + digits.substr(point);
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

std::string inQuotes(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

} // namespace

std::optional<int> compareDecimals(std::string_view a, std::string_view b)
{
    const auto left = digitsOf(a), right = digitsOf(b);
    if (!left || !right)
        return std::nullopt;
    if (left->isNegative != right->isNegative)
        return left->isNegative ? -1 : 1;
    int way = left->whole.size() != right->whole.size() ? (left->whole.size() < right->whole.size() ? -1 : 1)
                                                        : left->whole.compare(right->whole);
    if (way == 0)
        way = left->fraction.compare(right->fraction);
    way = way < 0 ? -1 : way > 0 ? 1 : 0;
    return left->isNegative ? -way : way;
}

std::optional<std::string> CellFilter::usualNumber(std::string_view typed)
{
    std::string text = withoutSeparators(words::trimmed(typed));
    bool isNegative = false;
    const auto take = [&text](std::string_view front) {
        const bool found = text.starts_with(front);
        if (found)
            text.erase(0, front.size());
        return found;
    };
    for (int i = 0; i < 2; ++i) { // "-$5" and "$-5"
        isNegative = take("-") || isNegative;
        take("+");
        for (const std::string_view sign : {"$", "\u20AC", "\u00A3", "\u00A5"})
            take(sign);
    }
    const auto code = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (text.size() > 3 && std::all_of(text.begin(), text.begin() + 3, code))
        text.erase(0, 3); // of a currency
    int places = 0;
    if (!text.empty()) {
        constexpr std::string_view kUnits = "kmbt";
        const std::size_t unit = kUnits.find(words::toLower(text.back()));
        if (unit != std::string_view::npos)
            places = 3 * (static_cast<int>(unit) + 1);
        if (places > 0 || text.back() == '%')
            text.pop_back();
    }
    if (!digitsOf(text) || text.starts_with('-'))
        return std::nullopt;
    const std::string plain = (isNegative ? "-" : "") + text;
    return places > 0 ? shifted(plain, places) : plain;
}

std::optional<DateRange> CellFilter::usualDays(std::string_view typed)
{
    const std::string_view text = words::trimmed(typed);
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (const char c : text.substr(at, length))
            value = words::isDigit(c) ? value * 10 + (c - '0') : -100'000;
        return value;
    };
    const bool shaped = text.size() == 4 || (text.size() == 7 && text[4] == '-') ||
                        (text.size() == 10 && text[4] == '-' && text[7] == '-');
    if (!shaped || number(0, 4) < 1)
        return std::nullopt;
    const int month = text.size() > 4 ? number(5, 2) : 1;
    const int dayOfMonth = text.size() > 7 ? number(8, 2) : 1;
    if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31)
        return std::nullopt;
    const Day day = Day::fromYmd(number(0, 4), month, dayOfMonth);
    if (!day.isValid() || (text.size() == 10 && toString(day) != text))
        return std::nullopt;
    return DateRange{day, text.size() == 10 ? day + 1 : day.addMonths(text.size() == 4 ? 12 : 1)};
}

/// Reads what was typed.
class CellFilter::Reader {
public:
    Reader(CellFilter& filter, const Reading& reading) : m_filter(filter), m_reading(reading) {}

    Status read(std::string_view typed)
    {
        while (!typed.empty()) {
            const std::size_t end = endOfAlternative(typed);
            const std::string_view one = words::trimmed(typed.substr(0, end));
            typed.remove_prefix(std::min(end + 1, typed.size()));
            if (one.empty())
                continue;
            Condition condition;
            if (const Status made = readOne(one, condition); !made)
                return made;
            m_filter.m_either.push_back(std::move(condition));
        }
        return {};
    }
    std::optional<std::string> number(std::string_view text) const
    {
        return m_reading.number ? m_reading.number(text) : usualNumber(text);
    }

private:
    static Error wrong(const std::string& what) { return Error{ErrorCode::Invalid, what, "filter"}; }

    /// Where the pattern that begins here ends, behind its last '/'; nothing where it is none.
    static std::optional<std::size_t> endOfPattern(std::string_view text)
    {
        std::size_t at = text.find_first_not_of(words::kBlanks);
        if (at != std::string_view::npos && text[at] == '!')
            ++at;
        if (at >= text.size() || text[at] != '/')
            return std::nullopt;
        for (std::size_t slash = text.find('/', at + 1); slash != std::string_view::npos;
             slash = text.find('/', slash + 1)) {
            const std::size_t next = text.find_first_not_of(words::kBlanks, slash + 1);
            if (slash > at + 1 && text[slash - 1] != '\\' && (next == std::string_view::npos || text[next] == ';'))
                return slash + 1;
        }
        return std::nullopt;
    }
    static std::size_t endOfAlternative(std::string_view text)
    {
        std::size_t from = endOfPattern(text).value_or(0);
        bool isQuoted = false;
        for (; from < text.size(); ++from) {
            if (text[from] == '"' && (isQuoted || text.find('"', from + 1) != std::string_view::npos))
                isQuoted = !isQuoted;
            if (text[from] == ';' && !isQuoted)
                return from;
        }
        return text.size();
    }

    Status readOne(std::string_view text, Condition& condition)
    {
        if (endOfPattern(text)) {
            condition.isNot = text.front() == '!';
            text.remove_prefix(condition.isNot ? 2 : 1);
            text.remove_suffix(1);
            return readPattern(text, condition);
        }
        struct Operator {
            std::string_view sign;
            Test test;
            bool isNot, orEqual;
        };
        static constexpr std::array<Operator, 8> kOperators{{{">=", Test::Greater, false, true},
                                                             {"<=", Test::Less, false, true},
                                                             {"<>", Test::Equal, true, false},
                                                             {"!=", Test::Equal, true, false},
                                                             {">", Test::Greater, false, false},
                                                             {"<", Test::Less, false, false},
                                                             {"=", Test::Equal, false, false},
                                                             {"!", Test::Words, true, false}}};
        for (const Operator& known : kOperators) {
            if (!text.starts_with(known.sign))
                continue;
            condition.test = known.test;
            condition.isNot = known.isNot;
            condition.orEqual = known.orEqual;
            const std::string_view operand = words::trimmed(text.substr(known.sign.size()));
            if (operand.empty())
                return wrong(inQuotes(known.sign) + " needs a value behind it");
            const bool takesNull = known.test == Test::Equal || known.test == Test::Words;
            if (takesNull && words::equalsIgnoreCase(operand, "null")) {
                condition.test = Test::Null;
                return {};
            }
            if (known.test == Test::Words)
                return readWords(operand, condition);
            if (known.isNot && isLike(operand))
                return readLike(operand, condition);
            return readValue(operand, condition);
        }
        if (const std::size_t tilde = text.find('~');
            tilde != std::string_view::npos && tilde > 0 && tilde + 1 < text.size() && text.front() != '"')
            return readBetween(words::trimmed(text.substr(0, tilde)), words::trimmed(text.substr(tilde + 1)),
                               condition);
        return isLike(text) ? readLike(text, condition) : readWords(text, condition);
    }

    /// "12%" is a number where numbers are.
    bool isLike(std::string_view text) const
    {
        return text.find('%') != std::string_view::npos && text.front() != '"' &&
               !(m_filter.m_kind != Kind::Text && number(text));
    }

    Status readPattern(std::string_view pattern, Condition& condition)
    {
        condition.test = Test::Pattern;
        auto made = Expression::compile("[\\s\\S]*(?:" + std::string(pattern) + ")[\\s\\S]*", false);
        if (!made)
            return wrong("/" + std::string(pattern) + "/: " + made.error().what);
        condition.pattern = made.take();
        return {};
    }

    /// Both bounds of what a day or number stands for.
    Status bounds(std::string_view text, std::string& from, std::string& to) const
    {
        if (m_filter.m_kind == Kind::Day) {
            const auto days = m_reading.days ? m_reading.days(text) : usualDays(text);
            if (!days || !days->from.isValid() || !days->to.isValid())
                return wrong(inQuotes(text) + " is no day, month or year");
            from = toString(days->from);
            to = toString(days->to);
            return {};
        }
        const auto plain = number(text);
        if (!plain && m_filter.m_kind != Kind::Text)
            return wrong(inQuotes(text) + " is no number");
        if (m_filter.m_kind == Kind::Text) {
            if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
                text = text.substr(1, text.size() - 2);
            from = m_filter.folded(text);
        } else {
            from = m_filter.m_kind == Kind::Percent ? shifted(*plain, -2) : *plain;
        }
        to = from;
        return {};
    }

    Status readValue(std::string_view text, Condition& condition)
    {
        if (m_filter.m_kind == Kind::Text) {
            const auto plain = number(text);
            condition.isNumeric = plain && condition.test != Test::Equal; // "0012" is not "12"
            if (condition.isNumeric)
                condition.words.push_back(*plain);
        }
        return bounds(text, condition.from, condition.to);
    }

    Status readBetween(std::string_view a, std::string_view b, Condition& condition)
    {
        condition.test = Test::Between;
        std::string between;
        if (const Status low = bounds(a, condition.from, between); !low)
            return low;
        if (const Status high = bounds(b, between, condition.to); !high)
            return high;
        bool backwards = condition.to < condition.from;
        if (m_filter.m_kind == Kind::Text) {
            const auto low = number(a), high = number(b);
            condition.isNumeric = low && high;
            if (condition.isNumeric) {
                condition.words = {*low, *high};
                backwards = compareDecimals(*low, *high).value_or(0) > 0;
            }
        } else if (m_filter.m_kind != Kind::Day) {
            backwards = compareDecimals(condition.from, condition.to).value_or(0) > 0;
        }
        if (backwards)
            return wrong(inQuotes(std::string(a) + "~" + std::string(b)) + " runs backwards");
        return {};
    }

    Status readLike(std::string_view text, Condition& condition)
    {
        condition.test = Test::Like;
        condition.atBegin = text.front() != '%';
        condition.atEnd = text.back() != '%';
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('%'), text.size());
            if (end > 0)
                condition.words.push_back(m_filter.folded(text.substr(0, end)));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return {};
    }

    Status readWords(std::string_view text, Condition& condition)
    {
        condition.test = Test::Words;
        while (!(text = words::trimmed(text)).empty()) {
            std::string_view word;
            const std::size_t close = text.front() == '"' ? text.find('"', 1) : std::string_view::npos;
            if (close != std::string_view::npos) {
                word = text.substr(1, close - 1);
                text.remove_prefix(close + 1);
            } else {
                const std::size_t end = std::min(text.find_first_of(words::kBlanks), text.size());
                word = text.substr(0, end);
                text.remove_prefix(end);
            }
            if (word.empty())
                continue;
            condition.words.push_back(m_filter.folded(word));
            const std::string bare = withoutSeparators(word);
            const bool isNumber = m_filter.m_kind != Kind::Text && digitsOf(bare).has_value();
            condition.digits.push_back(isNumber ? bare : std::string());
        }
        return {};
    }

    CellFilter& m_filter;
    const Reading& m_reading;
};

Result<CellFilter> CellFilter::parse(std::string_view typed, Kind kind, const Reading& reading)
{
    CellFilter filter;
    filter.m_kind = kind;
    filter.m_fold = reading.fold;
    filter.m_number = reading.number;
    Reader reader(filter, reading);
    if (const Status read = reader.read(typed); !read)
        return read.error();
    return filter;
}

std::string CellFilter::folded(std::string_view text) const
{
    std::string out = m_fold ? m_fold(text) : words::toLower(text);
    replaceAll(out, kMinus, "-");
    replaceAll(out, kNoBreak, " ");
    replaceAll(out, kThin, " ");
    replaceAll(out, kNarrow, " ");
    return out;
}

bool CellFilter::matches(const Cell& cell) const
{
    return m_either.empty() || std::any_of(m_either.begin(), m_either.end(), [&](const Condition& condition) {
               return holds(condition, cell) != condition.isNot;
           });
}

bool CellFilter::holds(const Condition& condition, const Cell& cell) const
{
    switch (condition.test) {
    case Test::Null:
        return cell.raw.empty();
    case Test::Words:
        return hasWords(condition, cell);
    case Test::Like:
        return isLike(condition, cell);
    case Test::Pattern:
        return condition.pattern->matches(cell.shown) || condition.pattern->matches(cell.raw);
    case Test::Equal:
        if (folded(cell.shown) == condition.from)
            return true;
        break;
    case Test::Greater:
    case Test::Less:
    case Test::Between:
        break;
    }
    return !cell.raw.empty() && compares(condition, cell);
}

bool CellFilter::hasWords(const Condition& condition, const Cell& cell) const
{
    const std::string shown = folded(cell.shown), raw = folded(cell.raw);
    std::string bare;
    for (std::size_t i = 0; i < condition.words.size(); ++i) {
        if (contains(shown, condition.words[i]) || contains(raw, condition.words[i]))
            continue;
        if (condition.digits[i].empty())
            return false;
        if (bare.empty())
            bare = withoutSeparators(shown);
        if (!contains(bare, condition.digits[i]) && !contains(raw, condition.digits[i]))
            return false;
    }
    return true;
}

bool CellFilter::isLike(const Condition& condition, const Cell& cell) const
{
    const auto like = [&condition](std::string_view text) {
        for (std::size_t i = 0; i < condition.words.size(); ++i) {
            const std::string& piece = condition.words[i];
            const bool first = i == 0 && condition.atBegin;
            if (i + 1 == condition.words.size() && condition.atEnd)
                return text.size() >= piece.size() && text.ends_with(piece) && (!first || text == piece);
            const std::size_t at = text.find(piece);
            if (at == std::string_view::npos || (first && at != 0))
                return false;
            text.remove_prefix(at + piece.size());
        }
        return true;
    };
    if (condition.words.empty())
        return !cell.raw.empty(); // "%": anything
    return like(folded(cell.shown)) || like(folded(cell.raw));
}

bool CellFilter::compares(const Condition& condition, const Cell& cell) const
{
    int low = 0, high = 0; // the cell against the bounds; of a day, `to` is the day behind
    if (m_kind == Kind::Day) {
        const std::string_view day = cell.raw.substr(0, 10);
        low = day < condition.from ? -1 : 0;
        high = day < condition.to ? 0 : 1;
    } else if (m_kind != Kind::Text || (condition.isNumeric && digitsOf(cell.raw))) {
        const std::string& from = m_kind == Kind::Text ? condition.words.front() : condition.from;
        const std::string& to = m_kind == Kind::Text ? condition.words.back() : condition.to;
        const auto a = compareDecimals(cell.raw, from), b = compareDecimals(cell.raw, to);
        if (!a || !b)
            return false;
        low = *a;
        high = *b;
    } else {
        const std::string text = folded(cell.raw);
        low = text.compare(condition.from);
        high = text.compare(condition.to);
    }
    switch (condition.test) {
    case Test::Equal:
        return m_kind == Kind::Day ? low >= 0 && high <= 0 : low == 0 || isShownAs(condition, cell);
    case Test::Greater:
        return m_kind == Kind::Day ? (condition.orEqual ? low >= 0 : high > 0) : condition.orEqual ? low >= 0 : low > 0;
    case Test::Less:
        return m_kind == Kind::Day ? (condition.orEqual ? high <= 0 : low < 0) : condition.orEqual ? low <= 0 : low < 0;
    default:
        return low >= 0 && high <= 0;
    }
}

/// `=445,639.12` finds what is shown so, whatever digits follow.
bool CellFilter::isShownAs(const Condition& condition, const Cell& cell) const
{
    if (m_kind == Kind::Text)
        return false;
    const auto shown = m_number ? m_number(cell.shown) : usualNumber(cell.shown);
    if (!shown)
        return false;
    return compareDecimals(m_kind == Kind::Percent ? shifted(*shown, -2) : *shown, condition.from) == 0;
}

} // namespace altimeter

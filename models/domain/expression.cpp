#include "models/domain/expression.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <climits>
#include <optional>
#include <string>
#include <utility>

namespace altimeter {

namespace {

using Bytes = std::bitset<256>;

constexpr std::uint8_t byteOf(char c)
{
    return static_cast<std::uint8_t>(c);
}
constexpr bool isUpper(std::uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}
constexpr bool isLower(std::uint8_t c)
{
    return c >= 'a' && c <= 'z';
}
constexpr bool isDigit(std::uint8_t c)
{
    return c >= '0' && c <= '9';
}
constexpr bool isLetter(std::uint8_t c)
{
    return isUpper(c) || isLower(c);
}
constexpr bool isWord(std::uint8_t c)
{
    return isLetter(c) || isDigit(c) || c == '_';
}
constexpr bool isGraph(std::uint8_t c)
{
    return c > ' ' && c < 0x7f;
}

/// The bytes of a class by its name in "[:name:]" or, for 'd', 's' and 'w', behind a backslash.
std::optional<Bytes> bytesOfClass(std::string_view name, bool isCaseSensitive)
{
    const auto those = [](auto belongs) {
        Bytes bytes;
        for (unsigned c = 0; c < 256; ++c)
            bytes.set(c, belongs(static_cast<std::uint8_t>(c)));
        return bytes;
    };
    if (!isCaseSensitive && (name == "upper" || name == "lower"))
        name = "alpha";
    if (name == "d" || name == "digit")
        return those(isDigit);
    if (name == "w")
        return those(isWord);
    if (name == "s" || name == "space")
        return those([](std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
    if (name == "blank")
        return those([](std::uint8_t c) { return c == ' ' || c == '\t'; });
    if (name == "alpha")
        return those(isLetter);
    if (name == "alnum")
        return those([](std::uint8_t c) { return isLetter(c) || isDigit(c); });
    if (name == "upper")
        return those(isUpper);
    if (name == "lower")
        return those(isLower);
    if (name == "xdigit")
        return those([](std::uint8_t c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
    if (name == "punct")
        return those([](std::uint8_t c) { return isGraph(c) && !isLetter(c) && !isDigit(c); });
    if (name == "graph")
        return those(isGraph);
    if (name == "print")
        return those([](std::uint8_t c) { return isGraph(c) || c == ' '; });
    if (name == "cntrl")
        return those([](std::uint8_t c) { return c < ' ' || c == 0x7f; });
    return std::nullopt;
}

constexpr std::uint8_t lowered(std::uint8_t c)
{
    return isUpper(c) ? static_cast<std::uint8_t>(c + ('a' - 'A')) : c;
}
constexpr std::uint8_t raised(std::uint8_t c)
{
    return isLower(c) ? static_cast<std::uint8_t>(c - ('a' - 'A')) : c;
}

/// With the other case of each letter.
Bytes folded(const Bytes& bytes)
{
    Bytes all = bytes;
    for (unsigned c = 'a'; c <= 'z'; ++c) {
        const unsigned upper = raised(static_cast<std::uint8_t>(c));
        all.set(c, bytes[c] || bytes[upper]);
        all.set(upper, bytes[c] || bytes[upper]);
    }
    return all;
}

} // namespace

/// Reads the pattern and lays down its steps, back to front: each part is told what comes after it. A part that is
/// repeated is read and laid down once for each time, so nothing but steps is kept.
class ExpressionBuilder {
public:
    ExpressionBuilder(std::string_view pattern, bool isCaseSensitive)
        : m_pattern(pattern), m_isCaseSensitive(isCaseSensitive)
    {
    }

    Result<Expression> build()
    {
        if (m_pattern.size() > Expression::kLongest)
            return Error{
                ErrorCode::Invalid, "it is longer than " + std::to_string(Expression::kLongest) + " characters", {}};
        const std::size_t whole = alternatives();
        if (!m_fault && m_at < m_pattern.size())
            fail(m_pattern[m_at] == ')' ? "')' without '('"
                                        : std::string("there is nothing before '") + m_pattern[m_at] + "' to repeat");
        if (m_fault)
            return Error{ErrorCode::Invalid, *m_fault, {}};
        m_result.m_first = lay(whole, step({Step::Kind::Done, 0, 0, 0}));
        if (m_fault)
            return Error{ErrorCode::Invalid, *m_fault, {}};
        return std::move(m_result);
    }

private:
    using Step = Expression::Step;

    /// A part of the pattern, as it was read.
    struct Part {
        enum class Kind { Empty, Bytes, Assertion, Sequence, Either, Repeat };
        Kind kind = Kind::Empty;
        Step::Kind assertion = Step::Kind::Begin;
        std::uint32_t set = 0;
        std::size_t a = 0, b = 0; ///< the parts it is made of
        std::size_t least = 0, most = 0;
    };
    static constexpr std::size_t kNoLimit = SIZE_MAX;

    void fail(std::string what)
    {
        if (!m_fault)
            m_fault = std::move(what);
        m_at = m_pattern.size();
    }
    bool isAt(char c) const { return m_at < m_pattern.size() && m_pattern[m_at] == c; }
    bool take(char c)
    {
        if (!isAt(c))
            return false;
        ++m_at;
        return true;
    }

    std::size_t part(Part made)
    {
        m_parts.push_back(made);
        return m_parts.size() - 1;
    }
    std::size_t bytes(Bytes set)
    {
        Part made;
        made.kind = Part::Kind::Bytes;
        const auto known = std::find(m_result.m_sets.begin(), m_result.m_sets.end(), set);
        made.set = static_cast<std::uint32_t>(known - m_result.m_sets.begin());
        if (known == m_result.m_sets.end())
            m_result.m_sets.push_back(set);
        return part(made);
    }
    std::size_t byte(std::uint8_t c)
    {
        Bytes set;
        set.set(c);
        return bytes(m_isCaseSensitive ? set : folded(set));
    }

    std::size_t alternatives()
    {
        std::size_t all = sequence();
        while (take('|')) {
            Part made;
            made.kind = Part::Kind::Either;
            made.a = all;
            made.b = sequence();
            all = part(made);
        }
        return all;
    }

    std::size_t sequence()
    {
        std::size_t all = part({});
        while (!m_fault && m_at < m_pattern.size()) {
            const auto next = term();
            if (!next)
                break;
            Part made;
            made.kind = Part::Kind::Sequence;
            made.a = all;
            made.b = *next;
            all = part(made);
        }
        return all;
    }

    /// None at the end of a sequence.
    std::optional<std::size_t> term()
    {
        const char c = m_pattern[m_at];
        if (c == '|' || c == ')' || c == '*' || c == '+' || c == '?' || c == '{')
            return std::nullopt;
        if (const auto found = assertion())
            return found;
        std::size_t one = atom();
        while (!m_fault && repeated(one)) {
        }
        return one;
    }

    std::optional<std::size_t> assertion()
    {
        const std::string_view rest = m_pattern.substr(m_at);
        Part made;
        made.kind = Part::Kind::Assertion;
        if (rest.starts_with('^'))
            made.assertion = Step::Kind::Begin;
        else if (rest.starts_with('$'))
            made.assertion = Step::Kind::End;
        else if (rest.starts_with("\\b"))
            made.assertion = Step::Kind::Word;
        else if (rest.starts_with("\\B"))
            made.assertion = Step::Kind::NoWord;
        else
            return std::nullopt;
        m_at += rest.front() == '\\' ? std::size_t{2} : std::size_t{1};
        return part(made);
    }

    std::size_t atom()
    {
        const char c = m_pattern[m_at++];
        switch (c) {
        case '.':
            return bytes(~Bytes().set('\n').set('\r'));
        case '[':
            return bracket();
        case '(':
            return group();
        case '\\':
            return escape();
        default:
            return byte(byteOf(c));
        }
    }

    std::size_t group()
    {
        if (take('?') && !take(':')) {
            const bool looksAhead = isAt('=') || isAt('!');
            fail(looksAhead ? std::string("'(?") + m_pattern[m_at] + "' looks ahead, which is not supported"
                            : "'(?' is followed by ':' alone");
            return 0;
        }
        const std::size_t inner = alternatives();
        if (!m_fault && !take(')'))
            fail("'(' without ')'");
        return inner;
    }

    /// "*", "+", "?", "{2}", "{2,}", "{2,5}", each also with '?' behind: how much a part takes first makes no
    /// difference where the whole text has to match.
    bool repeated(std::size_t& one)
    {
        Part made;
        made.kind = Part::Kind::Repeat;
        made.a = one;
        if (take('*'))
            made.most = kNoLimit;
        else if (take('+')) {
            made.least = 1;
            made.most = kNoLimit;
        } else if (take('?'))
            made.most = 1;
        else if (take('{'))
            counts(made);
        else
            return false;
        take('?');
        one = part(made);
        return true;
    }

    void counts(Part& made)
    {
        const auto least = number();
        made.least = made.most = least.value_or(0);
        if (least && take(',')) {
            const auto most = number();
            made.most = most.value_or(kNoLimit);
        }
        if (!least || !take('}') || made.most < made.least)
            fail("'{' is followed by numbers such as {2}, {2,} or {2,5}");
    }

    std::optional<std::size_t> number()
    {
        std::optional<std::size_t> value;
        for (; m_at < m_pattern.size() && isDigit(byteOf(m_pattern[m_at])); ++m_at)
            value = std::min<std::size_t>(value.value_or(0) * 10 + static_cast<std::size_t>(m_pattern[m_at] - '0'),
                                          Expression::kMostSteps + 1);
        return value;
    }

    /// A class, "\d", or none: then it is the one byte that `character` answers.
    std::optional<Bytes> escapedClass()
    {
        if (m_at >= m_pattern.size())
            return std::nullopt;
        const char c = m_pattern[m_at];
        const auto known = bytesOfClass(std::string_view(&c, 1), m_isCaseSensitive);
        const auto negated =
            known ? std::nullopt : bytesOfClass(std::string(1, static_cast<char>(lowered(byteOf(c)))), true);
        if (!known && !negated)
            return std::nullopt;
        ++m_at;
        return known ? *known : ~*negated;
    }

    std::size_t escape()
    {
        if (m_at < m_pattern.size() && isDigit(byteOf(m_pattern[m_at])) && m_pattern[m_at] != '0') {
            fail(std::string("'\\") + m_pattern[m_at] + "' refers back, which is not supported");
            return 0;
        }
        if (const auto set = escapedClass())
            return bytes(*set);
        return byte(escapedByte(false));
    }

    std::uint8_t escapedByte(bool inBracket)
    {
        if (m_at >= m_pattern.size()) {
            fail("it ends with '\\'");
            return 0;
        }
        const char c = m_pattern[m_at++];
        switch (c) {
        case '0':
            return 0;
        case 'b':
            if (inBracket)
                return '\b';
            break;
        case 'B':
            if (inBracket)
                fail("'\\B' has no meaning in '[…]'");
            break;
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        case 'x':
            return hexByte(2);
        case 'u':
            return hexByte(4);
        case 'c':
            if (m_at >= m_pattern.size())
                fail("it ends with '\\c'");
            else
                return byteOf(m_pattern[m_at++]);
            break;
        default:
            break;
        }
        return byteOf(c);
    }

    std::uint8_t hexByte(int digits)
    {
        int value = 0;
        for (int i = 0; i < digits; ++i) {
            const int digit = m_at < m_pattern.size() ? words::hexDigit(m_pattern[m_at]) : -1;
            if (digit < 0) {
                fail(digits == 2 ? "'\\x' is followed by two hexadecimal digits"
                                 : "'\\u' is followed by four hexadecimal digits");
                return 0;
            }
            value = value * 16 + digit;
            ++m_at;
        }
        return static_cast<std::uint8_t>(value);
    }

    /// What stands in brackets: bytes, ranges of them and classes.
    std::size_t bracket()
    {
        const bool isNegated = take('^');
        Bytes set;
        std::optional<std::uint8_t> last; ///< the byte that may begin a range
        bool isAfterClass = false;
        const auto push = [&](std::uint8_t c) {
            if (last)
                set.set(*last);
            last = c;
            isAfterClass = false;
        };
        if (take('-'))
            last = '-';
        while (!m_fault && !take(']')) {
            if (m_at >= m_pattern.size()) {
                fail("'[' without ']'");
            } else if (take('-')) {
                if (isAt(']') || (!last && !isAfterClass)) {
                    push('-');
                } else if (!last) {
                    fail("a range in '[…]' begins with a class");
                } else {
                    range(set, *last);
                    last.reset();
                }
            } else if (const auto known = bracketClass()) {
                set |= *known;
                if (last)
                    set.set(*last);
                last.reset();
                isAfterClass = true;
            } else if (!m_fault) {
                push(take('\\') ? escapedByte(true) : byteOf(m_pattern[m_at++]));
            }
        }
        if (last)
            set.set(*last);
        if (!m_isCaseSensitive)
            set = folded(set);
        return bytes(isNegated ? ~set : set);
    }

    std::optional<Bytes> bracketClass()
    {
        const std::string_view rest = m_pattern.substr(m_at);
        if (rest.starts_with("[.") || rest.starts_with("[=")) {
            fail("'[.' and '[=' are not supported");
            return std::nullopt;
        }
        if (rest.starts_with("[:")) {
            const std::size_t end = rest.find(":]", 2);
            const auto known = end == std::string_view::npos
                                   ? std::nullopt
                                   : bytesOfClass(words::toLower(rest.substr(2, end - 2)), m_isCaseSensitive);
            if (!known)
                fail("'[:' is followed by the name of a class and ':]', as in [[:digit:]]");
            else
                m_at += end + 2;
            return known;
        }
        if (!rest.starts_with('\\'))
            return std::nullopt;
        ++m_at;
        const auto known = escapedClass();
        if (!known) {
            if (m_at < m_pattern.size() && isDigit(byteOf(m_pattern[m_at])) && m_pattern[m_at] != '0')
                fail("a number behind '\\' has no meaning in '[…]'");
            --m_at;
        }
        return known;
    }

    void range(Bytes& set, std::uint8_t from)
    {
        if (m_at >= m_pattern.size())
            return;
        if (bracketClass() || m_fault)
            return fail("a range in '[…]' ends with a class");
        const std::uint8_t to = take('\\') ? escapedByte(true) : byteOf(m_pattern[m_at++]);
        // Bytes beyond ASCII count as negative, as they did to the library that rules were written for.
        const auto number = [](std::uint8_t c) { return static_cast<int>(static_cast<std::int8_t>(c)); };
        if (number(from) > number(to))
            return fail("a range in '[…]' runs backwards");
        for (unsigned c = 0; c < 256; ++c) {
            const int value = number(static_cast<std::uint8_t>(c));
            if (value >= number(from) && value <= number(to))
                set.set(c);
        }
    }

    std::uint32_t step(Step made)
    {
        if (m_result.m_steps.size() >= Expression::kMostSteps) {
            fail("it repeats too much: written out it has more than " + std::to_string(Expression::kMostSteps) +
                 " steps");
            return 0;
        }
        m_result.m_steps.push_back(made);
        return static_cast<std::uint32_t>(m_result.m_steps.size() - 1);
    }

    /// The first step of `which`, after which `next` comes.
    std::uint32_t lay(std::size_t which, std::uint32_t next)
    {
        if (m_fault)
            return 0;
        const Part made = m_parts[which];
        switch (made.kind) {
        case Part::Kind::Empty:
            return next;
        case Part::Kind::Bytes:
            return step({Step::Kind::Byte, made.set, next, 0});
        case Part::Kind::Assertion:
            return step({made.assertion, 0, next, 0});
        case Part::Kind::Sequence:
            return laySequence(which, next);
        case Part::Kind::Either: {
            const std::uint32_t b = lay(made.b, next);
            return step({Step::Kind::Split, 0, lay(made.a, next), b});
        }
        case Part::Kind::Repeat:
            return layRepeat(made, next);
        }
        return next;
    }

    /// A loop, since a sequence of a thousand parts is one within another a thousand times.
    std::uint32_t laySequence(std::size_t which, std::uint32_t next)
    {
        for (; m_parts[which].kind == Part::Kind::Sequence; which = m_parts[which].a)
            next = lay(m_parts[which].b, next);
        return lay(which, next);
    }

    std::uint32_t layRepeat(const Part& made, std::uint32_t next)
    {
        if (made.most == kNoLimit) {
            const std::uint32_t loop = step({Step::Kind::Split, 0, 0, next});
            const std::uint32_t again = lay(made.a, loop);
            if (m_fault)
                return 0;
            m_result.m_steps[loop].next = again;
            next = loop;
        } else {
            const std::uint32_t end = next;
            for (std::size_t i = made.least; i < made.most && !m_fault; ++i)
                next = step({Step::Kind::Split, 0, lay(made.a, next), end});
        }
        for (std::size_t i = 0; i < made.least && !m_fault; ++i) {
            const std::size_t before = m_result.m_steps.size();
            next = lay(made.a, next);
            if (m_result.m_steps.size() == before)
                break; // nothing, however often
        }
        return next;
    }

    std::string_view m_pattern;
    bool m_isCaseSensitive;
    std::size_t m_at = 0;
    std::vector<Part> m_parts;
    std::optional<std::string> m_fault;
    Expression m_result;
};

Result<Expression> Expression::compile(std::string_view pattern, bool isCaseSensitive)
{
    return ExpressionBuilder(pattern, isCaseSensitive).build();
}

/// All ways to match at once: the steps that may come next, each once, after each byte of the text.
class Expression::Run {
public:
    Run(const Expression& expression, std::string_view text) : m_expression(expression), m_seen(seenOfThisThread())
    {
        if (m_seen.at.size() < expression.m_steps.size())
            m_seen.at.resize(expression.m_steps.size(), 0);
        m_begin = m_seen.next;
        m_seen.next += text.size() + 1;
        m_now.reserve(16);
        m_next.reserve(16);
    }

    bool matches(std::string_view text, const std::stop_token& stop)
    {
        enter(m_expression.m_first, text, 0);
        for (std::size_t at = 0; at < text.size(); ++at) {
            std::swap(m_now, m_next);
            m_next.clear();
            if (m_now.empty())
                return false;
            if (m_work > kWorkBetweenLooks) {
                m_work = 0;
                if (stop.stop_requested())
                    return false;
            }
            const std::uint8_t c = byteOf(text[at]);
            for (const std::uint32_t one : m_now) {
                const Step& step = m_expression.m_steps[one];
                if (step.kind == Step::Kind::Byte && m_expression.m_sets[step.set][c])
                    enter(step.next, text, at + 1);
            }
        }
        return std::any_of(m_next.begin(), m_next.end(),
                           [this](std::uint32_t one) { return m_expression.m_steps[one].kind == Step::Kind::Done; });
    }

private:
    /// When a step was noted last, for all that a thread matches: each text has moments of its own, so nothing is to be
    /// cleared before the next one. Clearing the steps of all rules would cost more than matching most values does.
    struct Seen {
        std::vector<std::uint64_t> at;
        std::uint64_t next = 1; ///< a moment that was not used yet
    };
    static Seen& seenOfThisThread()
    {
        thread_local Seen seen;
        return seen;
    }

    static constexpr std::size_t kWorkBetweenLooks = 100'000;

    /// Notes `step` and what can be reached from it without another byte, at byte `at` of the text.
    void enter(std::uint32_t first, std::string_view text, std::size_t at)
    {
        m_open.push_back(first);
        while (!m_open.empty()) {
            const std::uint32_t one = m_open.back();
            m_open.pop_back();
            ++m_work;
            if (m_seen.at[one] == m_begin + at)
                continue;
            m_seen.at[one] = m_begin + at;
            const Step& step = m_expression.m_steps[one];
            if (step.kind == Step::Kind::Byte || step.kind == Step::Kind::Done) {
                m_next.push_back(one);
                continue;
            }
            if (step.kind == Step::Kind::Split)
                m_open.push_back(step.other);
            if (step.kind == Step::Kind::Split || holds(step.kind, text, at))
                m_open.push_back(step.next);
        }
    }

    static bool holds(Step::Kind assertion, std::string_view text, std::size_t at)
    {
        if (assertion == Step::Kind::Begin)
            return at == 0;
        if (assertion == Step::Kind::End)
            return at == text.size();
        const bool before = at > 0 && isWord(byteOf(text[at - 1]));
        const bool after = at < text.size() && isWord(byteOf(text[at]));
        return (before != after) == (assertion == Step::Kind::Word);
    }

    const Expression& m_expression;
    Seen& m_seen;
    std::uint64_t m_begin = 0; ///< the moment of the first byte
    std::vector<std::uint32_t> m_now, m_next, m_open;
    std::size_t m_work = 0;
};

bool Expression::matches(std::string_view text, const std::stop_token& stop) const
{
    return Run(*this, text).matches(text, stop);
}

} // namespace altimeter

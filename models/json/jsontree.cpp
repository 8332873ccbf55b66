#include "models/json/jsontree.h"

#include "models/text/utf8.h"
#include "models/text/words.h"

#include <algorithm>
#include <utility>

namespace altimeter {

namespace {

constexpr bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20;
}

} // namespace

std::optional<JsonTree::Problem> JsonTree::parse(std::string_view text)
{
    m_text = text;
    m_at = 0;
    m_nodes.clear();
    m_open.clear();
    m_unescaped.clear();
    m_problem.reset();
    bool isGood = value({});
    while (isGood && !m_open.empty()) {
        const bool isObject = m_nodes[m_open.back()].kind == Kind::Object;
        const bool isFirst = m_open.back() + 1 == m_nodes.size();
        blanks();
        if (isNext(isObject ? '}' : ']')) {
            isGood = close();
            continue;
        }
        if (!isFirst) {
            if (!isNext(','))
                isGood = fail("a comma is missing");
            blanks();
        }
        std::string_view name;
        if (isGood && isObject) {
            isGood = isNext('"') ? string(name) : fail("a name is missing");
            blanks();
            isGood = isGood && (isNext(':') || fail("a colon is missing"));
        }
        isGood = isGood && value(name);
    }
    blanks();
    if (isGood && m_at != m_text.size())
        fail("something stands behind the value");
    if (m_problem)
        m_nodes.clear();
    return m_problem;
}

bool JsonTree::value(std::string_view name)
{
    blanks();
    if (m_nodes.size() >= kMostValues)
        return fail("it holds more than " + std::to_string(kMostValues) + " values");
    const bool isObject = isNext('{');
    if (!isObject && !isNext('['))
        return scalar(name);
    if (m_open.size() >= kDeepest)
        return fail("it is nested more than " + std::to_string(kDeepest) + " levels deep");
    m_open.push_back(static_cast<std::uint32_t>(m_nodes.size()));
    m_nodes.push_back({isObject ? Kind::Object : Kind::Array, 1, name, {}});
    return true;
}

bool JsonTree::scalar(std::string_view name)
{
    const std::size_t begin = m_at;
    if (isNext('"')) {
        std::string_view text;
        if (!string(text))
            return false;
        m_nodes.push_back({Kind::Text, 1, name, text});
        return true;
    }
    const std::string_view rest = m_text.substr(m_at);
    for (const auto& [word, kind] :
         {std::pair<std::string_view, Kind>{"null", Kind::Null}, {"true", Kind::Bool}, {"false", Kind::Bool}}) {
        if (rest.starts_with(word)) {
            m_at += word.size();
            m_nodes.push_back({kind, 1, name, kind == Kind::Null ? std::string_view() : rest.substr(0, word.size())});
            return true;
        }
    }
    if (!number())
        return fail(m_at >= m_text.size() ? "it is cut off" : "a value is missing");
    m_nodes.push_back({Kind::Number, 1, name, m_text.substr(begin, m_at - begin)});
    return true;
}

bool JsonTree::number()
{
    const auto digits = [this] {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && words::isDigit(m_text[m_at]))
            ++m_at;
        return m_at > begin;
    };
    isNext('-');
    if (!isNext('0') && !digits())
        return false;
    if (isNext('.') && !digits())
        return false;
    if (isNext('e') || isNext('E')) {
        if (!isNext('-'))
            isNext('+');
        return digits();
    }
    return true;
}

/// Behind the quote that opens it.
bool JsonTree::string(std::string_view& out)
{
    const std::size_t begin = m_at;
    while (m_at < m_text.size()) {
        const char c = m_text[m_at];
        if (c == '"') {
            out = m_text.substr(begin, m_at - begin);
            ++m_at;
            return true;
        }
        if (c == '\\')
            return escaped(begin, out);
        if (isControl(c))
            return fail("a text holds a control character");
        ++m_at;
    }
    return fail("a text is cut off");
}

bool JsonTree::escaped(std::size_t begin, std::string_view& out)
{
    if (m_unescaped.empty())
        m_unescaped.reserve(m_text.size()); // never moves: what is unescaped is no longer than it was
    const std::size_t start = m_unescaped.size();
    m_unescaped.append(m_text.substr(begin, m_at - begin));
    while (m_at < m_text.size()) {
        const char c = m_text[m_at];
        if (isControl(c))
            return fail("a text holds a control character");
        ++m_at;
        if (c == '"') {
            out = std::string_view(m_unescaped).substr(start);
            return true;
        }
        if (c != '\\')
            m_unescaped += c;
        else if (!escape())
            return false;
    }
    return fail("a text is cut off");
}

bool JsonTree::escape()
{
    const char c = m_at < m_text.size() ? m_text[m_at++] : '\0';
    constexpr std::string_view kNames = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (c == 'u')
        return unicode();
    const auto found = kNames.find(c);
    if (found == std::string_view::npos)
        return fail("a text holds an escape that is none");
    m_unescaped += kMeant[found];
    return true;
}

bool JsonTree::unicode()
{
    const auto unit = [this](std::size_t at) -> std::optional<char32_t> {
        char32_t value = 0;
        for (std::size_t i = at; i < at + 4; ++i) {
            const int digit = i < m_text.size() ? words::hexDigit(m_text[i]) : -1;
            if (digit < 0)
                return std::nullopt;
            value = value * 16 + static_cast<char32_t>(digit);
        }
        return value;
    };
    const auto first = unit(m_at);
    if (!first)
        return fail("a text holds an escape that is none");
    m_at += 4;
    char32_t character = *first;
    if (character >= 0xD800 && character < 0xE000) {
        const bool isPair = character < 0xDC00 && m_text.substr(m_at).starts_with("\\u");
        const auto second = isPair ? unit(m_at + 2) : std::nullopt;
        if (second && *second >= 0xDC00 && *second < 0xE000) {
            character = 0x10000 + ((character - 0xD800) << 10U) + (*second - 0xDC00);
            m_at += 6;
        } else {
            character = words::kMalformed;
        }
    }
    words::appendCharacter(m_unescaped, character);
    return true;
}

bool JsonTree::close()
{
    const std::size_t at = m_open.back();
    m_open.pop_back();
    m_nodes[at].size = static_cast<std::uint32_t>(m_nodes.size() - at);
    return m_nodes[at].kind != Kind::Object || !hasContradiction(at) ||
           fail("an object has a member twice with different values");
}

bool JsonTree::hasContradiction(std::size_t object) const
{
    const Value all(&m_nodes[object]);
    std::uint64_t seen = 0;
    bool isSuspect = false;
    for (const Value member : all) {
        const std::string_view name = member.name();
        const std::size_t mark =
            name.empty() ? 0
                         : name.size() * 7 + static_cast<unsigned char>(name[name.size() / 2]) * 31U +
                               static_cast<unsigned char>(name.back()) * 3U + static_cast<unsigned char>(name.front());
        const std::uint64_t bit = std::uint64_t{1} << (mark % 64);
        isSuspect |= (seen & bit) != 0;
        seen |= bit;
    }
    if (!isSuspect)
        return false;
    std::vector<Value> byName;
    for (const Value member : all)
        byName.push_back(member);
    std::stable_sort(byName.begin(), byName.end(), [](Value a, Value b) { return a.name() < b.name(); });
    const auto isOther = [](Value a, Value b) {
        if (a.name() != b.name())
            return false;
        const Node *x = a.m_node, *y = b.m_node;
        if (x->size != y->size)
            return true;
        for (std::uint32_t i = 0; i < x->size; ++i) {
            if (x[i].kind != y[i].kind || x[i].text != y[i].text || (i > 0 && x[i].name != y[i].name))
                return true;
        }
        return false;
    };
    return std::adjacent_find(byName.begin(), byName.end(), isOther) != byName.end();
}

bool JsonTree::fail(std::string what)
{
    if (!m_problem)
        m_problem = Problem{m_at, std::move(what)};
    return false;
}

void JsonTree::blanks()
{
    while (m_at < m_text.size() &&
           (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\r' || m_text[m_at] == '\t'))
        ++m_at;
}

bool JsonTree::isNext(char c)
{
    if (m_at >= m_text.size() || m_text[m_at] != c)
        return false;
    ++m_at;
    return true;
}

} // namespace altimeter

#include "models/json/json.h"

#include "models/text/jsontext.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace altimeter {

namespace {

constexpr std::size_t kDeepest = 100;

} // namespace

namespace {

/// Takes the parser's events and counts the values, up to one more than wanted.
class JsonCounter {
public:
    explicit JsonCounter(std::size_t most) : m_most(most) {}
    bool null() { return count(); }
    bool boolean(bool) { return count(); }
    bool number_integer(std::int64_t) { return count(); }
    bool number_unsigned(std::uint64_t) { return count(); }
    bool number_float(double, const std::string&) { return count(); }
    bool string(const std::string&) { return count(); }
    bool binary(const nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return count() && ++m_depth <= kDeepest; }
    bool start_array(std::size_t) { return count() && ++m_depth <= kDeepest; }
    bool end_object() { return --m_depth, true; }
    bool end_array() { return --m_depth, true; }
    bool key(const std::string&) { return true; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) { return false; }
    bool isOverMost() const { return m_values > m_most; }

private:
    bool count() { return ++m_values <= m_most; }
    const std::size_t m_most;
    std::size_t m_values = 0;
    std::size_t m_depth = 0;
};

/// Counts before anything is built. A value stands at the beginning or behind one of these, so that few documents need
/// the parser for it.
bool holdsMoreThan(std::size_t most, std::string_view text)
{
    const auto places =
        std::count_if(text.begin(), text.end(), [](char c) { return c == ',' || c == '[' || c == ':'; });
    if (static_cast<std::size_t>(places) < most)
        return false;
    JsonCounter counter(most);
    nlohmann::json::sax_parse(text, &counter);
    return counter.isOverMost();
}

} // namespace

/// Takes the parser's events and builds the tree; numbers that do not fit 64 bits arrive with their digits.
class JsonBuilder {
public:
    explicit JsonBuilder(Json& root) { m_open.push_back(&root); }

    bool null() { return put(Json::Kind::Null, {}); }
    bool boolean(bool value) { return put(Json::Kind::Bool, value ? "true" : "false"); }
    bool number_integer(std::int64_t value) { return put(Json::Kind::Number, std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) { return put(Json::Kind::Number, std::to_string(value)); }
    bool number_float(double, std::string digits)
    {
        // the parser writes the point as the locale has it: "12.345" would come as "12,345" and be read as grouping
        std::replace_if(
            digits.begin(), digits.end(),
            [](char c) { return !(c >= '0' && c <= '9') && c != '-' && c != '+' && c != 'e' && c != 'E'; }, '.');
        return put(Json::Kind::Number, std::move(digits));
    }
    bool string(std::string& value) { return put(Json::Kind::Text, std::move(value)); }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(Json::Kind::Object); }
    bool start_array(std::size_t) { return open(Json::Kind::Array); }
    bool end_object()
    {
        m_contradicted = contradiction(*m_open.back());
        return m_contradicted.empty() && close();
    }
    bool end_array() { return close(); }
    bool key(std::string& name)
    {
        m_key = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error)
    {
        m_position = position;
        m_what = error.what();
        return false;
    }
    bool isTooDeep() const { return m_isTooDeep; }
    /// The member an object has twice with different values; empty: none.
    const std::string& contradicted() const { return m_contradicted; }
    std::size_t position() const { return m_position; }

private:
    Json& place()
    {
        Json& top = *m_open.back();
        if (auto* const items = std::get_if<Json::Items>(&top.m_held))
            return items->emplace_back();
        if (auto* const members = std::get_if<Json::Members>(&top.m_held))
            return members->emplace_back(std::move(m_key), Json()).second;
        return top;
    }
    bool put(Json::Kind kind, std::string text)
    {
        Json& value = place();
        value.m_kind = kind;
        value.m_held = std::move(text);
        return true;
    }
    bool open(Json::Kind kind)
    {
        m_isTooDeep = m_open.size() > kDeepest;
        if (m_isTooDeep)
            return false;
        Json& value = place();
        value.m_kind = kind;
        if (kind == Json::Kind::Array)
            value.m_held = Json::Items();
        else
            value.m_held = Json::Members();
        m_open.push_back(&value); // stays valid: its parent grows only after it is closed
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    static std::string contradiction(const Json& object)
    {
        std::vector<const std::pair<std::string, Json>*> byName;
        byName.reserve(object.members().size());
        for (const auto& member : object.members())
            byName.push_back(&member);
        std::sort(byName.begin(), byName.end(), [](auto* a, auto* b) { return a->first < b->first; });
        const auto found = std::adjacent_find(byName.begin(), byName.end(), [](auto* a, auto* b) {
            return a->first == b->first && a->second.dump() != b->second.dump();
        });
        return found == byName.end() ? std::string() : (*found)->first;
    }

    std::vector<Json*> m_open;
    std::string m_contradicted;
    std::string m_key;
    std::string m_what;
    std::size_t m_position = 0;
    bool m_isTooDeep = false;
};

Result<Json> Json::parse(std::string_view text, const std::string& where, std::size_t mostValues)
{
    if (holdsMoreThan(mostValues, text))
        return Error{ErrorCode::Invalid, "the JSON holds more than " + std::to_string(mostValues) + " values", where,
                     "Ask for fewer days at a time."};
    Json root;
    JsonBuilder builder(root);
    if (nlohmann::json::sax_parse(text, &builder))
        return root;
    if (builder.isTooDeep())
        return Error{ErrorCode::Invalid, "the JSON is nested more than " + std::to_string(kDeepest) + " levels deep",
                     where};
    if (!builder.contradicted().empty())
        return Error{ErrorCode::Invalid,
                     "the answer says " + words::jsonQuoted(builder.contradicted()) +
                         " twice and differently, so that nobody knows which counts",
                     where};
    return Error{ErrorCode::Invalid,
                 "the answer is no JSON (it stops making sense at byte " + std::to_string(builder.position()) + ')',
                 where};
}

std::optional<std::int64_t> Json::integer() const
{
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text().data(), text().data() + text().size(), value);
    if ((m_kind != Kind::Number && m_kind != Kind::Text) || failed != std::errc() ||
        end != text().data() + text().size())
        return std::nullopt;
    return value;
}

const Json& Json::operator[](std::string_view name) const
{
    static const Json nothing;
    const auto found =
        std::find_if(members().begin(), members().end(), [&](const auto& member) { return member.first == name; });
    return found == members().end() ? nothing : found->second;
}

bool Json::has(std::string_view name) const
{
    return std::any_of(members().begin(), members().end(), [&](const auto& member) { return member.first == name; });
}

Result<const std::vector<Json>*> Json::needArray(std::string_view name, const std::string& where) const
{
    if (!has(name))
        return Error{ErrorCode::Invalid, "the answer has no \"" + std::string(name) + '"', where};
    const Json& value = (*this)[name];
    if (!value.isArray())
        return Error{ErrorCode::Invalid, '"' + std::string(name) + "\" of the answer is no list", where};
    return &value.items();
}

Result<std::string> Json::needText(std::string_view name, const std::string& where) const
{
    const Json& value = (*this)[name];
    if ((value.kind() != Kind::Text && value.kind() != Kind::Number) || value.text().empty())
        return Error{ErrorCode::Invalid, "the answer has no \"" + std::string(name) + '"', where};
    return value.text();
}

std::string Json::dump() const
{
    switch (m_kind) {
    case Kind::Null:
        return "null";
    case Kind::Bool:
    case Kind::Number:
        return text();
    case Kind::Text:
        return words::jsonQuoted(text());
    case Kind::Array: {
        std::string list;
        for (const Json& item : items())
            list += (list.empty() ? "" : ",") + item.dump();
        return '[' + list + ']';
    }
    case Kind::Object: {
        std::string list;
        for (const auto& [name, value] : members())
            list += (list.empty() ? "" : ",") + words::jsonQuoted(name) + ':' + value.dump();
        return '{' + list + '}';
    }
    }
    return {};
}

Result<Decimal> decimalOfDouble(const std::string& digits)
{
    auto parsed = parseDecimal(digits);
    const auto exponent = digits.find_first_of("eE");
    if (parsed || parsed.error().code != ErrorCode::Overflow || exponent == std::string::npos ||
        digits.compare(exponent + 1, 1, "-") != 0)
        return parsed ? Result<Decimal>(parsed->value) : Result<Decimal>(parsed.error());
    std::string mantissa = digits.substr(0, exponent);
    while (mantissa.find('.') != std::string::npos) {
        mantissa.pop_back();
        if (auto shorter = parseDecimal(mantissa + digits.substr(exponent)))
            return shorter->value;
    }
    return Decimal{};
}

} // namespace altimeter

#include "providers/core/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace altimeter::providers {

namespace {

constexpr std::size_t kDeepest = 100;

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
        if (top.m_kind == Json::Kind::Array)
            return top.m_items.emplace_back();
        if (top.m_kind == Json::Kind::Object)
            return top.m_members.emplace_back(std::move(m_key), Json()).second;
        return top;
    }
    bool put(Json::Kind kind, std::string text)
    {
        Json& value = place();
        value.m_kind = kind;
        value.m_text = std::move(text);
        return true;
    }
    bool open(Json::Kind kind)
    {
        m_isTooDeep = m_open.size() > kDeepest;
        if (m_isTooDeep)
            return false;
        Json& value = place();
        value.m_kind = kind;
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

Result<Json> Json::parse(std::string_view text, const std::string& where)
{
    Json root;
    JsonBuilder builder(root);
    if (nlohmann::json::sax_parse(text, &builder))
        return root;
    if (builder.isTooDeep())
        return Error{ErrorCode::Invalid, "the JSON is nested more than " + std::to_string(kDeepest) + " levels deep",
                     where};
    if (!builder.contradicted().empty())
        return Error{ErrorCode::Invalid,
                     "the answer says " + jsonQuoted(builder.contradicted()) +
                         " twice and differently, so that nobody knows which counts",
                     where};
    return Error{ErrorCode::Invalid,
                 "the answer is no JSON (it stops making sense at byte " + std::to_string(builder.position()) + ')',
                 where};
}

std::optional<std::int64_t> Json::integer() const
{
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
    if ((m_kind != Kind::Number && m_kind != Kind::Text) || failed != std::errc() ||
        end != m_text.data() + m_text.size())
        return std::nullopt;
    return value;
}

const Json& Json::operator[](std::string_view name) const
{
    static const Json nothing;
    const auto found =
        std::find_if(m_members.begin(), m_members.end(), [&](const auto& member) { return member.first == name; });
    return found == m_members.end() ? nothing : found->second;
}

bool Json::has(std::string_view name) const
{
    return std::any_of(m_members.begin(), m_members.end(), [&](const auto& member) { return member.first == name; });
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
        return m_text;
    case Kind::Text:
        return jsonQuoted(m_text);
    case Kind::Array: {
        std::string text;
        for (const Json& item : m_items)
            text += (text.empty() ? "" : ",") + item.dump();
        return '[' + text + ']';
    }
    case Kind::Object: {
        std::string text;
        for (const auto& [name, value] : m_members)
            text += (text.empty() ? "" : ",") + jsonQuoted(name) + ':' + value.dump();
        return '{' + text + '}';
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

std::string jsonQuoted(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace altimeter::providers

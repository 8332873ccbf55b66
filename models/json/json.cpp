#include "models/json/json.h"

#include "models/json/jsonbuilder.h"
#include "models/json/jsonevents.h"
#include "models/json/jsonmender.h"
#include "models/text/jsontext.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace altimeter {

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
    bool start_object(std::size_t) { return count() && ++m_depth <= kDeepestJson; }
    bool start_array(std::size_t) { return count() && ++m_depth <= kDeepestJson; }
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
    readJsonEvents<nlohmann::json>(counter, text);
    return counter.isOverMost();
}

} // namespace

namespace {

std::string mended(std::string_view text)
{
    std::string whole;
    whole.reserve(text.size() + text.size() / 64);
    JsonMender mender;
    mender.take(text, whole);
    mender.finish(whole);
    return whole;
}

} // namespace

Result<Json> Json::parse(std::string_view text, const std::string& where, std::size_t mostValues)
{
    auto json = parseAsItIs(text, where, mostValues);
    if (json)
        return json;
    const std::string whole = mended(text);
    return whole == text ? std::move(json) : parseAsItIs(whole, where, mostValues);
}

Result<Json> Json::parseAsItIs(std::string_view text, const std::string& where, std::size_t mostValues)
{
    if (holdsMoreThan(mostValues, text))
        return Error{ErrorCode::Invalid, "the JSON holds more than " + std::to_string(mostValues) + " values", where,
                     "Ask for fewer days at a time."};
    Json root;
    JsonBuilder builder(root);
    if (readJsonEvents<nlohmann::json>(builder, text))
        return root;
    if (builder.isTooDeep())
        return Error{ErrorCode::Invalid,
                     "the JSON is nested more than " + std::to_string(kDeepestJson) + " levels deep", where};
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

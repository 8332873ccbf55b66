#include "models/store/segments/tagtext.h"

#include "models/domain/tags.h"
#include "models/json/jsonevents.h"
#include "models/store/sql/jsondepth.h"
#include "models/text/words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace altimeter::store {

namespace {

std::string plainText(const nlohmann::json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_null())
        return {};
    return jsonLine(value);
}

void addPair(std::vector<TagPair>& pairs, std::string_view key, std::string value)
{
    std::string folded = words::foldTagKey(key);
    if (folded.empty())
        return;
    const auto same = std::find_if(pairs.begin(), pairs.end(), [&](const TagPair& pair) { return pair.key == folded; });
    if (same == pairs.end())
        pairs.push_back({std::move(folded), std::string(key), std::move(value)});
    else if (same->value.empty()) // the same key in several spellings: the first one with a value counts
        same->value = std::move(value);
}

/// Takes the pairs of an object of plain values as they are read; stops at anything nested.
class FlatObject final : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit FlatObject(std::vector<TagPair>& pairs) : m_pairs(pairs) {}
    bool key(string_t& text) override
    {
        m_key.swap(text);
        return true;
    }
    bool string(string_t& text) override { return take(std::move(text)); }
    bool null() override { return take({}); }
    bool boolean(bool value) override { return take(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return take(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return take(std::to_string(value)); }
    bool number_float(number_float_t, const string_t&) override { return false; }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return ++m_depth == 1; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return false; }
    bool end_array() override { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool take(std::string value)
    {
        addPair(m_pairs, m_key, std::move(value));
        return true;
    }

    std::vector<TagPair>& m_pairs;
    std::string m_key;
    int m_depth = 0;
};

/// A list of {"key": …, "value": …}, as Google writes labels, or of objects of one tag each. False for another shape.
bool addList(std::vector<TagPair>& pairs, const nlohmann::ordered_json& list)
{
    for (const auto& each : list) {
        if (!each.is_object())
            return false;
        const nlohmann::ordered_json* key = nullptr;
        const nlohmann::ordered_json* value = nullptr;
        for (const auto& [name, member] : each.items()) {
            if (words::equalsIgnoreCase(name, "key"))
                key = &member;
            if (words::equalsIgnoreCase(name, "value"))
                value = &member;
        }
        if (key && key->is_string())
            addPair(pairs, key->get<std::string>(), value ? plainText(*value) : std::string());
        else if (each.size() == 1)
            addPair(pairs, each.begin().key(), plainText(each.begin().value()));
        else
            return false;
    }
    return true;
}

} // namespace

std::vector<TagPair> decodeTags(std::string_view text)
{
    constexpr std::size_t kDeepestTags = 65; // what nests deeper the import calls no object (providers/focus/jsonshape)
    std::vector<TagPair> pairs;
    const std::string_view trimmed = words::trimmed(text);
    if (trimmed.empty() || trimmed.size() > kLongestTags)
        return pairs;
    if (trimmed.front() == '[' && tooDeepAt(trimmed, kDeepestTags) == std::string_view::npos) {
        const auto list = nlohmann::ordered_json::parse(trimmed, nullptr, false);
        if (list.is_array() && addList(pairs, list))
            return pairs;
        pairs.clear();
    }
    const std::string object =
        trimmed.front() == '{' ? std::string(trimmed) : '{' + std::string(trimmed) + '}'; // Azure leaves the braces out
    if (tooDeepAt(object, kDeepestTags) != std::string_view::npos)
        return pairs; // the import has told of it: such a text counts as no tag set
    if (FlatObject flat(pairs); readJsonEvents<nlohmann::json>(flat, object))
        return pairs;
    pairs.clear();
    const auto json = nlohmann::ordered_json::parse(object, nullptr, false);
    if (json.is_object()) {
        for (const auto& [key, value] : json.items())
            addPair(pairs, key, plainText(value));
        return pairs;
    }
    // key=value or key:value pairs separated by commas or semicolons, as map text from columnar files
    std::string_view rest = trimmed;
    if (rest.front() == '{' || rest.front() == '[')
        rest = rest.substr(1, rest.size() > 1 ? rest.size() - 2 : 0);
    while (!rest.empty()) {
        const std::size_t end = rest.find_first_of(",;");
        const std::string_view part = words::trimmed(rest.substr(0, end));
        const std::size_t split = part.find_first_of("=:");
        if (!part.empty() && split == std::string_view::npos)
            addPair(pairs, part, "true"); // a key without a value carries true
        else if (!part.empty())
            addPair(pairs, part.substr(0, split), std::string(words::trimmed(part.substr(split + 1))));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return pairs;
}

} // namespace altimeter::store

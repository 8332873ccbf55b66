#include "models/store/settings/rulespublication.h"

#include "models/domain/result.h"
#include "models/store/sql/jsondepth.h"
#include "models/store/sql/ranges.h"
#include "models/text/utf8.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace altimeter::store {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMember = R"("publication":)";

Json movedJson(const std::vector<MovedCost>& moved)
{
    auto list = Json::array();
    for (const MovedCost& one : moved) {
        auto entry = Json::object();
        entry["currency"] = std::string(one.currency.code());
        entry["moved"] = one.moved.toString();
        entry["earlier"] = one.earlier.toString();
        list.push_back(std::move(entry));
    }
    return list;
}

/// Where the object that begins at `begin` ends, behind its bracket; npos where it does not.
std::size_t endOfObject(std::string_view text, std::size_t begin)
{
    std::size_t depth = 0;
    const std::size_t end = findBracket(text, begin, [&depth](char c) {
        depth += c == '{' ? 1 : 0;
        return c == '}' && --depth == 0;
    });
    return end == std::string_view::npos ? end : end + 1;
}

/// Empty where the member is no text.
std::string textOf(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::vector<MovedCost>> movedOf(const Json& list)
{
    if (!list.is_array())
        return std::nullopt;
    std::vector<MovedCost> moved;
    for (const Json& entry : list) {
        if (!entry.is_object())
            return std::nullopt;
        const std::string code = textOf(entry, "currency");
        const auto all = Amount::parse(textOf(entry, "moved"));
        const auto earlier = Amount::parse(textOf(entry, "earlier"));
        if (code.empty() || !all || !earlier || Currency(code).code() != code)
            return std::nullopt;
        moved.push_back({Currency(code), *all, *earlier});
    }
    return moved;
}

/// None for what is no first day of a month that charges can lie in.
std::optional<Day> monthOf(const std::string& text)
{
    const auto day = parseDay(text);
    if (!day || *day != day->firstOfMonth() || !storedDay(day->number))
        return std::nullopt;
    return *day;
}

std::optional<RulesPublication> publicationOf(std::string_view text)
{
    if (!isShallowJson(text))
        return std::nullopt;
    const auto json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object())
        return std::nullopt;
    RulesPublication publication;
    for (const auto& [key, value] : json.items()) {
        if (key == "moved") {
            publication.moved = movedOf(value);
            if (!publication.moved)
                return std::nullopt;
            continue;
        }
        if (!value.is_string() || words::characterCount(value.get_ref<const std::string&>()) > kMostNoteCharacters)
            return std::nullopt;
        const auto& said = value.get_ref<const std::string&>();
        if (key == "from") {
            const auto month = monthOf(said);
            if (!month)
                return std::nullopt;
            publication.from = *month;
        } else if (key == "note") {
            publication.note = said;
        } else if (key == "by") {
            publication.by = said;
        } else {
            return std::nullopt;
        }
    }
    return publication;
}

} // namespace

std::string withPublication(std::string_view json, const RulesPublication& publication)
{
    const std::size_t open = json.find('{');
    if (publication == RulesPublication() || open == std::string_view::npos)
        return std::string(json);
    auto said = Json::object();
    if (publication.from.isValid())
        said["from"] = toString(publication.from.firstOfMonth()).substr(0, 7);
    if (!publication.note.empty())
        said["note"] = std::string(words::firstCharacters(publication.note, kMostNoteCharacters));
    if (!publication.by.empty())
        said["by"] = std::string(words::firstCharacters(publication.by, kMostNoteCharacters));
    if (publication.moved)
        said["moved"] = movedJson(*publication.moved);
    std::string stored(json.substr(0, open + 1));
    stored.append(kMember).append(jsonLine(said)).append(",").append(json.substr(open + 1));
    return stored;
}

StoredRules takePublication(std::string_view stored)
{
    StoredRules rules{std::string(stored), {}};
    const std::size_t open = stored.find('{');
    if (open == std::string_view::npos || !stored.substr(open + 1).starts_with(kMember))
        return rules;
    const std::size_t begin = open + 1 + kMember.size();
    const std::size_t end = stored.substr(begin).starts_with('{') ? endOfObject(stored, begin) : std::string_view::npos;
    if (end == std::string_view::npos || end >= stored.size() || stored[end] != ',')
        return rules;
    if (auto publication = publicationOf(stored.substr(begin, end - begin))) {
        rules.publication = std::move(*publication);
        rules.json = std::string(stored.substr(0, open + 1)).append(stored.substr(end + 1));
    }
    return rules;
}

} // namespace altimeter::store

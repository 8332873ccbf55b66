#include "models/store/settings/rulesfile.h"

#include "models/domain/expression.h"
#include "models/json/jsonevents.h"
#include "models/text/utf8.h"
#include "models/text/words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>

namespace altimeter::store {

namespace {

using Json = nlohmann::ordered_json;
using Test = RuleCondition::Test;

constexpr std::string_view kSchemaReference = "rules.schema.json";
constexpr std::size_t kMaxDepth = 12;
constexpr std::size_t kMostKeys = 100; ///< of an object whose keys are no names; far more than there are

constexpr std::array<OwnerField, kOwnerFieldCount> kOwnerFields{
    OwnerField::Team, OwnerField::CostCenter, OwnerField::Environment, OwnerField::UseCase, OwnerField::Workflow};

struct TestKey {
    std::string_view key;
    Test test;
};
constexpr std::array<TestKey, 6> kTextTests{{{"equals", Test::Equals},
                                             {"in", Test::In},
                                             {"prefix", Test::Prefix},
                                             {"suffix", Test::Suffix},
                                             {"contains", Test::Contains},
                                             {"matches", Test::Matches}}};

std::string child(const std::string& path, std::string_view key)
{
    return path.empty() ? std::string(key) : path + '.' + std::string(key);
}

std::string element(const std::string& path, std::size_t index)
{
    return path + '[' + std::to_string(index) + ']';
}

std::string_view typeName(const Json& json)
{
    if (json.is_number())
        return "a number";
    if (json.is_boolean())
        return "true or false";
    if (json.is_null())
        return "null";
    if (json.is_string())
        return "a text";
    return json.is_array() ? "a list" : "an object";
}

std::string tooMany(std::size_t count, std::size_t most, const std::string& what)
{
    return "holds " + std::to_string(count) + ' ' + what + "; at most " + std::to_string(most) + " are possible";
}

/// Follows the parser through the text before anything is made of it, names by path what JSON itself allows and rules
/// do not (a repeated key), and counts. An object of ordered_json costs the square of its members, so none is made
/// while there may be too many.
class Watch final : public nlohmann::json_sax<Json> {
public:
    const std::optional<Error>& error() const { return m_error; }

    bool null() override { return value(); }
    bool boolean(bool /*value*/) override { return value(); }
    bool number_integer(number_integer_t /*value*/) override { return value(); }
    bool number_unsigned(number_unsigned_t /*value*/) override { return value(); }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return value(); }
    bool binary(binary_t& /*value*/) override { return value(); }
    bool string(string_t& text) override
    {
        value();
        return !isLong(text) || fail("is longer than " + std::to_string(kMostCharacters) + " characters");
    }
    bool start_object(std::size_t /*size*/) override { return start(false); }
    bool start_array(std::size_t /*size*/) override { return start(true); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(string_t& key) override
    {
        Frame& frame = m_frames.back();
        frame.key.clear();
        if (isLong(key))
            return fail("a key is longer than " + std::to_string(kMostCharacters) + " characters");
        frame.key = key;
        ++frame.count;
        if (frame.count > limitOf(frame).most)
            return true; // counted on, and told at the end of the object
        return frame.seen.insert(key).second || fail("key appears twice");
    }
    bool parse_error(std::size_t /*byte*/, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override
    {
        return false; // the parser that makes the document says what is wrong
    }

private:
    struct Frame {
        bool isArray = false;
        std::string name;      ///< the key it stands under
        std::size_t count = 0; ///< elements or members
        std::string key;       ///< of the member that is being read
        std::set<std::string> seen;
    };
    struct Limit {
        std::size_t most;
        const char* what;
        std::size_t* inAll; ///< counted over the document as well, if any
        std::size_t mostInAll;
    };

    Limit limitOf(const Frame& frame)
    {
        if (frame.name == (frame.isArray ? "teams" : "weights"))
            return {kMostShares, "teams", &m_shares, kMostSharesInAll};
        if (!frame.isArray && frame.name == "map")
            return {kMostMapped, "entries", &m_mapped, kMostMappedInAll};
        if (!frame.isArray)
            return {kMostKeys, "keys", nullptr, 0};
        if (frame.name == "rules")
            return {kMostRules, "rules", nullptr, 0};
        if (frame.name == "when")
            return {kMostConditions, "conditions", nullptr, 0};
        return {kMostListed, "values", &m_listed, kMostListed};
    }
    static bool isLong(const std::string& text)
    {
        return text.size() > kMostCharacters && words::characterCount(text) > kMostCharacters;
    }
    bool value()
    {
        if (!m_frames.empty() && m_frames.back().isArray)
            ++m_frames.back().count;
        return true;
    }
    bool start(bool isArray)
    {
        value();
        Frame frame;
        frame.isArray = isArray;
        if (!m_frames.empty() && !m_frames.back().isArray)
            frame.name = m_frames.back().key;
        m_frames.push_back(std::move(frame));
        return m_frames.size() <= kMaxDepth || fail("nested too deeply");
    }
    bool end()
    {
        const Limit limit = limitOf(m_frames.back());
        const std::size_t count = m_frames.back().count;
        m_frames.pop_back();
        if (count > limit.most)
            return fail(tooMany(count, limit.most, limit.what));
        if (limit.inAll == nullptr)
            return true;
        *limit.inAll += count;
        return *limit.inAll <= limit.mostInAll ||
               fail(tooMany(*limit.inAll, limit.mostInAll,
                            std::string(limit.what) + ", counted with those of the same kind before"));
    }
    std::string path() const
    {
        std::string result;
        for (const auto& frame : m_frames) {
            if (!frame.isArray)
                result = frame.key.empty() ? result : child(result, frame.key);
            else if (frame.count > 0)
                result = element(result, frame.count - 1);
        }
        return result;
    }
    /// Ends the reading.
    bool fail(std::string what)
    {
        m_error = Error{ErrorCode::Invalid, std::move(what), path()};
        return false;
    }

    std::vector<Frame> m_frames;
    std::size_t m_shares = 0, m_mapped = 0, m_listed = 0;
    std::optional<Error> m_error;
};

/// Turns the document into rules and remembers the first thing that was wrong. After a failure the remaining calls do
/// no harm and their answers are not used.
class Decoder {
public:
    const std::optional<Error>& error() const { return m_error; }

    RuleSet decode(const Json& document)
    {
        RuleSet result;
        if (!expectObject(document, "", {"$schema", "version", "rules"}))
            return result;
        if (const auto it = document.find("$schema"); it != document.end())
            text(*it, "$schema");
        if (const auto it = document.find("version"); it != document.end())
            result.version =
                static_cast<std::uint32_t>(integer(*it, "version", 0, std::numeric_limits<std::uint32_t>::max()));
        const auto rules = document.find("rules");
        if (rules == document.end())
            fail("", "key 'rules' is missing");
        else
            decodeRules(*rules, result);
        return result;
    }

private:
    void fail(const std::string& path, std::string what)
    {
        if (!m_error)
            m_error = Error{ErrorCode::Invalid, std::move(what), path};
    }

    bool expectObject(const Json& json, const std::string& path, std::initializer_list<std::string_view> keys)
    {
        if (!json.is_object()) {
            fail(path, "must be an object, not " + std::string(typeName(json)));
            return false;
        }
        for (const auto& item : json.items())
            if (std::find(keys.begin(), keys.end(), item.key()) == keys.end())
                fail(path, "unknown key '" + item.key() + "'");
        return !m_error;
    }

    bool expectList(const Json& json, const std::string& path)
    {
        if (!json.is_array())
            fail(path, "must be a list, not " + std::string(typeName(json)));
        return !m_error;
    }

    /// A text with at least one character that is not blank.
    std::string text(const Json& json, const std::string& path)
    {
        if (!json.is_string()) {
            fail(path, "must be a text, not " + std::string(typeName(json)));
            return {};
        }
        auto result = json.get<std::string>();
        if (words::trimmed(result).empty())
            fail(path, "must not be empty");
        return result;
    }

    /// A name that others refer to: blanks at its ends would make two names of one.
    std::string name(const Json& json, const std::string& path)
    {
        auto result = text(json, path);
        if (!m_error && words::trimmed(result).size() != result.size())
            fail(path, "must not begin or end with a blank");
        return result;
    }

    bool boolean(const Json& json, const std::string& path)
    {
        if (!json.is_boolean()) {
            fail(path, "must be true or false, not " + std::string(typeName(json)));
            return false;
        }
        return json.get<bool>();
    }

    std::int64_t integer(const Json& json, const std::string& path, std::int64_t lowest, std::int64_t highest)
    {
        const bool tooLarge =
            json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(highest);
        if (json.is_number_integer() && !tooLarge && json.get<std::int64_t>() >= lowest)
            return json.get<std::int64_t>();
        fail(path, "must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
        return 0;
    }

    std::vector<std::string> texts(const Json& json, const std::string& path)
    {
        std::vector<std::string> result;
        if (!expectList(json, path))
            return result;
        if (json.empty())
            fail(path, "must not be empty");
        for (std::size_t i = 0; i < json.size(); ++i)
            result.push_back(text(json[i], element(path, i)));
        return result;
    }

    void decodeRules(const Json& json, RuleSet& result)
    {
        if (!expectList(json, "rules"))
            return;
        std::set<std::string> names;
        for (std::size_t i = 0; i < json.size() && !m_error; ++i) {
            const auto path = element("rules", i);
            auto rule = decodeRule(json[i], path);
            if (!names.insert(words::toLower(rule.name)).second)
                fail(child(path, "name"), "another rule is called '" + rule.name + "' as well");
            result.rules.push_back(std::move(rule));
        }
    }

    AllocationRule decodeRule(const Json& json, const std::string& path)
    {
        AllocationRule rule;
        if (!expectObject(json, path, {"name", "when", "set", "split", "effective", "enabled"}))
            return rule;
        if (!json.contains("name"))
            fail(path, "key 'name' is missing");
        for (const auto& [key, value] : json.items())
            decodeRuleField(key, value, child(path, key), rule);
        const bool assigns = std::any_of(rule.set.begin(), rule.set.end(), [](const auto& v) { return v.has_value(); });
        if (!assigns && !rule.split)
            fail(path, "assigns nothing: give it 'set' or 'split'");
        if (rule.split && rule.set[static_cast<std::size_t>(OwnerField::Team)])
            fail(child(path, "set.team"), "a rule with 'split' must not set a team as well");
        return rule;
    }

    void decodeRuleField(const std::string& key, const Json& json, const std::string& path, AllocationRule& rule)
    {
        if (key == "name")
            rule.name = name(json, path);
        else if (key == "when")
            rule.when = decodeConditions(json, path);
        else if (key == "set")
            decodeSet(json, path, rule);
        else if (key == "split")
            rule.split = decodeSplit(json, path);
        else if (key == "effective")
            rule.effective = decodeRange(json, path);
        else
            rule.enabled = boolean(json, path);
    }

    std::vector<RuleCondition> decodeConditions(const Json& json, const std::string& path)
    {
        std::vector<RuleCondition> result;
        if (expectList(json, path))
            for (std::size_t i = 0; i < json.size(); ++i)
                result.push_back(decodeCondition(json[i], element(path, i)));
        return result;
    }

    RuleCondition decodeCondition(const Json& json, const std::string& path)
    {
        RuleCondition result;
        if (!expectObject(json, path,
                          {"tag", "column", "dim", "dims", "equals", "in", "prefix", "suffix", "contains", "matches",
                           "exists", "case_sensitive"}))
            return result;
        result.dims = decodeSubject(json, path);
        decodeTest(json, path, result);
        if (const auto it = json.find("case_sensitive"); it != json.end())
            result.caseSensitive = boolean(*it, child(path, "case_sensitive"));
        return result;
    }

    std::vector<Dim> decodeSubject(const Json& json, const std::string& path)
    {
        std::vector<Dim> result;
        int subjects = 0;
        for (const std::string_view key : {"tag", "column", "dim", "dims"}) {
            const auto it = json.find(key);
            if (it == json.end())
                continue;
            ++subjects;
            const auto at = child(path, key);
            if (key == "dims")
                result = decodeDims(*it, at);
            else if (key == "dim")
                result = {decodeDim(*it, at)};
            else
                result = {Dim{key == "tag" ? Dim::Kind::Tag : Dim::Kind::Column, text(*it, at)}};
        }
        if (subjects != 1)
            fail(path, "needs exactly one of 'tag', 'column', 'dim' and 'dims'");
        return result;
    }

    std::vector<Dim> decodeDims(const Json& json, const std::string& path)
    {
        std::vector<Dim> result;
        if (!expectList(json, path))
            return result;
        if (json.empty())
            fail(path, "must not be empty");
        for (std::size_t i = 0; i < json.size(); ++i)
            result.push_back(decodeDim(json[i], element(path, i)));
        return result;
    }

    Dim decodeDim(const Json& json, const std::string& path)
    {
        const auto spelling = text(json, path);
        if (m_error)
            return {};
        for (const DimInfo& info : kDimInfos) {
            if (!info.isKeyed() || !spelling.starts_with(info.name))
                continue;
            auto key = spelling.substr(info.name.size());
            if (words::trimmed(key).empty())
                fail(path, "names no key after '" + std::string(info.name) + "'");
            return Dim{info.kind, std::move(key)};
        }
        const auto dim = parseDim(spelling);
        if (!dim)
            fail(path,
                 "unknown dimension '" + spelling + "'; write 'tag:KEY', 'column:NAME' or a name such as 'service'");
        else if (isOwnerDim(*dim))
            fail(path, "'" + spelling + "' is what rules assign, so no rule can test or copy it");
        return dim ? *dim : Dim{};
    }

    void decodeTest(const Json& json, const std::string& path, RuleCondition& result)
    {
        int tests = 0;
        for (const auto& [key, test] : kTextTests) {
            const auto it = json.find(key);
            if (it == json.end())
                continue;
            ++tests;
            result.test = test;
            result.values = decodeTestValues(*it, child(path, key), test);
        }
        if (const auto it = json.find("exists"); it != json.end()) {
            ++tests;
            result.test = boolean(*it, child(path, "exists")) ? Test::Exists : Test::Missing;
        }
        if (tests != 1)
            fail(path, "needs exactly one of 'equals', 'in', 'prefix', 'suffix', 'contains', 'matches' and 'exists'");
    }

    std::vector<std::string> decodeTestValues(const Json& json, const std::string& path, Test test)
    {
        const bool isList = json.is_array() && test != Test::Equals;
        auto values = isList || test == Test::In ? texts(json, path) : std::vector{text(json, path)};
        if (test == Test::Matches)
            for (std::size_t i = 0; i < values.size(); ++i)
                checkRegex(values[i], isList ? element(path, i) : path);
        return values;
    }

    void checkRegex(const std::string& pattern, const std::string& path)
    {
        if (m_error)
            return;
        if (pattern.size() > Expression::kLongest)
            return fail(path,
                        "regular expression is longer than " + std::to_string(Expression::kLongest) + " characters");
        const auto compiled = Expression::compile(pattern, true);
        if (!compiled)
            return fail(path,
                        "'" + pattern + "' is no regular expression that rules can use: " + compiled.error().what);
        m_expressionSteps += compiled->steps();
        if (m_expressionSteps > Expression::kMostStepsOfRules)
            fail(path, "the regular expressions of all rules repeat too much together");
    }

    void decodeSet(const Json& json, const std::string& path, AllocationRule& rule)
    {
        if (!expectObject(json, path, {"team", "cost_center", "environment", "use_case", "workflow"}))
            return;
        for (const auto field : kOwnerFields)
            if (const auto it = json.find(ownerFieldName(field)); it != json.end())
                rule.set[static_cast<std::size_t>(field)] = decodeValue(*it, child(path, ownerFieldName(field)));
    }

    RuleValue decodeValue(const Json& json, const std::string& path)
    {
        RuleValue result;
        if (!json.is_object()) {
            result.text = name(json, path);
            return result;
        }
        if (!expectObject(json, path, {"from", "map"}))
            return result;
        if (const auto it = json.find("from"); it != json.end())
            result.fromDims = decodeDims(*it, child(path, "from"));
        else
            fail(path, "key 'from' is missing");
        if (const auto it = json.find("map"); it != json.end())
            result.map = decodeMap(*it, child(path, "map"));
        return result;
    }

    std::vector<std::pair<std::string, std::string>> decodeMap(const Json& json, const std::string& path)
    {
        std::vector<std::pair<std::string, std::string>> result;
        if (!json.is_object()) {
            fail(path, "must be an object, not " + std::string(typeName(json)));
            return result;
        }
        std::set<std::string> keys;
        for (const auto& [key, value] : json.items()) {
            if (!keys.insert(words::toLower(key)).second)
                fail(child(path, key), "appears twice (case does not count)");
            result.emplace_back(key, name(value, child(path, key)));
        }
        return result;
    }

    SharedSplit decodeSplit(const Json& json, const std::string& path)
    {
        SharedSplit result;
        if (!expectObject(json, path, {"method", "weights", "teams"}))
            return result;
        const auto method = json.find("method");
        if (method == json.end())
            fail(path, "key 'method' is missing");
        else if (const auto word = text(*method, child(path, "method")); word == "proportional")
            result.method = SharedSplit::Method::Proportional;
        else if (word != "fixed")
            fail(child(path, "method"), "must be 'fixed' or 'proportional'");
        if (!m_error)
            result.targets =
                result.method == SharedSplit::Method::Fixed ? decodeWeights(json, path) : decodeTeams(json, path);
        return result;
    }

    std::vector<std::pair<std::string, std::int64_t>> decodeWeights(const Json& json, const std::string& path)
    {
        std::vector<std::pair<std::string, std::int64_t>> result;
        if (json.contains("teams"))
            fail(child(path, "teams"), "belongs to method 'proportional'; a fixed split has 'weights'");
        const auto it = json.find("weights");
        const auto at = child(path, "weights");
        if (it == json.end())
            fail(path, "key 'weights' is missing");
        else if (!it->is_object() || it->empty())
            fail(at, "must be an object of team and weight with at least one team");
        if (m_error)
            return result;
        std::set<std::string> teams;
        for (const auto& [team, weight] : it->items()) {
            const auto here = child(at, team);
            addTeam(name(Json(team), here), here, teams);
            result.emplace_back(team, integer(weight, here, 1, kMaxWeight));
        }
        return result;
    }

    std::vector<std::pair<std::string, std::int64_t>> decodeTeams(const Json& json, const std::string& path)
    {
        std::vector<std::pair<std::string, std::int64_t>> result;
        if (json.contains("weights"))
            fail(child(path, "weights"), "belongs to method 'fixed'; a proportional split has 'teams'");
        const auto it = json.find("teams");
        const auto at = child(path, "teams");
        if (it == json.end() || !expectList(*it, at))
            return result;
        std::set<std::string> teams;
        for (std::size_t i = 0; i < it->size(); ++i) {
            const auto team = name((*it)[i], element(at, i));
            addTeam(team, element(at, i), teams);
            result.emplace_back(team, 1);
        }
        return result;
    }

    void addTeam(const std::string& team, const std::string& path, std::set<std::string>& teams)
    {
        if (!teams.insert(words::toLower(team)).second)
            fail(path, "team '" + team + "' appears twice");
    }

    DateRange decodeRange(const Json& json, const std::string& path)
    {
        DateRange result;
        if (!expectObject(json, path, {"from", "to"}))
            return result;
        if (const auto it = json.find("from"); it != json.end())
            result.from = decodeDay(*it, child(path, "from"));
        if (const auto it = json.find("to"); it != json.end())
            result.to = decodeDay(*it, child(path, "to"));
        if (!m_error && result.from.isValid() && result.to.isValid() && result.from >= result.to)
            fail(path, "'from' must lie before 'to' (the day 'to' is outside)");
        return result;
    }

    Day decodeDay(const Json& json, const std::string& path)
    {
        const auto written = text(json, path);
        const auto day = parseDay(written);
        if (day && toString(*day) == written)
            return *day;
        fail(path, "must be a day such as \"2026-01-31\"");
        return Day::none();
    }

    /// Weights stay far below the range of the exact split.
    static constexpr std::int64_t kMaxWeight = 1'000'000'000;
    std::optional<Error> m_error;
    std::size_t m_expressionSteps = 0; ///< of all expressions so far
};

Json writeDims(const std::vector<Dim>& dims)
{
    auto result = Json::array();
    for (const auto& dim : dims)
        result.push_back(toString(dim));
    return result;
}

void writeSubject(const std::vector<Dim>& dims, Json& json)
{
    if (dims.size() != 1)
        json["dims"] = writeDims(dims);
    else if (dims[0].kind == Dim::Kind::Tag)
        json["tag"] = dims[0].key;
    else if (dims[0].kind == Dim::Kind::Column)
        json["column"] = dims[0].key;
    else
        json["dim"] = toString(dims[0]);
}

Json writeCondition(const RuleCondition& condition)
{
    auto json = Json::object();
    writeSubject(condition.dims, json);
    if (condition.test == Test::Exists || condition.test == Test::Missing)
        json["exists"] = condition.test == Test::Exists;
    for (const auto& [key, test] : kTextTests) {
        if (condition.test != test)
            continue;
        if (condition.values.size() == 1 && test != Test::In)
            json[std::string(key)] = condition.values[0];
        else
            json[std::string(key)] = condition.values;
    }
    if (condition.caseSensitive)
        json["case_sensitive"] = true;
    return json;
}

Json writeValue(const RuleValue& value)
{
    if (value.fromDims.empty())
        return value.text;
    auto json = Json::object();
    json["from"] = writeDims(value.fromDims);
    for (const auto& [read, assigned] : value.map)
        json["map"][read] = assigned;
    return json;
}

Json writeSet(const AllocationRule& rule)
{
    auto json = Json::object();
    for (const auto field : kOwnerFields)
        if (const auto& value = rule.set[static_cast<std::size_t>(field)])
            json[std::string(ownerFieldName(field))] = writeValue(*value);
    return json;
}

Json writeSplit(const SharedSplit& split)
{
    auto json = Json::object();
    const bool isFixed = split.method == SharedSplit::Method::Fixed;
    json["method"] = isFixed ? "fixed" : "proportional";
    for (const auto& [team, weight] : split.targets) {
        if (isFixed)
            json["weights"][team] = weight;
        else
            json["teams"].push_back(team);
    }
    return json;
}

Json writeRange(const DateRange& range)
{
    auto json = Json::object();
    if (range.from.isValid())
        json["from"] = toString(range.from);
    if (range.to.isValid())
        json["to"] = toString(range.to);
    return json;
}

Json writeRule(const AllocationRule& rule)
{
    auto json = Json::object();
    json["name"] = rule.name;
    json["when"] = Json::array();
    for (const auto& condition : rule.when)
        json["when"].push_back(writeCondition(condition));
    if (auto set = writeSet(rule); !set.empty())
        json["set"] = std::move(set);
    if (rule.split)
        json["split"] = writeSplit(*rule.split);
    if (auto range = writeRange(rule.effective); !range.empty())
        json["effective"] = std::move(range);
    if (!rule.enabled)
        json["enabled"] = false;
    return json;
}

/// "line 3, column 7" of a byte offset.
std::string placeOf(std::string_view text, std::size_t byte)
{
    const auto before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto lineStart = before.rfind('\n');
    const auto column = lineStart == std::string_view::npos ? before.size() + 1 : before.size() - lineStart;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Result<Json> parseDocument(std::string_view text)
{
    if (text.size() > kMostRulesBytes)
        return Error{ErrorCode::Invalid,
                     "holds " + std::to_string(text.size()) + " bytes; at most " + std::to_string(kMostRulesBytes) +
                         " are possible",
                     {}};
    Watch watch;
    try {
        readJsonEvents<Json>(watch, text.begin(), text.end());
        if (watch.error())
            return *watch.error();
        return Json::parse(text.begin(), text.end());
    } catch (const nlohmann::json::parse_error& error) {
        return Error{ErrorCode::Invalid, "is no JSON: a mistake in the spelling or a missing bracket, comma or quote",
                     placeOf(text, error.byte)};
    } catch (const nlohmann::json::exception& error) {
        return Error{ErrorCode::Invalid, std::string("is no JSON that can be used: ") + error.what(), {}};
    }
}

} // namespace

Result<RuleSet> parseRules(std::string_view json)
{
    const auto document = parseDocument(json);
    if (!document)
        return document.error();
    Decoder decoder;
    auto rules = decoder.decode(*document);
    if (decoder.error())
        return *decoder.error();
    return rules;
}

std::string writeRules(const RuleSet& rules)
{
    auto json = Json::object();
    json["$schema"] = kSchemaReference;
    if (rules.version != 0)
        json["version"] = rules.version;
    json["rules"] = Json::array();
    for (const auto& rule : rules.rules)
        json["rules"].push_back(writeRule(rule));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace altimeter::store

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "models/store/settings/rulesfile.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace altimeter;
using altimeter::store::parseRules;
using altimeter::store::writeRules;

namespace {

/// A whole document around the inside of one rule.
std::string oneRule(const std::string& inside)
{
    return R"({"rules":[{"name":"r",)" + inside + "}]}";
}

/// `count` times `part`, with # for the number, and commas between.
std::string repeated(std::size_t count, const std::string& part)
{
    std::string result;
    const auto mark = part.find('#');
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0)
            result += ',';
        if (mark == std::string::npos)
            result += part;
        else
            result.append(part, 0, mark).append(std::to_string(i)).append(part, mark + 1);
    }
    return result;
}

std::string fixedSplit(std::size_t teams)
{
    return R"("split":{"method":"fixed","weights":{)" + repeated(teams, "\"team #\":1") + "}}";
}

std::string mapOf(std::size_t entries)
{
    return R"("set":{"team":{"from":["tag:t"],"map":{)" + repeated(entries, "\"#\":\"T\"") + "}}}";
}

std::string readFile(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::size_t at(OwnerField field)
{
    return static_cast<std::size_t>(field);
}

const char* const kEverything = R"({
  "$schema": "rules.schema.json",
  "version": 7,
  "rules": [
    {"name": "Tagged", "when": [{"tag": "team", "exists": true}],
     "set": {"team": {"from": ["tag:team", "tag:Owner", "service"], "map": {"srch": "Search", "ADS": "Ads"}},
             "environment": {"from": ["tag:env"]}}},
    {"name": "By account", "when": [
        {"column": "SubAccountId", "in": ["111", "222"]},
        {"dims": ["tag:team", "column:x_project"], "prefix": "Se", "case_sensitive": true},
        {"dim": "service", "suffix": ["DB", "SQL"]},
        {"dim": "provider", "equals": "AWS"},
        {"column": "ResourceId", "matches": "^i-[0-9a-f]+$"},
        {"column": "ResourceName", "contains": "shared"},
        {"tag": "skip", "exists": false}],
     "set": {"team": "Search", "cost_center": "CC-10", "environment": "prod", "use_case": "Ranking", "workflow": "Index"},
     "effective": {"from": "2026-01-01", "to": "2026-07-01"}, "enabled": false},
    {"name": "Shared cluster", "when": [{"column": "SubAccountId", "equals": "900"}],
     "set": {"environment": "shared"}, "split": {"method": "fixed", "weights": {"Search": 3, "Ads": 1}}},
    {"name": "Shared rest", "when": [], "split": {"method": "proportional", "teams": ["Ads", "Search"]},
     "effective": {"from": "2026-02-01"}},
    {"name": "Everyone", "split": {"method": "proportional"}, "effective": {"to": "2026-02-01"}}
  ]
})";

} // namespace

class TestRulesFile : public QObject {
    Q_OBJECT
private slots:
    void document_withEveryField_isReadAsWritten();
    void document_writtenAndReadAgain_isEqual();
    void document_writtenTwice_hasTheSameBytes();
    void document_withoutRules_isAnEmptySet();
    void mistakes_areNamedByPath_data();
    void mistakes_areNamedByPath();
    void amounts_upToTheLimit_areRead_andBeyondIt_areCountedInWords_data();
    void amounts_upToTheLimit_areRead_andBeyondIt_areCountedInWords();
    void texts_beyondTheLimit_areRefusedByName();
    void limits_overAllRules_areCounted();
    void hugeDocuments_areRefusedBeforeAnythingIsMadeOfThem_data();
    void hugeDocuments_areRefusedBeforeAnythingIsMadeOfThem();
    void keysBeyondTheLimit_areCountedAlone();
    void schema_namesTheLimitsOfTheReader();
    void brokenJson_isRefusedWithItsPlace();
    void brokenText_neverThrows();
    void shippedRules_areValid_data();
    void shippedRules_areValid();
    void schema_namesEveryKeyTheReaderKnows();
};

void TestRulesFile::document_withEveryField_isReadAsWritten()
{
    const auto rules = parseRules(kEverything);
    QVERIFY2(rules.ok(), rules.ok() ? "" : rules.error().text().c_str());
    QCOMPARE(rules->version, 7u);
    QCOMPARE(rules->rules.size(), std::size_t(5));

    const auto& tagged = rules->rules[0];
    QCOMPARE(tagged.name, std::string("Tagged"));
    QVERIFY(tagged.enabled);
    QVERIFY(tagged.when[0].test == RuleCondition::Test::Exists);
    QVERIFY((tagged.when[0].dims == std::vector<Dim>{{Dim::Kind::Tag, "team"}}));
    const auto& team = tagged.set[at(OwnerField::Team)];
    QVERIFY(team.has_value());
    QCOMPARE(team->fromDims.size(), std::size_t(3));
    QVERIFY((team->fromDims[1] == Dim{Dim::Kind::Tag, "Owner"}));
    QVERIFY(team->fromDims[2].kind == Dim::Kind::Service);
    QVERIFY((team->map[0] == std::pair<std::string, std::string>{"srch", "Search"}));
    QVERIFY((team->map[1] == std::pair<std::string, std::string>{"ADS", "Ads"}));
    QVERIFY(!tagged.set[at(OwnerField::Workflow)].has_value());

    const auto& account = rules->rules[1];
    QCOMPARE(account.when.size(), std::size_t(7));
    QVERIFY(account.when[0].test == RuleCondition::Test::In);
    QVERIFY((account.when[0].values == std::vector<std::string>{"111", "222"}));
    QVERIFY(account.when[1].caseSensitive);
    QVERIFY((account.when[1].dims[1] == Dim{Dim::Kind::Column, "x_project"}));
    QVERIFY((account.when[2].values == std::vector<std::string>{"DB", "SQL"}));
    QVERIFY(account.when[4].test == RuleCondition::Test::Matches);
    QVERIFY(account.when[6].test == RuleCondition::Test::Missing);
    QVERIFY((account.effective == DateRange{Day::fromYmd(2026, 1, 1), Day::fromYmd(2026, 7, 1)}));
    QVERIFY(!account.enabled);
    QCOMPARE(account.set[at(OwnerField::CostCenter)]->text, std::string("CC-10"));

    const auto& fixed = rules->rules[2].split;
    QVERIFY(fixed.has_value());
    QVERIFY(fixed->method == SharedSplit::Method::Fixed);
    QVERIFY((fixed->targets == std::vector<std::pair<std::string, std::int64_t>>{{"Search", 3}, {"Ads", 1}}));
    QVERIFY(rules->rules[3].when.empty());
    QVERIFY(rules->rules[3].split->method == SharedSplit::Method::Proportional);
    QCOMPARE(rules->rules[3].split->targets.size(), std::size_t(2));
    QVERIFY(!rules->rules[3].effective.to.isValid());
    QVERIFY(rules->rules[4].split->targets.empty());
}

void TestRulesFile::document_writtenAndReadAgain_isEqual()
{
    const auto rules = parseRules(kEverything);
    QVERIFY(rules.ok());
    const auto again = parseRules(writeRules(*rules));
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
    QVERIFY(*again == *rules);
    QVERIFY(*parseRules(writeRules(RuleSet{})) == RuleSet{});
}

void TestRulesFile::document_writtenTwice_hasTheSameBytes()
{
    const auto rules = parseRules(kEverything);
    const auto text = writeRules(*rules);
    QCOMPARE(text, writeRules(*parseRules(text)));
    QVERIFY(text.ends_with("}\n"));
}

void TestRulesFile::document_withoutRules_isAnEmptySet()
{
    QVERIFY(parseRules(R"({"rules": []})")->rules.empty());
    QVERIFY(parseRules("\xEF\xBB\xBF{\"rules\": []}").ok());
}

void TestRulesFile::mistakes_areNamedByPath_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("what");
    const auto row = [](const char* name, const std::string& json, const char* where, const char* what) {
        QTest::newRow(name) << QString::fromStdString(json) << QString(where) << QString(what);
    };
    const std::string set = R"("set":{"team":"A"})";
    row("a list at the top", "[]", "", "must be an object");
    row("no rules", "{}", "", "'rules' is missing");
    row("unknown key at the top", R"({"rules":[],"rule":[]})", "", "unknown key 'rule'");
    row("rules are no list", R"({"rules":{}})", "rules", "must be a list");
    row("negative version", R"({"rules":[],"version":-1})", "version", "whole number");
    row("version too large", R"({"rules":[],"version":4294967296})", "version", "whole number");
    row("rule is a text", R"({"rules":["x"]})", "rules[0]", "must be an object, not a text");
    row("unknown key in a rule", oneRule(R"("sets":{"team":"A"})"), "rules[0]", "unknown key 'sets'");
    row("no name", R"({"rules":[{"set":{"team":"A"}}]})", "rules[0]", "'name' is missing");
    row("empty name", R"({"rules":[{"name":" ","set":{"team":"A"}}]})", "rules[0].name", "must not be empty");
    row("same name twice", R"({"rules":[{"name":"a","set":{"team":"A"}},{"name":"A","set":{"team":"A"}}]})",
        "rules[1].name", "another rule");
    row("nothing assigned", R"({"rules":[{"name":"a","when":[]}]})", "rules[0]", "assigns nothing");
    row("empty set", oneRule(R"("set":{})"), "rules[0]", "assigns nothing");
    row("unknown owner field", oneRule(R"("set":{"teams":"A"})"), "rules[0].set", "unknown key 'teams'");
    row("blank team", oneRule(R"("set":{"team":""})"), "rules[0].set.team", "must not be empty");
    row("team with a blank at its end", oneRule(R"("set":{"team":"A "})"), "rules[0].set.team", "begin or end");
    row("team is a number", oneRule(R"("set":{"team":5})"), "rules[0].set.team", "must be a text, not a number");
    row("set without from", oneRule(R"("set":{"team":{"map":{"a":"b"}}})"), "rules[0].set.team", "'from' is missing");
    row("from an owner field", oneRule(R"("set":{"team":{"from":["use_case"]}})"), "rules[0].set.team.from[0]",
        "what rules assign");
    row("map twice by case", oneRule(R"("set":{"team":{"from":["tag:t"],"map":{"a":"X","A":"Y"}}})"),
        "rules[0].set.team.map.A", "twice");
    row("unknown key in a condition", oneRule(R"("when":[{"tag":"team","equal":"x"}],)" + set), "rules[0].when[0]",
        "unknown key 'equal'");
    row("condition on an owner field", oneRule(R"("when":[{"dim":"team","equals":"x"}],)" + set),
        "rules[0].when[0].dim", "what rules assign");
    row("condition on an owner field among several",
        oneRule(R"("when":[{"dims":["tag:a","workflow"],"equals":"x"}],)" + set), "rules[0].when[0].dims[1]",
        "what rules assign");
    row("unknown dimension", oneRule(R"("when":[{"dim":"colour","equals":"x"}],)" + set), "rules[0].when[0].dim",
        "unknown dimension 'colour'");
    row("tag without a key", oneRule(R"("when":[{"dims":["tag: "],"equals":"x"}],)" + set), "rules[0].when[0].dims[0]",
        "names no key");
    row("two subjects", oneRule(R"("when":[{"tag":"a","column":"b","equals":"x"}],)" + set), "rules[0].when[0]",
        "exactly one of 'tag'");
    row("no subject", oneRule(R"("when":[{"equals":"x"}],)" + set), "rules[0].when[0]", "exactly one of 'tag'");
    row("no dims", oneRule(R"("when":[{"dims":[],"equals":"x"}],)" + set), "rules[0].when[0].dims",
        "must not be empty");
    row("no test", oneRule(R"("when":[{"tag":"a"}],)" + set), "rules[0].when[0]", "exactly one of 'equals'");
    row("two tests", oneRule(R"("when":[{"tag":"a","equals":"x","exists":true}],)" + set), "rules[0].when[0]",
        "exactly one of 'equals'");
    row("equals a list", oneRule(R"("when":[{"tag":"a","equals":["x"]}],)" + set), "rules[0].when[0].equals",
        "must be a text, not a list");
    row("in a text", oneRule(R"("when":[{"tag":"a","in":"x"}],)" + set), "rules[0].when[0].in", "must be a list");
    row("in nothing", oneRule(R"("when":[{"tag":"a","in":[]}],)" + set), "rules[0].when[0].in", "must not be empty");
    row("exists a text", oneRule(R"("when":[{"tag":"a","exists":"yes"}],)" + set), "rules[0].when[0].exists",
        "must be true or false");
    row("bad regex", oneRule(R"("when":[{"tag":"a","matches":"("}],)" + set), "rules[0].when[0].matches",
        "is no regular expression");
    row("bad regex in a list", oneRule(R"("when":[{"tag":"a","matches":["x","[z"]}],)" + set),
        "rules[0].when[0].matches[1]", "is no regular expression");
    row("regex that looks ahead", oneRule(R"("when":[{"tag":"a","matches":"(?!x).*"}],)" + set),
        "rules[0].when[0].matches", "'(?!' looks ahead, which is not supported");
    row("regex that refers back", oneRule(R"("when":[{"tag":"a","matches":"(a)\\1"}],)" + set),
        "rules[0].when[0].matches", "'\\1' refers back, which is not supported");
    row("regex of too many steps", oneRule(R"("when":[{"tag":"a","matches":"(a{1000}){1000}"}],)" + set),
        "rules[0].when[0].matches", "repeats too much");
    row("regexes of too many steps",
        oneRule(R"("when":[{"tag":"a","matches":[)" +
                [] {
                    std::string list = R"("a{99000}")";
                    for (int i = 0; i < 40; ++i)
                        list += R"(,"a{99000}")";
                    return list;
                }() +
                "]}]," + set),
        "rules[0].when[0].matches[40]", "repeat too much together");
    row("endless regex", oneRule(R"("when":[{"tag":"a","matches":")" + std::string(5000, '(') + R"("}],)" + set),
        "rules[0].when[0].matches", "longer than");
    row("split without method", oneRule(R"("split":{"weights":{"A":1}})"), "rules[0].split", "'method' is missing");
    row("split by an unknown method", oneRule(R"("split":{"method":"even"})"), "rules[0].split.method",
        "must be 'fixed'");
    row("fixed without weights", oneRule(R"("split":{"method":"fixed"})"), "rules[0].split", "'weights' is missing");
    row("fixed with teams", oneRule(R"("split":{"method":"fixed","teams":["A"],"weights":{"A":1}})"),
        "rules[0].split.teams", "belongs to");
    row("no weights", oneRule(R"("split":{"method":"fixed","weights":{}})"), "rules[0].split.weights", "at least one");
    row("weight zero", oneRule(R"("split":{"method":"fixed","weights":{"A":1,"B":0}})"), "rules[0].split.weights.B",
        "whole number from 1");
    row("weight below zero", oneRule(R"("split":{"method":"fixed","weights":{"A":-1}})"), "rules[0].split.weights.A",
        "whole number from 1");
    row("weight with a fraction", oneRule(R"("split":{"method":"fixed","weights":{"A":1.5}})"),
        "rules[0].split.weights.A", "whole number from 1");
    row("weight beyond 64 bits", oneRule(R"("split":{"method":"fixed","weights":{"A":18446744073709551615}})"),
        "rules[0].split.weights.A", "whole number from 1");
    row("team twice in a split", oneRule(R"("split":{"method":"proportional","teams":["A","a"]})"),
        "rules[0].split.teams[1]", "twice");
    row("split and team", oneRule(R"("set":{"team":"A"},"split":{"method":"proportional"})"), "rules[0].set.team",
        "must not set a team");
    row("no day", oneRule(R"("effective":{"from":"2026-02-30"},)" + set), "rules[0].effective.from", "must be a day");
    row("a month", oneRule(R"("effective":{"from":"2026-02"},)" + set), "rules[0].effective.from", "must be a day");
    row("from at to", oneRule(R"("effective":{"from":"2026-02-01","to":"2026-02-01"},)" + set), "rules[0].effective",
        "must lie before");
    row("from after to", oneRule(R"("effective":{"from":"2026-02-02","to":"2026-02-01"},)" + set), "rules[0].effective",
        "must lie before");
    row("enabled a text", oneRule(R"("enabled":"no",)" + set), "rules[0].enabled", "must be true or false");
    row("a key twice", oneRule(R"("when":[{"tag":"a","tag":"b","equals":"x"}],)" + set), "rules[0].when[0].tag",
        "appears twice");
    row("a key twice at the top", R"({"rules":[],"rules":[]})", "rules", "appears twice");
    row("too deep", R"({"rules":)" + std::string(100000, '[') + std::string(100000, ']') + "}", "rules", "too deeply");
}

void TestRulesFile::mistakes_areNamedByPath()
{
    QFETCH(QString, json);
    QFETCH(QString, where);
    QFETCH(QString, what);
    const auto rules = parseRules(json.toStdString());
    QVERIFY(!rules.ok());
    const auto& error = rules.error();
    QVERIFY(error.code == ErrorCode::Invalid);
    if (what == "too deeply")
        QVERIFY(QString::fromStdString(error.where).startsWith(where));
    else
        QCOMPARE(QString::fromStdString(error.where), where);
    QVERIFY2(QString::fromStdString(error.what).contains(what), error.what.c_str());
}

void TestRulesFile::amounts_upToTheLimit_areRead_andBeyondIt_areCountedInWords_data()
{
    QTest::addColumn<QString>("most");
    QTest::addColumn<QString>("more");
    QTest::addColumn<QString>("error");
    const auto row = [](const char* name, const auto& document, std::size_t most, const char* error) {
        QTest::newRow(name) << QString::fromStdString(document(most)) << QString::fromStdString(document(most + 1))
                            << QString(error);
    };
    const std::string set = R"(,"set":{"team":"A"})";
    row(
        "weights", [](std::size_t n) { return oneRule(fixedSplit(n)); }, store::kMostShares,
        "rules[0].split.weights: holds 2001 teams; at most 2000 are possible");
    row(
        "teams",
        [](std::size_t n) {
            return oneRule(R"("split":{"method":"proportional","teams":[)" + repeated(n, "\"t#\"") + "]}");
        },
        store::kMostShares, "rules[0].split.teams: holds 2001 teams; at most 2000 are possible");
    row(
        "map", [](std::size_t n) { return oneRule(mapOf(n)); }, store::kMostMapped,
        "rules[0].set.team.map: holds 10001 entries; at most 10000 are possible");
    row(
        "conditions",
        [&](std::size_t n) { return oneRule(R"("when":[)" + repeated(n, R"({"tag":"t","exists":true})") + "]" + set); },
        store::kMostConditions, "rules[0].when: holds 1001 conditions; at most 1000 are possible");
    row(
        "values",
        [&](std::size_t n) { return oneRule(R"("when":[{"tag":"t","in":[)" + repeated(n, "\"v#\"") + "]}]" + set); },
        store::kMostListed, "rules[0].when[0].in: holds 100001 values; at most 100000 are possible");
    row(
        "rules", [&](std::size_t n) { return R"({"rules":[)" + repeated(n, R"({"name":"#")" + set + "}") + "]}"; },
        store::kMostRules, "rules: holds 10001 rules; at most 10000 are possible");
}

void TestRulesFile::amounts_upToTheLimit_areRead_andBeyondIt_areCountedInWords()
{
    QFETCH(QString, most);
    QFETCH(QString, more);
    QFETCH(QString, error);
    const auto rules = parseRules(most.toStdString());
    QVERIFY2(rules.ok(), rules.ok() ? "" : rules.error().text().c_str());
    QVERIFY(*parseRules(writeRules(*rules)) == *rules);
    const auto refused = parseRules(more.toStdString());
    QVERIFY(!refused.ok());
    QCOMPARE(QString::fromStdString(refused.error().text()), error);
}

void TestRulesFile::limits_overAllRules_areCounted()
{
    const auto document = [](std::size_t rules, const std::string& inside) {
        return R"({"rules":[)" + repeated(rules, R"({"name":"r#",)" + inside + "}") + "]}";
    };
    QVERIFY(parseRules(document(10, fixedSplit(2'000))).ok());
    const auto shares = parseRules(document(11, fixedSplit(2'000)));
    QVERIFY(!shares.ok());
    QCOMPARE(shares.error().text(), std::string("rules[10].split.weights: holds 22000 teams, counted with those of "
                                                "the same kind before; at most 20000 are possible"));
    QVERIFY(parseRules(document(5, mapOf(10'000))).ok());
    const auto maps = parseRules(document(6, mapOf(10'000)));
    QVERIFY(!maps.ok());
    QVERIFY2(maps.error().text().find("60000 entries") != std::string::npos, maps.error().text().c_str());
}

void TestRulesFile::texts_beyondTheLimit_areRefusedByName()
{
    std::string wide; // 1,000 characters of four bytes each
    for (std::size_t i = 0; i < store::kMostCharacters; ++i)
        wide += "\xF0\x9F\x98\x80";
    QVERIFY(parseRules(oneRule(R"("set":{"team":")" + wide + R"("})")).ok());
    QVERIFY(parseRules(oneRule(R"("set":{"team":")" + std::string(1000, 'x') + R"("})")).ok());
    const std::string set = R"("set":{"team":"A"})";
    const std::string words = ": is longer than 1000 characters";
    for (const std::string& text : {wide + 'x', std::string(1001, 'x'), std::string(4'000'000, 'x')}) {
        const auto errorOf = [](const std::string& json) {
            const auto rules = parseRules(json);
            return rules.ok() ? std::string("read") : rules.error().text();
        };
        const std::string quoted = '"' + text + '"';
        QCOMPARE(errorOf(oneRule(R"("set":{"team":)" + quoted + "}")), "rules[0].set.team" + words);
        QCOMPARE(errorOf(R"({"rules":[{"name":)" + quoted + "," + set + "}]}"), "rules[0].name" + words);
        QCOMPARE(errorOf(oneRule(R"("when":[{"tag":"t","in":["a",)" + quoted + "]}]," + set)),
                 "rules[0].when[0].in[1]" + words);
        QCOMPARE(errorOf(oneRule(R"("split":{"method":"proportional","teams":[)" + quoted + "]}")),
                 "rules[0].split.teams[0]" + words);
        QCOMPARE(errorOf(oneRule(R"("split":{"method":"fixed","weights":{)" + quoted + ":1}}")),
                 "rules[0].split.weights: a key" + words.substr(1));
    }
}

void TestRulesFile::hugeDocuments_areRefusedBeforeAnythingIsMadeOfThem_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("behind"); // characters behind what there is too much of
    const auto row = [](const char* name, const std::string& json, int behind) {
        QTest::newRow(name) << QByteArray::fromStdString(json) << behind;
    };
    row("weights", oneRule(fixedSplit(600'000)), 4);
    row("map", oneRule(mapOf(600'000)), 5);
    row("unknown keys", R"({"rules":[],)" + repeated(600'000, "\"#\":1") + "}", 0);
    const std::string objects = repeated(static_cast<std::size_t>(testkit::rounds(4'000'000)), "{}");
    row("rules", R"({"rules":[)" + objects + "]}", 1);
    row("conditions", oneRule(R"("when":[)" + objects + "]"), 3);
    row("objects as values", oneRule(R"("when":[{"tag":"t","in":[)" + objects + "]}]"), 5);
    row("far more than a document may hold", R"({"rules":[],"$schema":")" + std::string(40'000'000, 'x') + "\"}",
        40'000'000);
}

/// To make a document of it took minutes. That none is made shows in what stands behind: it may be no JSON at all.
void TestRulesFile::hugeDocuments_areRefusedBeforeAnythingIsMadeOfThem()
{
    QFETCH(QByteArray, json);
    QFETCH(int, behind);
    std::string text = json.toStdString();
    const auto rules = parseRules(text);
    QVERIFY(!rules.ok());
    QVERIFY2(rules.error().what.find("at most") != std::string::npos, rules.error().what.c_str());
    const auto from = text.end() - behind;
    std::fill(from, text.end(), '#');
    const auto broken = parseRules(text + (behind == 0 ? "#" : ""));
    QVERIFY(!broken.ok());
    if (behind > 0) // else its own length is part of what is said
        QCOMPARE(broken.error().text(), rules.error().text());
    QVERIFY(broken.error().what.find("at most") != std::string::npos);
}

/// Keys beyond the limit are counted and compared with none: the work for each is the same.
void TestRulesFile::keysBeyondTheLimit_areCountedAlone()
{
    const std::string first = repeated(store::kMostMapped, "\"#\":\"T\"");
    const auto map = [&](const std::string& more) {
        return parseRules(oneRule(R"("set":{"team":{"from":["tag:t"],"map":{)" + first + more + "}}}"));
    };
    QVERIFY(map("").ok());
    const auto refused = map("," + repeated(1'000, R"("0":"T")"));
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().what.starts_with("holds " + std::to_string(store::kMostMapped + 1'000) + " entries"),
             refused.error().what.c_str());
}

void TestRulesFile::schema_namesTheLimitsOfTheReader()
{
    const auto schema =
        QJsonDocument::fromJson(QByteArray::fromStdString(readFile(std::string(ALTIMETER_SOURCE_DIR) +
                                                                   "/resources/schema/rules.schema.json")))
            .object();
    const auto defs = schema["$defs"].toObject();
    const auto properties = [](const QJsonValue& of) { return of.toObject()["properties"].toObject(); };
    const auto number = [](std::size_t limit) { return static_cast<int>(limit); };
    for (const char* text : {"text", "name", "dim"})
        QCOMPARE(defs[text].toObject()["maxLength"].toInt(), number(store::kMostCharacters));
    QCOMPARE(properties(schema)["rules"].toObject()["maxItems"].toInt(), number(store::kMostRules));
    QCOMPARE(properties(defs["rule"])["when"].toObject()["maxItems"].toInt(), number(store::kMostConditions));
    QCOMPARE(defs["texts"].toObject()["maxItems"].toInt(), number(store::kMostListed));
    const auto copied = defs["value"].toObject()["oneOf"].toArray()[1];
    QCOMPARE(properties(copied)["map"].toObject()["maxProperties"].toInt(), number(store::kMostMapped));
    const auto splits = defs["split"].toObject()["oneOf"].toArray();
    const auto weights = properties(splits[0])["weights"].toObject();
    QCOMPARE(weights["maxProperties"].toInt(), number(store::kMostShares));
    QCOMPARE(weights["propertyNames"].toObject()["maxLength"].toInt(), number(store::kMostCharacters));
    QCOMPARE(properties(splits[1])["teams"].toObject()["maxItems"].toInt(), number(store::kMostShares));
}

void TestRulesFile::brokenJson_isRefusedWithItsPlace()
{
    const auto rules = parseRules("{\n  \"rules\": [\n    {\"name\": }\n  ]\n}");
    QVERIFY(!rules.ok());
    QCOMPARE(rules.error().where, std::string("line 3, column 14"));
    QVERIFY(!parseRules("").ok());
    QVERIFY(!parseRules(R"({"rules":[1e999]})").ok());
}

void TestRulesFile::brokenText_neverThrows()
{
    const std::string whole = kEverything;
    for (std::size_t length = 0; length + 2 < whole.size(); ++length)
        QVERIFY(!parseRules(std::string_view(whole).substr(0, length)).ok());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto damaged = whole;
        damaged[i] = static_cast<char>(0xff);
        QVERIFY(!parseRules(damaged).ok());
    }
    RuleSet odd;
    odd.rules.push_back({});
    odd.rules[0].name = "\xff";
    QVERIFY(!writeRules(odd).empty());
}

void TestRulesFile::shippedRules_areValid_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("demo") << "/resources/demo/rules.json";
    QTest::newRow("default") << "/resources/demo/default-rules.json";
}

void TestRulesFile::shippedRules_areValid()
{
    QFETCH(QString, file);
    const auto text = readFile(ALTIMETER_SOURCE_DIR + file.toStdString());
    QVERIFY(!text.empty());
    const auto rules = parseRules(text);
    QVERIFY2(rules.ok(), rules.ok() ? "" : rules.error().text().c_str());
    QVERIFY(*parseRules(writeRules(*rules)) == *rules);
}

void TestRulesFile::schema_namesEveryKeyTheReaderKnows()
{
    const auto schema = readFile(std::string(ALTIMETER_SOURCE_DIR) + "/resources/schema/rules.schema.json");
    for (const char* key :
         {"name",    "when",           "set",    "split",       "effective",   "enabled",  "tag",      "column",
          "dim",     "dims",           "equals", "in",          "prefix",      "suffix",   "contains", "matches",
          "exists",  "case_sensitive", "team",   "cost_center", "environment", "use_case", "workflow", "method",
          "weights", "teams",          "from",   "to",          "map",         "version",  "rules"})
        QVERIFY2(schema.find('"' + std::string(key) + "\": {") != std::string::npos, key);
}

QTEST_APPLESS_MAIN(TestRulesFile)
#include "tst_rulesfile.moc"

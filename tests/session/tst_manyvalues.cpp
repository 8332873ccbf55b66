#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/rules/draftrules.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"

#include <functional>
#include <map>

using namespace altimeter;
using session::Engine;

namespace {

/// A charge with what three provider columns say of it.
struct Row {
    int day = 1;
    std::int64_t cents = 0;
    std::string service, user, request, model;
};

Dim column(const std::string& name)
{
    return {Dim::Kind::Column, name};
}

/// `values` users, each twice, far from each other and the second time on another day.
std::vector<Row> rowsWith(int values)
{
    std::vector<Row> rows;
    for (int i = 0; i < 2 * values; ++i) {
        Row row;
        row.day = 1 + i % 28;
        row.cents = 100 + i * 7 % 1000;
        row.service = i % 3 == 0 ? "Chat" : "Search";
        row.user = i % 11 == 0 ? "" : "u" + std::to_string(i % values);
        row.request = "r" + std::to_string(i);
        row.model = "m" + std::to_string(i % 3);
        rows.push_back(row);
    }
    return rows;
}

QByteArray csvOf(const std::vector<Row>& rows, const std::string& names, const std::string& month = "2026-06")
{
    std::string text =
        "BilledCost,EffectiveCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ServiceName," + names + "\n";
    for (const Row& row : rows) {
        const std::string cost =
            std::to_string(row.cents / 100) + "." + std::to_string(100 + row.cents % 100).substr(1);
        text += cost + ',' + cost + ",USD," + month + "-01," + month + (row.day < 10 ? "-0" : "-") +
                std::to_string(row.day) + ',' + row.service + ',' + row.user + ',' + row.request + ',' + row.model +
                '\n';
    }
    return QByteArray::fromStdString(text);
}

using Sums = std::map<std::vector<std::string>, std::int64_t>; ///< cents by keys

Sums sumsOf(
    const std::vector<Row>& rows, const std::function<std::vector<std::string>(const Row&)>& keys,
    const std::function<bool(const Row&)>& passes = [](const Row&) { return true; })
{
    Sums sums;
    for (const Row& row : rows) {
        if (passes(row))
            sums[keys(row)] += row.cents;
    }
    return sums;
}

Sums tableOf(const CostTable& table)
{
    Sums sums;
    for (const CostRow& row : table.rows) {
        std::vector<std::string> keys = row.keys;
        if (row.period.isValid())
            keys.push_back(toString(row.period));
        sums[keys] += static_cast<std::int64_t>(row.cost.attos() / 10'000'000'000'000'000);
    }
    return sums;
}

} // namespace

/// Provider columns with so many values that they stand beside the lines: every question and rule sees them all the
/// same.
class TestManyValues : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_number = 0;

    std::unique_ptr<Engine> engineWith(const std::vector<QByteArray>& files)
    {
        const QString folder = m_dir.path() + "/" + QString::number(++m_number);
        auto engine = Engine::create((folder + ".altimeter").toStdString());
        if (!engine)
            return nullptr;
        std::vector<std::filesystem::path> paths;
        for (const QByteArray& file : files)
            paths.push_back(testkit::writeFile(folder, QString::number(paths.size()) + ".csv", file));
        const auto report = session::importPaths((*engine)->file(), paths, {}, {}, {});
        if (!report) {
            qWarning("%s", report.error().text().c_str());
            return nullptr;
        }
        (void)(*engine)->refresh();
        return engine.take();
    }

    static Sums ask(const Engine& engine, const CostQuery& query)
    {
        const auto table = answer(*engine.snapshot(), TableQuestion{query}, {});
        if (!table) {
            qWarning("%s", table.error().text().c_str());
            return {};
        }
        return tableOf(*table);
    }

private slots:
    void anyNumberOfValues_everyQuestionIsRight_data()
    {
        QTest::addColumn<int>("values");
        for (const int values : {1, 999, 1000, 1001, 1999, 2000, 2001, 5000})
            QTest::addRow("%d", values) << values;
    }
    void anyNumberOfValues_everyQuestionIsRight()
    {
        QFETCH(int, values);
        const std::vector<Row> rows = rowsWith(values);
        const auto engine = engineWith({csvOf(rows, "x_User,x_Request,x_Kind")});
        QVERIFY(engine);
        const auto user = [](const Row& row) { return std::vector{row.user}; };
        CostQuery query;
        query.by = {column("x_User")};
        QVERIFY(ask(*engine, query) == sumsOf(rows, user));
        query.by = {column("x_request")}; // however the name is written
        QVERIFY(ask(*engine, query) == sumsOf(rows, [](const Row& row) { return std::vector{row.request}; }));
        query.by = {column("x_Kind"), column("X_USER"), Dim{Dim::Kind::Service, {}}};
        query.granularity = Granularity::Day;
        QVERIFY(ask(*engine, query) == sumsOf(rows, [](const Row& row) {
                    return std::vector{row.model, row.user, row.service, toString(Day::fromYmd(2026, 6, row.day))};
                }));
        const std::string some = values > 500 ? "u500" : "u0";
        query.by = {Dim{Dim::Kind::Service, {}}};
        query.granularity = Granularity::None;
        const auto service = [](const Row& row) { return std::vector{row.service}; };
        for (const bool exclude : {false, true}) {
            for (const std::vector<std::string>& listed :
                 {std::vector<std::string>{some}, {""}, {"", some, "nobody"}, {"nobody"}}) {
                query.filters = {{column("x_User"), listed, exclude}};
                QVERIFY(ask(*engine, query) == sumsOf(rows, service, [&](const Row& row) {
                            return (std::find(listed.begin(), listed.end(), row.user) != listed.end()) != exclude;
                        }));
            }
        }
        query.filters = {{column("x_User"), {some}, false}, {column("x_Request"), {"r500", "r0", "r1"}, true}};
        QVERIFY(ask(*engine, query) == sumsOf(rows, service, [&](const Row& row) {
                    return row.user == some && row.request != "r500" && row.request != "r0" && row.request != "r1";
                }));
        linesBehindAValue_areThose(*engine, rows, some);
        distinctValues_areCounted(*engine, rows);
    }

    void manySegments_areAllRead()
    {
        const std::vector<Row> rows = rowsWith(35'000); // 70,000 lines
        const auto engine = engineWith({csvOf(rows, "x_User,x_Request,x_Kind")});
        QVERIFY(engine);
        CostQuery query;
        query.by = {column("x_User")};
        QVERIFY(ask(*engine, query) == sumsOf(rows, [](const Row& row) { return std::vector{row.user}; }));
    }

    void columnOfTheSecondFile_andOtherNamesForIt_areSeen()
    {
        std::vector<Row> first = rowsWith(1500);
        for (Row& row : first)
            row.user.clear();
        const std::vector<Row> second = rowsWith(1500);
        const auto engine = engineWith({csvOf(first, "x_Nobody,x_Same,x_Kind", "2026-05"),
                                        csvOf(second, "x_User,x_Request,x_Same", "2026-06"),
                                        csvOf(rowsWith(3), "X_user,x_Request,x_Same", "2026-07")});
        QVERIFY(engine);
        CostQuery query;
        query.by = {column("x_User")};
        Sums wanted = sumsOf(second, [](const Row& row) { return std::vector{row.user}; });
        for (const auto& [keys, cents] : sumsOf(first, [](const Row&) { return std::vector<std::string>{""}; }))
            wanted[keys] += cents;
        for (const auto& [keys, cents] : sumsOf(rowsWith(3), [](const Row& row) { return std::vector{row.user}; }))
            wanted[keys] += cents;
        QVERIFY(ask(*engine, query) == wanted);
        // One name, kept beside the lines in one file and in the dictionary in others, with values of both.
        query.by = {column("x_Same")};
        wanted = sumsOf(first, [](const Row& row) { return std::vector{row.request}; });
        for (const auto& rows : {second, rowsWith(3)}) {
            for (const auto& [keys, cents] : sumsOf(rows, [](const Row& row) { return std::vector{row.model}; }))
                wanted[keys] += cents;
        }
        QVERIFY(ask(*engine, query) == wanted);
    }

    void fewValuesFirst_thenMany_areSeen()
    {
        std::vector<Row> rows = rowsWith(3000);
        for (std::size_t i = 0; i < 2500; ++i)
            rows[i].request = "same";
        const auto engine = engineWith({csvOf(rows, "x_User,x_Request,x_Kind")});
        QVERIFY(engine);
        CostQuery query;
        query.by = {column("x_Request")};
        QVERIFY(ask(*engine, query) == sumsOf(rows, [](const Row& row) { return std::vector{row.request}; }));
    }

    void rules_seeEveryValue()
    {
        const std::vector<Row> rows = rowsWith(2500);
        const auto engine = engineWith({csvOf(rows, "x_User,x_Request,x_Kind")});
        QVERIFY(engine);
        const std::string json = R"({"rules":[
            {"name":"one","when":[{"dims":["column:x_Request"],"equals":"r4321"}],"set":{"team":"Single"}},
            {"name":"prefix","when":[{"dims":["column:x_User"],"prefix":"u1"}],"set":{"team":"Ones"}},
            {"name":"missing","when":[{"column":"x_User","exists":false}],"set":{"team":"Nobody"}},
            {"name":"own","set":{"cost_center":{"from":["column:x_User"],"map":{"u2000":"Two thousand"}}}}
        ]})";
        const auto draft = session::checkRules(json);
        QVERIFY2(draft, draft ? "" : draft.error().text().c_str());
        const auto team = [](const Row& row) {
            return std::vector<std::string>{row.request == "r4321"       ? "Single"
                                            : row.user.starts_with("u1") ? "Ones"
                                            : row.user.empty()           ? "Nobody"
                                                                         : ""};
        };
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}};
        const auto under = engine->snapshot()->costs->under(*draft, {});
        QVERIFY(under);
        const auto drafted = (*under)->table(query, {});
        QVERIFY(drafted);
        QVERIFY(tableOf(*drafted) == sumsOf(rows, team));
        const auto published = session::publishRules(*engine, json);
        QVERIFY2(published, published ? "" : published.error().text().c_str());
        QVERIFY(ask(*engine, query) == sumsOf(rows, team));
        query.by = {Dim{Dim::Kind::CostCenter, {}}, Dim{Dim::Kind::Team, {}}};
        QVERIFY(ask(*engine, query) == sumsOf(rows, [&](const Row& row) {
                    return std::vector{row.user == "u2000" ? "Two thousand" : row.user, team(row).front()};
                }));
        // A question that looks at the columns of the rules, and at another one.
        query.by = {Dim{Dim::Kind::Team, {}}, column("x_User"), column("x_Request")};
        QVERIFY(ask(*engine, query) == sumsOf(rows, [&](const Row& row) {
                    return std::vector{team(row).front(), row.user, row.request};
                }));
        query.by = {column("x_Kind")};
        query.filters = {{Dim{Dim::Kind::Team, {}}, {"Ones"}, false},
                         {column("x_Request"), {"r1", "r10", "r77"}, false}};
        QVERIFY(ask(*engine, query) == sumsOf(
                                           rows, [](const Row& row) { return std::vector{row.model}; },
                                           [&](const Row& row) {
                                               return team(row).front() == "Ones" &&
                                                      (row.request == "r1" || row.request == "r10" ||
                                                       row.request == "r77");
                                           }));
        const auto again = Engine::open(engine->snapshot()->path);
        QVERIFY(again);
        query.by = {Dim{Dim::Kind::Team, {}}};
        query.filters.clear();
        QVERIFY(ask(**again, query) == sumsOf(rows, team));
        const auto uses = engine->snapshot()->costs->ruleUse({});
        QVERIFY(uses);
        QCOMPARE(uses->at(0).rows, std::uint64_t{1});
    }

    void labelsWithAValueOnEachLine_areTags()
    {
        std::string text = "BilledCost,BillingCurrency,ChargePeriodStart,Tags,x_Labels\n";
        for (int i = 0; i < 3000; ++i) {
            const std::string id = std::to_string(i);
            text += "1,USD,2026-06-01,," +
                    (i % 2 == 0
                         ? "\"[{\"\"key\"\":\"\"team\"\",\"\"value\"\":\"\"t" + std::to_string(i % 5) +
                               "\"\"},{\"\"Key\"\":\"\"id\"\",\"\"Value\"\":\"\"" + id + "\"\"}]\"\n"
                         : "\"{\"\"Team\"\":\"\"t" + std::to_string(i % 5) + "\"\",\"\"id\"\":\"\"" + id + "\"\"}\"\n");
        }
        const auto engine = engineWith({QByteArray::fromStdString(text)});
        QVERIFY(engine);
        CostQuery query;
        query.by = {Dim{Dim::Kind::Tag, "team"}};
        query.lens = CostLens::Billed;
        Sums wanted;
        for (int team = 0; team < 5; ++team)
            wanted[{"t" + std::to_string(team)}] = 60'000;
        QVERIFY(ask(*engine, query) == wanted);
        query.filters = {{Dim{Dim::Kind::Tag, "id"}, {"7", "2999"}, false}};
        QVERIFY((ask(*engine, query) == Sums{{{"t2"}, 100}, {{"t4"}, 100}}));
    }

    /// Whom a share was made for owns it; what the shared thing is tagged with stands in where nobody is named.
    void allocatedTags_nameTheReceiver()
    {
        const auto engine = engineWith(
            {"BilledCost,BillingCurrency,ChargePeriodStart,Tags,AllocatedTags,AllocatedMethodId\n"
             "4,USD,2026-06-01,\"{\"\"team\"\":\"\"base\"\",\"\"env\"\":\"\"prod\"\"}\",\"{\"\"Team\"\":\"\"red\"\","
             "\"\"pod\"\":\"\"p1\"\"}\",m\n"
             "2,USD,2026-06-01,\"{\"\"team\"\":\"\"base\"\",\"\"env\"\":\"\"prod\"\"}\",\"{\"\"Team\"\":\"\"\"\"}\",m\n"
             "1,USD,2026-06-01,\"{\"\"team\"\":\"\"base\"\",\"\"env\"\":\"\"prod\"\"}\",,m\n"
             "8,USD,2026-06-01,,,\n"});
        QVERIFY(engine);
        CostQuery query;
        query.lens = CostLens::Billed;
        query.by = {Dim{Dim::Kind::Tag, "team"}};
        QVERIFY((ask(*engine, query) == Sums{{{"red"}, 400}, {{"base"}, 300}, {{""}, 800}}));
        query.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Tag, "env"}, Dim{Dim::Kind::Tag, "POD"}};
        QVERIFY((ask(*engine, query) ==
                 Sums{{{"red", "prod", "p1"}, 400}, {{"base", "prod", ""}, 300}, {{"", "", ""}, 800}}));
        const auto dims = engine->snapshot()->costs->dims({});
        QVERIFY(dims);
        QVERIFY(std::find(dims->begin(), dims->end(), Dim{Dim::Kind::Tag, "pod"}) != dims->end());
    }

private:
    static void linesBehindAValue_areThose(const Engine& engine, const std::vector<Row>& rows, const std::string& user)
    {
        CostQuery query;
        query.filters = {{column("x_User"), {user}, false}};
        for (const bool largestFirst : {true, false}) {
            const auto page = answer(*engine.snapshot(), ChargesQuestion{query, 0, 100, largestFirst}, {});
            QVERIFY(page);
            const auto mine = [&](const Row& row) { return row.user == user; };
            QCOMPARE(page->total, static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), mine)));
            std::uint64_t before = 0;
            for (const ChargeRow& line : page->rows) {
                const Row& row = rows[line.line - 2];
                QVERIFY(mine(row));
                QVERIFY(std::find(line.extra.begin(), line.extra.end(),
                                  std::pair(std::string("x_Request"), row.request)) != line.extra.end());
                QVERIFY(largestFirst || line.line > before);
                before = line.line;
            }
        }
    }
    static void distinctValues_areCounted(const Engine& engine, const std::vector<Row>& rows)
    {
        CostQuery query;
        query.countDistinct = column("x_User");
        const auto table = answer(*engine.snapshot(), TableQuestion{query}, {});
        QVERIFY(table);
        std::set<std::string> users;
        for (const Row& row : rows)
            users.insert(row.user);
        users.erase("");
        QCOMPARE(table->totals.front().distinct, std::uint64_t{users.size()});
    }
};

QTEST_GUILESS_MAIN(TestManyValues)
#include "tst_manyvalues.moc"

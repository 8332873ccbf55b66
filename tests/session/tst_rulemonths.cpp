#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"
#include "tests/testkit/focuscsv.h"

#include <algorithm>

using namespace altimeter;
using session::answer;
using session::Engine;
using session::Snapshot;
using testkit::Charge;

namespace {

// Three sets of rules that differ in everything: assignment, fixed and proportional shares, dates of their own, and
// what a provider's column says.
const std::string kFirst = R"({"rules":[
    {"name":"tag","when":[],"set":{"team":{"from":["tag:team"]}}},
    {"name":"shared","when":[{"dim":"service","equals":"Service 1"}],"split":{"method":"proportional"}}]})";
const std::string kSecond = R"({ "rules" : [
    {"name":"shared","when":[{"dim":"service","in":["Service 1","Service 2"]}],
     "split":{"method":"fixed","weights":{"T1":1,"T2":2,"T9":4}}},
    {"name":"until","when":[],"set":{"cost_center":"C1"},"effective":{"to":"2026-10-15"}},
    {"name":"tag","when":[],"set":{"team":{"from":["tag:team"],"map":{"T0":"Zero"}}}}]})";
const std::string kThird = R"({"rules":[
    {"name":"note","when":[{"column":"x_Note","prefix":"n1"}],"set":{"team":"Noted","environment":"prod"}},
    {"name":"shared","when":[{"dim":"service","equals":"Service 1"}],"split":{"method":"proportional","teams":["T1","Noted"]}},
    {"name":"rest","when":[],"set":{"team":"Rest"}}]})";

/// Two currencies, four months, credits, untagged charges.
QByteArray world()
{
    QList<Charge> charges;
    for (int i = 0; i < 400; ++i) {
        Charge charge;
        const int month = 8 + i % 4;
        charge.month = QString("2026-%1-01").arg(month, 2, 10, QChar('0'));
        charge.day = QString("2026-%1-%2").arg(month, 2, 10, QChar('0')).arg(1 + i * 7 % 28, 2, 10, QChar('0'));
        charge.service = QString("Service %1").arg(i % 5);
        charge.currency = i % 3 == 0 ? "EUR" : "USD";
        charge.account = i % 3 == 0 ? "200" : "100";
        charge.billed = charge.effective = QString::number(i % 11 == 0 ? -i : i) + ".000000007";
        charge.tags = i % 4 == 0 ? "{}" : QString(R"({"Team":"T%1"})").arg(i % 3);
        charge.extra = QString("n%1-%2").arg(i % 2).arg(i);
        charges.append(charge);
    }
    return testkit::focusCsv(charges);
}

Day month(int number)
{
    return Day::fromYmd(2026, number, 1);
}

DateRange only(int number)
{
    return {month(number), month(number + 1)};
}

void addTable(std::string& text, const CostTable& table)
{
    for (const CostRow& row : table.rows) {
        for (const std::string& key : row.keys)
            text += key + '|';
        text += toString(row.period) + ' ' + std::string(row.currency.code()) + ' ' + row.cost.toString() + ' ' +
                std::to_string(row.rows) + '\n';
    }
}

/// All that is said of a month's owners: every lens by every owner field and day, the charge lines with the parts of
/// shared ones, and the series.
std::string digestOf(const Snapshot& snapshot, int number)
{
    std::string text;
    CostQuery query;
    for (const Dim::Kind kind : kOwnerDims)
        query.by.push_back(Dim{kind, {}});
    query.range = only(number);
    query.granularity = Granularity::Day;
    for (const CostLens lens : {CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted}) {
        query.lens = lens;
        addTable(text, *answer(snapshot, TableQuestion{query}, {}));
    }
    for (const char* team : {"T0", "T1", "T2", "T9", "Zero", "Noted", "Rest", ""}) {
        CostQuery lines;
        lines.range = only(number);
        lines.filters = {{Dim{Dim::Kind::Team, {}}, {team}}};
        const auto page = answer(snapshot, ChargesQuestion{lines, 0, 1000, false}, {});
        for (const ChargeRow& row : page->rows)
            text += std::to_string(row.line) + ' ' + row.team + row.costCenter + row.environment + ' ' +
                    row.cost[static_cast<std::size_t>(CostLens::Effective)].value_or(Amount()).toString() + '\n';
        SeriesQuestion series;
        series.query = lines;
        const auto set = answer(snapshot, series, {});
        for (const auto& one : set->series) {
            for (const auto& point : one.points) // an owner of another month has days of nothing in this one
                text += point.cost.isZero() ? "" : toString(point.period) + ' ' + point.cost.toString() + '\n';
        }
    }
    return text;
}

/// Empty where both say the same, else the first line that is another.
QString difference(const std::string& a, const std::string& b)
{
    const QStringList left = QString::fromStdString(a).split('\n'), right = QString::fromStdString(b).split('\n');
    for (qsizetype i = 0; i < std::max(left.size(), right.size()); ++i) {
        if (left.value(i) != right.value(i))
            return QString("line %1: %2 and not %3").arg(i).arg(left.value(i), right.value(i));
    }
    return {};
}

} // namespace

class TestRuleMonths : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(m_dir.isValid()); }

    void monthBeforeTheFirstOfAVersion_isByteByByteAsItWas()
    {
        auto engine = newEngine();
        publish(*engine, kFirst, {});
        std::map<int, std::string> before;
        for (int number = 8; number <= 11; ++number)
            before[number] = digestOf(*engine->snapshot(), number);
        publish(*engine, kSecond, month(11) + 12);
        for (int number = 8; number <= 10; ++number)
            QCOMPARE(difference(digestOf(*engine->snapshot(), number), before[number]), QString());
        QVERIFY(digestOf(*engine->snapshot(), 11) != before[11]);
        QCOMPARE(engine->snapshot()->rulesDocument.json, kSecond); // what was published, byte by byte
        QVERIFY(engine->snapshot()->rulesDocument.publication.from == month(11));
        // another engine reads the same of the file
        const auto again = Engine::open(engine->snapshot()->path);
        QVERIFY(again);
        for (int number = 8; number <= 11; ++number)
            QCOMPARE(difference(digestOf(*(*again)->snapshot(), number), digestOf(*engine->snapshot(), number)),
                     QString());
    }

    /// Each month is as in a workspace that has the rules of that month alone.
    void layeredVersions_areTheVersionOfEachMonth_data()
    {
        QTest::addColumn<QList<int>>("versions"); ///< 0, 1, 2: first, second, third
        QTest::addColumn<QList<int>>("from");     ///< 0: all of history
        QTest::addColumn<QList<int>>("expected"); ///< of August to November
        QTest::newRow("one after the other") << QList{0, 1, 2} << QList{0, 10, 11} << QList{0, 0, 1, 2};
        QTest::newRow("an earlier month later") << QList{0, 2, 1} << QList{0, 11, 9} << QList{0, 1, 1, 1};
        QTest::newRow("all of history at last") << QList{0, 1, 2} << QList{0, 10, 0} << QList{2, 2, 2, 2};
        QTest::newRow("the same month again") << QList{0, 1, 2} << QList{0, 10, 10} << QList{0, 0, 2, 2};
        QTest::newRow("before all charges") << QList{0, 1} << QList{0, 2} << QList{1, 1, 1, 1};
        QTest::newRow("after all charges") << QList{0, 1} << QList{0, 12} << QList{0, 0, 0, 0};
    }
    void layeredVersions_areTheVersionOfEachMonth()
    {
        QFETCH(QList<int>, versions);
        QFETCH(QList<int>, from);
        QFETCH(QList<int>, expected);
        const std::string rules[] = {kFirst, kSecond, kThird};
        auto engine = newEngine();
        for (int i = 0; i < versions.size(); ++i) {
            const Day first = from[i] == 0 ? Day() : month(from[i]);
            const auto under = answer(*engine->snapshot(), TableUnderQuestion{rules[versions[i]], byTeam(), first}, {});
            const auto document = publish(*engine, rules[versions[i]], first);
            // what was shown before is what is there now
            const auto table = answer(*engine->snapshot(), TableQuestion{byTeam()}, {});
            std::string shown, there;
            addTable(shown, *under);
            addTable(there, *table);
            QVERIFY(shown == there);
            QVERIFY(document.publication.moved);
        }
        for (int at = 0; at < expected.size(); ++at) {
            auto alone = newEngine();
            publish(*alone, rules[expected[at]], {});
            QCOMPARE(difference(digestOf(*engine->snapshot(), 8 + at), digestOf(*alone->snapshot(), 8 + at)),
                     QString());
        }
        const auto proof = answer(*engine->snapshot(), ProofQuestion{}, {});
        QVERIFY(proof && !proof->empty());
        for (const ProofLine& line : *proof)
            QVERIFY(line.storedTotal == line.allocatedTotal);
    }

    /// Two charges of one team, 100 in September and 40 in November, go to another: 140, of which 100 were earlier.
    void whatMoved_isKeptWithTheVersion_andSaysWhatIsEarlier()
    {
        QTemporaryDir folder;
        auto engine = *Engine::create((folder.path() + "/small.altimeter").toStdString());
        Charge september, november;
        september.billed = september.effective = "100";
        november.billed = november.effective = "40";
        november.day = november.month = "2026-11-01";
        QVERIFY(session::importPaths(
            engine->file(), {testkit::writeFile(folder.path(), "small.csv", testkit::focusCsv({september, november}))},
            {}, {}, {}));
        const std::string toA = R"({"rules":[{"name":"a","when":[],"set":{"team":"A"}}]})";
        const std::string toB = R"({"rules":[{"name":"b","when":[],"set":{"team":"B"}}]})";
        publish(*engine, toA, {});
        const auto all = publish(*engine, toB, {}, "  B pays  ");
        QVERIFY((all.publication.moved ==
                 std::vector<MovedCost>{{Currency("USD"), Amount::fromUnits(140), Amount::fromUnits(100)}}));
        QCOMPARE(all.publication.note, std::string("B pays"));
        const auto open = publish(*engine, toA, month(11));
        QVERIFY((open.publication.moved == std::vector<MovedCost>{{Currency("USD"), Amount::fromUnits(40), Amount()}}));
        QVERIFY(publish(*engine, toA, month(11)).publication.moved->empty()); // as it is already: no money, not unknown
        const auto diff = answer(*engine->snapshot(), RuleDiffQuestion{toB, month(11)}, {});
        QVERIFY(diff);
        QCOMPARE(diff->balances.size(), std::size_t{1});
        QVERIFY(diff->balances[0].before == diff->balances[0].after);
        QVERIFY(diff->balances[0].gained == Amount::fromUnits(40) && diff->balances[0].given == Amount::fromUnits(40));
        QCOMPARE(diff->use.size(), std::size_t{1});
        QCOMPARE(diff->use[0].rows, std::uint64_t{1}); // September is no business of the draft
        const auto versions = answer(*engine->snapshot(), RuleVersionsQuestion{}, {});
        QVERIFY(versions);
        QCOMPARE(versions->size(), std::size_t{5}); // and the one the workspace was made with
        QCOMPARE((*versions)[2].publication.note, std::string("B pays"));
        QCOMPARE((*versions)[2].json, toB);
        QVERIFY(!versions->back().publication.moved); // nobody measured that
    }

    void tooLongANote_isRefused_andNothingPublished()
    {
        auto engine = newEngine();
        const auto version = engine->snapshot()->rulesDocument.version;
        const auto refused = session::publishRules(*engine, RulesToPublish{kFirst, {}, {}, std::string(1'001, 'x')});
        QVERIFY(!refused && refused.error().code == ErrorCode::Invalid);
        QCOMPARE(engine->snapshot()->rulesDocument.version, version);
    }

    /// Somebody wrote an older version that cannot be read: its months have no owner, the others theirs, and it is
    /// said.
    void olderVersionThatCannotBeUsed_leavesItsMonthsAlone()
    {
        auto engine = newEngine();
        const std::string path = engine->snapshot()->path;
        {
            auto db = store::openWorkspace(path);
            QVERIFY(db);
            QVERIFY(store::publishRules(*db, R"({"rules":[{"nonsense":1}]})", 5));
            QVERIFY(store::publishRules(*db, kThird, 6, {}, {month(11), {}, {}, {}}));
        }
        engine.reset();
        const auto opened = Engine::open(path);
        QVERIFY(opened);
        const auto damage = (*opened)->snapshot()->damage;
        QCOMPARE(damage.size(), std::size_t{1});
        QVERIFY2(damage.front().find("every charge of its months") != std::string::npos, damage.front().c_str());
        CostQuery query = byTeam();
        const auto table = answer(*(*opened)->snapshot(), TableQuestion{query}, {});
        for (const CostRow& row : table->rows)
            QCOMPARE(row.keys[0].empty(), row.period < month(11));
    }

private:
    static CostQuery byTeam()
    {
        CostQuery query;
        query.by = {Dim{Dim::Kind::Team, {}}};
        query.granularity = Granularity::Month;
        return query;
    }
    std::unique_ptr<Engine> newEngine()
    {
        auto engine = Engine::create((m_dir.path() + QString("/w%1.altimeter").arg(++m_count)).toStdString());
        if (!engine)
            qFatal("%s", engine.error().text().c_str());
        const auto file = testkit::writeFile(m_dir.path(), "world.csv", world());
        if (const auto done = session::importPaths((*engine)->file(), {file}, {}, {}, {}); !done)
            qFatal("%s", done.error().text().c_str());
        return engine.take();
    }
    static RulesDocument publish(Engine& engine, const std::string& rules, Day from, const std::string& note = {})
    {
        auto published = session::publishRules(engine, RulesToPublish{rules, {}, from, note});
        if (!published)
            qFatal("%s", published.error().text().c_str());
        return published.take();
    }

    QTemporaryDir m_dir;
    int m_count = 0;
};

QTEST_GUILESS_MAIN(TestRuleMonths)
#include "tst_rulemonths.moc"

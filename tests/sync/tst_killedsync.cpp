#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/seal.h"
#include "tests/cli/clirunner.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"
#include "tests/testkit/rounds.h"

#include <atomic>
#include <map>

using namespace altimeter;
using altimeter::session::Engine;
using altimeter::testing::LoopbackServer;

namespace {

constexpr int kRowsADay = 120;

/// BilledCost of one row, other in each version of the provider's books.
std::string amount(const std::string& connection, Day day, int row, int version)
{
    return std::to_string(day.number % 97 + row) + ".00000000" + std::to_string(1 + connection.size()) +
           std::to_string(version);
}

/// OpenRouter's activity of the connections below "/NAME".
class Activity {
public:
    std::atomic<int> version = 1;
    std::atomic<bool> isHeld = false; ///< answers wait until it is false again, and notified
    mutable std::atomic<int> asked = 0;

    LoopbackServer::Answer answer(const LoopbackServer::Request& request) const
    {
        ++asked;
        isHeld.wait(true);
        LoopbackServer::Answer said;
        const std::string name = request.path.substr(1, request.path.find('/', 1) - 1);
        if (!request.path.ends_with("/activity")) {
            said.body = request.path.ends_with("/credits") ? R"({"data":{"total_credits":10,"total_usage":4.5}})"
                                                           : R"({"data":[]})";
            return said;
        }
        const std::string date = request.parameter("date");
        said.body = R"({"data":[)";
        for (int row = 0; row < kRowsADay; ++row) {
            said.body += std::string(row == 0 ? "" : ",") + R"({"date":")" + date + R"(","model":"m)" +
                         std::to_string(row % 7) + R"(","model_permaslug":"m-1","endpoint_id":"e)" +
                         std::to_string(row) + R"(","provider_name":"V","usage":)" +
                         amount(name, *parseDay(date), row, version) +
                         R"(,"byok_usage_inference":0,"requests":1,"prompt_tokens":1,"completion_tokens":1})";
        }
        said.body += "]}";
        return said;
    }
};

std::string dayTotal(const std::string& connection, Day day, int version)
{
    DecimalSum sum;
    for (int row = 0; row < kRowsADay; ++row)
        sum.add(parseDecimal(amount(connection, day, row, version))->value);
    return sum.toString(0);
}

/// Versions of the books by day; none where nothing is stored.
using Books = std::map<std::string, std::map<Day, int>>;

} // namespace

/// Kills the real program at random moments of a sync, and lets several programs write at once: a stretch of days is
/// there whole or not at all, and the next sync completes what is missing.
class TestKilledSync : public QObject {
    Q_OBJECT

    const testing::OwnConfig m_config;
    QTemporaryDir m_dir;
    Activity m_activity;
    std::unique_ptr<LoopbackServer> m_server;
    QString m_pristine;
    QString m_temporary; ///< where the programs lay what they download
    Books m_old;         ///< of the pristine workspace
    Books m_new;         ///< after a whole sync
    std::map<std::string, std::vector<DateRange>> m_chunks;
    Day m_today;
    const std::vector<std::string> m_names{"router", "second"};

    static Day clockDay() { return Instant{QDateTime::currentSecsSinceEpoch()}.day(); }

    void start(QProcess& process, const QString& workspace, const QStringList& words) const
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert("HOME", m_dir.path());
        variables.insert("DBUS_SESSION_BUS_ADDRESS", "");
        variables.insert("XDG_RUNTIME_DIR", "");
        variables.insert("KILLED_SYNC_KEY", "sk-a-test");
        variables.insert("TMPDIR", m_temporary);
        process.setProcessEnvironment(variables);
        process.start(testing::cliProgram(), QStringList{"--workspace", workspace, "--quiet"} + words);
    }
    static void ended(QProcess& process, QList<int> expected)
    {
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(expected.contains(process.exitCode()), errors.constData());
    }
    static void ended(QProcess& process, int expected) { ended(process, QList<int>{expected}); }
    void release()
    {
        m_activity.isHeld = false;
        m_activity.isHeld.notify_all();
    }
    QString copied(const QString& name) const
    {
        const QString workspace = m_dir.path() + '/' + name + ".altimeter";
        if (!QFile::copy(m_pristine, workspace))
            qFatal("the workspace cannot be copied");
        return workspace;
    }

    static void checkFile(const QString& workspace)
    {
        auto reader = store::openReader(workspace.toStdString());
        QVERIFY(reader);
        for (const auto& [question, answer] : {std::pair{"PRAGMA integrity_check", "ok"},
                                               std::pair{"SELECT count(*) FROM pragma_foreign_key_check", "0"}}) {
            auto statement = reader->prepare(question);
            QVERIFY(statement);
            const auto row = statement->step();
            QVERIFY(row && *row);
            QCOMPARE(statement->text(0), std::string(answer));
        }
        const auto holds = store::ledgerHolds(*reader);
        QVERIFY(holds && *holds);
        QVERIFY(store::verifyAudit(*reader).ok());
    }

    /// What each day holds, each a version of the books; fails where a day is torn.
    void readBooks(const QString& workspace, Books& books) const
    {
        checkFile(workspace);
        if (QTest::currentTestFailed())
            return;
        const auto engine = Engine::open(workspace.toStdString());
        QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
        QVERIFY((*engine)->info().damage.empty());
        const auto proof = answer(*(*engine)->snapshot(), ProofQuestion{}, {});
        QVERIFY(proof);
        for (const ProofLine& line : *proof)
            QVERIFY(line.reconciled());
        CostQuery query;
        query.by = {Dim{Dim::Kind::Source, {}}};
        query.granularity = Granularity::Day;
        query.lens = CostLens::Billed;
        query.filters = {{Dim{Dim::Kind::Provider, {}}, {"OpenRouter"}, false}};
        const auto table = answer(*(*engine)->snapshot(), TableQuestion{query}, {});
        QVERIFY(table);
        for (const CostRow& row : table->rows) {
            const std::string total = row.cost.toString(0);
            int version = 0;
            for (int each = 1; each <= 2; ++each)
                version = total == dayTotal(row.keys[0], row.period, each) ? each : version;
            QVERIFY2(version != 0, (row.keys[0] + ' ' + toString(row.period) + " holds " + total).c_str());
            QCOMPARE(row.rows, std::uint64_t{kRowsADay});
            books[row.keys[0]][row.period] = version;
        }
        auto reader = store::openReader(workspace.toStdString());
        QVERIFY(reader);
        for (const std::string& name : m_names) { // known days are the days that hold charges
            const auto covered = store::readCoverage(*reader, name);
            QVERIFY(covered);
            QCOMPARE(covered->size(), books[name].size());
            for (const store::CoveredDay& day : *covered)
                QVERIFY(books[name].contains(day.day));
        }
        const auto calendar =
            answer(*(*engine)->snapshot(), CalendarQuestion{{m_today - 40, m_today + 1}, m_today}, {});
        QVERIFY(calendar);
        for (const auto& row : calendar->rows) {
            for (const CalendarDay& day : row.days)
                QVERIFY(day.state != CalendarDay::State::Empty);
        }
    }

    /// Each chunk is wholly old or wholly new, and none is new behind one that is old. Answers how many are new.
    void countChunks(const Books& books, int& fresh) const
    {
        for (const auto& [name, chunks] : m_chunks) {
            bool isMissing = false;
            for (const DateRange& chunk : chunks) {
                int oldDays = 0;
                int newDays = 0;
                const auto versionOf = [&chunk](const Books& of, const std::string& connection, Day day) {
                    const auto source = of.find(connection);
                    if (source == of.end() || !chunk.contains(day))
                        return 0;
                    const auto found = source->second.find(day);
                    return found == source->second.end() ? 0 : found->second;
                };
                for (Day day = chunk.from; day < chunk.to; day = day + 1) {
                    oldDays += versionOf(books, name, day) == versionOf(m_old, name, day) ? 1 : 0;
                    newDays += versionOf(books, name, day) == versionOf(m_new, name, day) ? 1 : 0;
                }
                QVERIFY2(oldDays == chunk.days() || newDays == chunk.days(),
                         (name + ", the days from " + toString(chunk.from) + " are torn").c_str());
                const bool isNew = newDays == chunk.days();
                QVERIFY(!isNew || !isMissing);
                isMissing |= !isNew;
                fresh += isNew ? 1 : 0;
            }
        }
    }

private slots:
    void initTestCase()
    {
        if (testing::cliProgram().isEmpty())
            QSKIP("altimeter-cli is not built");
        m_server = std::make_unique<LoopbackServer>(
            [this](const LoopbackServer::Request& request) { return m_activity.answer(request); });
        m_pristine = m_dir.path() + "/pristine.altimeter";
        m_temporary = m_dir.path() + "/tmp";
        QVERIFY(QDir().mkpath(m_temporary));
        m_today = clockDay();
        auto engine = Engine::create(m_pristine.toStdString());
        QVERIFY(engine);
        (*engine)->connections().setSecretStore(session::memorySecretStore("a test"));
        qputenv("KILLED_SYNC_KEY", "sk-a-test");
        for (const std::string& name : m_names) {
            ConnectionSettings settings;
            settings.name = name;
            settings.kind = "openrouter";
            settings.values["base_url"] = m_server->url() + '/' + name;
            QVERIFY((*engine)->connections().save(settings, {{"management_key", "env:KILLED_SYNC_KEY"}}).ok());
            session::SyncOptions options; // leaves gaps, so that a sync has several stretches to ask for
            for (const int ago : {2, 9, 17, 25}) {
                options.wanted = {m_today - ago, m_today - ago + 2};
                const SyncResult result = (*engine)->connections().syncOne(name, options, {}, {});
                QVERIFY2(result.ok, result.problem.c_str());
                for (Day day = options.wanted.from; day < options.wanted.to; day = day + 1)
                    m_old[name][day] = 1;
            }
        }
        const auto plan = (*engine)->connections().plan({});
        QVERIFY(plan);
        m_new = m_old;
        for (const SyncPlan& one : *plan) {
            m_chunks[one.connection] = one.chunks;
            QVERIFY(one.chunks.size() > 2);
            for (const DateRange& chunk : one.chunks) {
                for (Day day = chunk.from; day < chunk.to; day = day + 1)
                    m_new[one.connection][day] = 2;
            }
        }
        m_activity.version = 2;
    }
    void init()
    {
        if (!m_server || clockDay() != m_today)
            QSKIP("there is no program, or midnight has passed");
    }

    void killAtRandomMoments_wholeChunksOnly_nextSyncCompletes()
    {
        QElapsedTimer timer;
        timer.start();
        {
            const QString workspace = copied("timed");
            QProcess process;
            start(process, workspace, {"sync"});
            ended(process, 0);
            Books books;
            if (!QTest::currentTestFailed())
                readBooks(workspace, books);
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(books, m_new);
        }
        const auto whole = static_cast<int>(timer.elapsed());
        QRandomGenerator random(2026);
        int fresh = 0;
        int all = 0;
        const int kills = testkit::rounds(25, 1000);
        for (int i = 0; i < kills; ++i) {
            const QString workspace = copied(QString("k%1").arg(i));
            QProcess process;
            start(process, workspace, {"sync"});
            QVERIFY(process.waitForStarted());
            QTest::qSleep(static_cast<int>(random.bounded(static_cast<quint32>(whole))));
            process.kill();
            QVERIFY(process.waitForFinished(60'000));
            Books books;
            readBooks(workspace, books);
            if (!QTest::currentTestFailed())
                countChunks(books, fresh);
            if (QTest::currentTestFailed())
                return;
            for (const auto& [name, chunks] : m_chunks)
                all += static_cast<int>(chunks.size());

            QProcess again;
            start(again, workspace, {"sync"});
            ended(again, 0);
            Books complete;
            if (!QTest::currentTestFailed())
                readBooks(workspace, complete);
            if (QTest::currentTestFailed())
                return;
            if (clockDay() != m_today)
                return;
            QCOMPARE(complete, m_new);
            QCOMPARE(QDir(m_temporary).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList());
        }
        qInfo("%d kills over %d ms: %d of %d stretches were stored, none torn", kills, whole, fresh, all);
        QVERIFY(fresh > 0);
        QVERIFY(fresh < all);
    }

    void severalProgramsSyncAtOnce_allIsThereOnce()
    {
        for (int round = 0; round < 4; ++round) {
            const QString workspace = copied(QString("both%1").arg(round));
            QProcess first, second;
            start(first, workspace, {"sync"});
            start(second, workspace, {"sync"});
            ended(first, {0, 4}); // 4: what the other one was at was left out
            ended(second, {0, 4});
            Books books;
            if (!QTest::currentTestFailed())
                readBooks(workspace, books);
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(books, m_new);
        }
    }

    void programsAtOneConnection_payOnce()
    {
        const QString workspace = copied("once");
        m_activity.asked = 0;
        m_activity.isHeld = true;
        QProcess first, second;
        start(first, workspace, {"sync", "router"});
        QTRY_VERIFY_WITH_TIMEOUT(m_activity.asked == 1, 60'000);
        start(second, workspace, {"sync", "router", "--format", "csv"});
        QVERIFY(second.waitForFinished(60'000));
        const QByteArray errors = second.readAllStandardError();
        QVERIFY2(second.exitCode() == 4, errors.constData());
        QVERIFY2(errors.contains("being synced by another program since "), errors.constData());
        QVERIFY(second.readAllStandardOutput().contains("router,busy,"));
        QCOMPARE(m_activity.asked.load(), 1);
        release();
        ended(first, 0);
        int days = 0;
        for (const DateRange& chunk : m_chunks["router"])
            days += chunk.days();
        QCOMPARE(m_activity.asked.load(), days + 3); // balance, workspaces and keys
        Books books;
        readBooks(workspace, books);
        if (!QTest::currentTestFailed())
            QCOMPARE(books["router"], m_new["router"]);
    }

    void killedHolder_keepsNobodyOut()
    {
        const QString workspace = copied("freed");
        m_activity.asked = 0;
        m_activity.isHeld = true;
        QProcess first, second;
        start(first, workspace, {"sync", "router"});
        QTRY_VERIFY_WITH_TIMEOUT(m_activity.asked == 1, 60'000);
        first.kill();
        QVERIFY(first.waitForFinished(60'000));
        release();
        const QStringList locks{"freed.altimeter-sync-*"};
        QCOMPARE(QDir(m_dir.path()).entryList(locks).size(), 1);
        start(second, workspace, {"sync", "router"});
        ended(second, 0);
        QCOMPARE(QDir(m_dir.path()).entryList(locks), QStringList());
        Books books;
        readBooks(workspace, books);
        if (!QTest::currentTestFailed())
            QCOMPARE(books["router"], m_new["router"]);
    }

    void anotherProgramImports_bothAreStored()
    {
        QList<testkit::Charge> lines;
        for (int i = 0; i < 30'000; ++i) {
            testkit::Charge charge;
            charge.billed = charge.effective = "2.25";
            charge.service = QString("Service %1").arg(i % 40);
            lines.append(charge);
        }
        const auto file = testkit::writeFile(m_dir.path(), "charges.csv", testkit::focusCsv(lines));
        for (int round = 0; round < 3; ++round) {
            const QString workspace = copied(QString("import%1").arg(round));
            QProcess import, sync;
            start(import, workspace, {"import", QString::fromStdString(file.string())});
            start(sync, workspace, {"sync"});
            ended(import, 0);
            ended(sync, 0);
            Books books;
            if (!QTest::currentTestFailed())
                readBooks(workspace, books);
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(books, m_new);
            const auto engine = Engine::open(workspace.toStdString());
            QVERIFY(engine);
            CostQuery query;
            query.filters = {{Dim{Dim::Kind::Provider, {}}, {"AWS"}, false}};
            const auto table = answer(*(*engine)->snapshot(), TableQuestion{query}, {});
            QVERIFY(table && table->totals.size() == 1);
            QCOMPARE(table->totals.front().cost.toString(0), std::string("67500"));
        }
    }

    void writerThatIsSoonDone_isWaitedFor()
    {
        const QString workspace = copied("soon");
        auto other = store::openWorkspace(workspace.toStdString());
        QVERIFY(other);
        auto writing = store::sql::Transaction::begin(*other);
        QVERIFY(writing);
        QProcess process;
        start(process, workspace, {"sync", "router"});
        QVERIFY(!process.waitForFinished(2000));
        QVERIFY(writing->commit().ok());
        ended(process, 0);
        Books books;
        if (!QTest::currentTestFailed())
            readBooks(workspace, books);
        if (!QTest::currentTestFailed())
            QCOMPARE(books["router"], m_new["router"]);
    }

    void writerThatStays_isSaidPlainly_nothingIsStored()
    {
        const QString workspace = copied("stays");
        {
            auto other = store::openWorkspace(workspace.toStdString());
            QVERIFY(other);
            const auto writing = store::sql::Transaction::begin(*other);
            QVERIFY(writing);
            QProcess process;
            start(process, workspace, {"sync", "router"});
            QVERIFY(process.waitForFinished(60'000));
            QCOMPARE(process.exitCode(), 1);
            const QByteArray errors = process.readAllStandardError();
            QVERIFY2(errors.contains("another program is writing to this workspace"), errors.constData());
        }
        Books books;
        readBooks(workspace, books);
        if (!QTest::currentTestFailed())
            QCOMPARE(books, m_old);
    }
};

QTEST_GUILESS_MAIN(TestKilledSync)
#include "tst_killedsync.moc"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importing.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "tests/faults/faultrun.h"
#include "tests/faults/powercut.h"
#include "tests/faults/workspacestate.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/oldschema.h"
#include "tests/testkit/ownconfig.h"
#include "tests/testkit/rounds.h"

#include <atomic>
#include <memory>

using namespace altimeter;
using altimeter::testing::LoopbackServer;
using session::Engine;
using testkit::Charge;
using testkit::DiskCall;

namespace {

constexpr int kLongCuts = 300; ///< of each kind of work; four kinds make 1,200

QByteArray costs(const QString& month, int lines, int seed)
{
    QList<Charge> list;
    for (int i = 0; i < lines; ++i) {
        Charge charge;
        charge.billed = charge.effective = QString("%1.%2").arg(seed + i % 11).arg(i + 1);
        charge.month = month;
        charge.day = QString("%1-%2").arg(month.left(7)).arg(i % 28 + 1, 2, 10, QChar('0'));
        charge.service = QString("Service %1").arg(i % 7);
        charge.tags = QString(R"({"team":"t%1"})").arg(i % 5);
        list << charge;
    }
    return testkit::focusCsv(list);
}

/// The disk as it is before the first recorded call: the file lies there, synced, and so does its name.
std::vector<DiskCall> lyingThere(const QString& file)
{
    DiskCall written, synced, named;
    written.kind = 'w';
    written.path = synced.path = file;
    written.data = testkit::readBytes(file);
    synced.kind = named.kind = 's';
    named.path = QFileInfo(file).path();
    return {written, synced, named};
}

} // namespace

/// Cuts the power after any call of an import, a publication, a sync and a migration. What a program had said to be
/// done is there afterwards, what it was at is there whole or not at all, and everything adds up.
class TestPowerCuts : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const QString obstacle = testkit::faultObstacle(); !obstacle.isEmpty())
            QSKIP(qPrintable(obstacle));
        m_cli = qEnvironmentVariable("ALTIMETER_CLI");
        if (m_cli.isEmpty())
            QSKIP("altimeter-cli is not built");
        QVERIFY(m_dir.isValid());
        m_folder = m_dir.path() + "/disk";
        m_workspace = m_folder + "/w.altimeter";
        m_first = write("first.csv", costs("2026-09-01", 150, 3));
        m_second =
            write("second.csv", costs("2026-09-01", 200, 4) + costs("2026-10-01", 80, 5).split('\n').mid(1).join('\n'));
        m_rules = write("rules.json", R"({"rules":[{"name":"all","when":[],"set":{"team":"one"}}]})");
        m_others = write("others.json", R"({"rules":[{"name":"all","when":[],"set":{"team":"two"}}]})");
    }

    void imports_keepWhatWasDone()
    {
        begin();
        QVERIFY(Engine::create(m_workspace.toStdString()));
        work({{"import", m_first, "--source", "s"}, {"import", m_second, "--source", "s"}});
        cut("import");
    }

    void publications_keepWhatWasDone()
    {
        begin();
        QVERIFY(Engine::create(m_workspace.toStdString()));
        {
            auto engine = Engine::open(m_workspace.toStdString());
            QVERIFY(engine && session::importPaths((*engine)->file(), {m_first.toStdString()}, {}, {}, {}));
        }
        work({{"rules", "apply", m_rules}, {"rules", "apply", m_others}});
        cut("publication");
    }

    void syncs_keepWhatWasDone()
    {
        begin();
        std::atomic<int> version = 1;
        LoopbackServer server([&version](const LoopbackServer::Request& request) {
            LoopbackServer::Answer said;
            said.body = R"({"data":[]})";
            if (request.path.ends_with("/credits"))
                said.body = R"({"data":{"total_credits":10,"total_usage":4.5}})";
            if (!request.path.ends_with("/activity"))
                return said;
            said.body = R"({"data":[{"date":")" + request.parameter("date") +
                        R"(","model":"m","model_permaslug":"m-1","endpoint_id":"e","provider_name":"V","usage":)" +
                        std::to_string(version) +
                        R"(.25,"byok_usage_inference":0,"requests":1,"prompt_tokens":1,"completion_tokens":1}]})";
            return said;
        });
        qputenv("POWER_CUT_KEY", "sk-a-test");
        qputenv("XDG_RUNTIME_DIR", "");
        {
            auto engine = Engine::create(m_workspace.toStdString());
            QVERIFY(engine);
            (*engine)->connections().setSecretStore(session::memorySecretStore("a test"));
            ConnectionSettings settings;
            settings.name = "router";
            settings.kind = "openrouter";
            settings.values["base_url"] = server.url() + "/router";
            QVERIFY((*engine)->connections().save(settings, {{"management_key", "env:POWER_CUT_KEY"}}).ok());
        }
        const Day today = Instant{QDateTime::currentSecsSinceEpoch()}.day();
        const auto sync = [&today](int ago) {
            return QStringList{"sync",   "router",
                               "--from", QString::fromStdString(toString(today - ago)),
                               "--to",   QString::fromStdString(toString(today - ago + 2))};
        };
        work({sync(9), sync(6)});
        version = 2;
        workOn({sync(9)});
        cut("sync");
    }

    void migration_keepsWhatWasThere()
    {
        begin();
        {
            auto engine = Engine::create(m_workspace.toStdString());
            QVERIFY(engine && session::importPaths((*engine)->file(), {m_first.toStdString()}, {}, {}, {}));
            engine->reset();
            auto db = store::openWorkspace(m_workspace.toStdString());
            QVERIFY(db && testkit::makeSchemaTwo(*db));
        }
        work({{"sources"}});
        cut("migration");
    }

private:
    QString write(const QString& name, const QByteArray& text)
    {
        return QString::fromStdString(testkit::writeFile(m_dir.path(), name, text).string());
    }

    void begin()
    {
        QDir(m_folder).removeRecursively();
        QVERIFY(QDir().mkpath(m_folder));
        m_calls.clear();
        m_done.clear();
        m_states.clear();
    }

    /// What a copy of the file says; the file itself keeps its bytes, which the record speaks of.
    std::string stateNow()
    {
        const QString copy = m_dir.path() + "/copy.altimeter";
        for (const char* ending : {"", "-wal", "-shm"}) {
            QFile::remove(copy + ending);
            QFile::copy(m_workspace + ending, copy + ending);
        }
        return stateIn(copy);
    }
    static std::string stateIn(const QString& workspace)
    {
        const auto engine = Engine::open(workspace.toStdString());
        if (!engine)
            return "cannot be opened: " + engine.error().text();
        if (!(*engine)->info().damage.empty())
            return "is damaged: " + (*engine)->info().damage.front();
        const testkit::WorkspaceState state = testkit::stateOf(**engine);
        return (state.isTold ? "does not add up: " : "") + state.error + state.figures;
    }

    /// Runs these commands one after the other, from the file as it is.
    void work(const QList<QStringList>& commands)
    {
        m_calls = lyingThere(m_workspace);
        m_done = {m_calls.size()};
        m_states = {stateNow()};
        workOn(commands);
    }
    void workOn(const QList<QStringList>& commands)
    {
        for (const QStringList& command : commands) {
            const QString record = m_dir.path() + "/record";
            QFile::remove(record);
            qputenv("IOFAULT_RECORD", record.toUtf8());
            const auto outcome = testkit::runWithFault(
                m_cli, QStringList{"--workspace", m_workspace, "--quiet"} + command, {m_folder, "kill", 0});
            qunsetenv("IOFAULT_RECORD");
            QVERIFY2(outcome.exitCode == 0, qPrintable(command.join(' ') + ": " + outcome.message));
            const auto calls = testkit::readRecord(record);
            QVERIFY(calls.size() > 8);
            m_calls.insert(m_calls.end(), calls.begin(), calls.end());
            m_done.push_back(m_calls.size());
            m_states.push_back(stateNow());
        }
    }

    void cut(const char* what)
    {
        if (QTest::currentTestFailed())
            return;
        const std::size_t first = m_done.front();
        const std::size_t span = m_calls.size() - first;
        const int cuts = testkit::rounds(20, kLongCuts);
        int old = 0;
        for (int each = 0; each < cuts; ++each) {
            const std::size_t at = first + span * static_cast<std::size_t>(each) / static_cast<std::size_t>(cuts) +
                                   (each % 2 == 0 ? 1 : 0);
            const QString left = m_dir.path() + "/left";
            QDir(left).removeRecursively();
            testkit::replayCut(m_calls, at, m_folder, left, static_cast<std::uint32_t>(each), each % 3 == 0);
            std::size_t done = 0; // commands that had ended
            while (done + 1 < m_done.size() && m_done[done + 1] <= at)
                ++done;
            const std::string found = stateIn(left + "/w.altimeter");
            const bool isOld = found == m_states[done];
            const bool isNew = done + 1 < m_states.size() && found == m_states[done + 1];
            old += isOld ? 1 : 0;
            QVERIFY2(isOld || isNew, qPrintable(QString("%1: cut %2 after call %3 of %4, %5 commands done: %6")
                                                    .arg(what)
                                                    .arg(each)
                                                    .arg(at)
                                                    .arg(m_calls.size())
                                                    .arg(done)
                                                    .arg(QString::fromStdString(found).left(300))));
        }
        qInfo("%s: %d power cuts in %zu calls, %d left the state before, %d the one after; 0 lost, 0 torn", what, cuts,
              span, old, cuts - old);
    }

    const altimeter::testing::OwnConfig m_config;
    QTemporaryDir m_dir;
    QString m_cli, m_folder, m_workspace, m_first, m_second, m_rules, m_others;
    std::vector<DiskCall> m_calls;
    std::vector<std::size_t> m_done;   ///< calls when nothing, the first, the second … command had ended
    std::vector<std::string> m_states; ///< what the file said then
};

QTEST_GUILESS_MAIN(TestPowerCuts)
#include "tst_powercuts.moc"

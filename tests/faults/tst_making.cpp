#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/workspace/engine.h"
#include "app/session/workspace/views.h"
#include "models/store/file/backup.h"
#include "models/store/file/workspace.h"
#include "tests/faults/faultrun.h"
#include "tests/faults/powercut.h"
#include "tests/faults/workspacestate.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/oldschema.h"
#include "tests/testkit/rounds.h"

#include <memory>
#include <random>

using namespace altimeter;
using session::Engine;
using testkit::Charge;
using testkit::FaultOutcome;

namespace {

bool isLong()
{
    return qEnvironmentVariableIntValue("ALTIMETER_LONG") > 0;
}

} // namespace

/// Makes and upgrades workspaces while the program is killed, the disk fills or fails, and the power is cut: afterwards
/// there is no workspace or a whole one, and nothing stands in the way of the next try.
class TestMaking : public QObject {
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
        m_costs = QString::fromStdString(
            testkit::writeFile(m_dir.path(), "costs.csv", testkit::focusCsv({Charge{}, Charge{}})).string());
    }

    void init_atEveryCall_leavesNothingOrAWhole_data() { modes(); }
    void init_atEveryCall_leavesNothingOrAWhole()
    {
        QFETCH(QString, mode);
        QFETCH(int, turn);
        const QString folder = fresh("init");
        const QString workspace = folder + "/new.altimeter";
        const QStringList arguments{"--quiet", "init", workspace};
        const FaultOutcome whole = testkit::runWithFault(m_cli, arguments, {folder, mode, 0});
        QVERIFY2(whole.ended && whole.exitCode == 0, qPrintable(whole.message));
        QVERIFY2(whole.calls > 8, qPrintable(QString::number(whole.calls)));
        QCOMPARE(names(folder), QStringList{"new.altimeter"});
        int absent = 0;
        // Several kinds of the same call points: 300 kills in a long run, whatever the number of calls.
        const QList<int> points = testkit::faultPoints(whole.calls, testkit::rounds(15, whole.calls), turn);
        const int rounds = isLong() && (mode == "kill" || mode == "half") ? 150 / qMax(1, int(points.size())) + 1 : 1;
        for (int round = 0; round < rounds; ++round) {
            for (const int at : points) {
                fresh("init");
                const FaultOutcome outcome = testkit::runWithFault(m_cli, arguments, {folder, mode, at});
                const QString place = placeOf(mode, at, whole.calls, outcome);
                QVERIFY2(outcome.ended, qPrintable(place));
                QVERIFY2(outcome.killed || outcome.exitCode == 0 || outcome.message.contains(workspace),
                         qPrintable(place));
                QVERIFY2(!QFile::exists(workspace) || isWhole(workspace), qPrintable(place + m_complaint));
                QVERIFY2(outcome.killed || outcome.exitCode != 0 || QFile::exists(workspace), qPrintable(place));
                absent += QFile::exists(workspace) ? 0 : 1;
                // The next try works, and clears away what a kill left.
                if (!QFile::exists(workspace)) {
                    const FaultOutcome again = testkit::runWithFault(m_cli, arguments, {folder, mode, 0});
                    QVERIFY2(again.exitCode == 0, qPrintable(place + again.message));
                    QVERIFY2(isWhole(workspace), qPrintable(place + m_complaint));
                    QVERIFY2(names(folder) == QStringList{"new.altimeter"},
                             qPrintable(place + names(folder).join(' ')));
                }
            }
        }
        qInfo("init, %s: %lld of %d calls tried %d times, %d left nothing, the rest a whole workspace; 0 stumps",
              qPrintable(mode), static_cast<long long>(points.size()), whole.calls, rounds, absent);
        QVERIFY(absent > 0);
    }

    void firstImport_killed_leavesNoStumpOfTheDefaultWorkspace()
    {
        const QString folder = fresh("data");
        const QByteArray before = qgetenv("XDG_DATA_HOME");
        qputenv("XDG_DATA_HOME", folder.toUtf8());
        const QString workspace = folder + "/altimeter/default.altimeter";
        const QStringList arguments{"--quiet", "import", m_costs};
        const FaultOutcome whole = testkit::runWithFault(m_cli, arguments, {folder, "kill", 0});
        QCOMPARE(whole.exitCode, 0);
        const QList<int> points = testkit::faultPoints(whole.calls, testkit::rounds(15, whole.calls), 1);
        for (const int at : points) {
            fresh("data");
            const FaultOutcome outcome = testkit::runWithFault(m_cli, arguments, {folder, "kill", at});
            const QString place = placeOf("kill", at, whole.calls, outcome);
            QVERIFY2(outcome.killed, qPrintable(place));
            QVERIFY2(!QFile::exists(workspace) || isWhole(workspace), qPrintable(place + m_complaint));
            const FaultOutcome again = testkit::runWithFault(m_cli, arguments, {folder, "kill", 0});
            QVERIFY2(again.exitCode == 0, qPrintable(place + again.message));
            const auto engine = Engine::open(workspace.toStdString());
            QVERIFY2(engine && (*engine)->info().rows == 2, qPrintable(place));
        }
        qputenv("XDG_DATA_HOME", before);
    }

    void init_powerCut_leavesNothingOrAWhole()
    {
        const QString folder = fresh("cut");
        const QString record = m_dir.path() + "/record";
        QFile::remove(record);
        qputenv("IOFAULT_RECORD", record.toUtf8());
        const FaultOutcome outcome =
            testkit::runWithFault(m_cli, {"--quiet", "init", folder + "/new.altimeter"}, {folder, "kill", 0});
        qunsetenv("IOFAULT_RECORD");
        QCOMPARE(outcome.exitCode, 0);
        const auto calls = testkit::readRecord(record);
        QVERIFY2(calls.size() > 8, qPrintable(QString::number(calls.size())));
        const int cuts = isLong() ? 300 : 40; // few of them leave a whole workspace, and none starts a program
        int absent = 0;
        for (int cut = 0; cut < cuts; ++cut) {
            const QString left = fresh("left");
            const auto seed = static_cast<std::uint32_t>(cut);
            const std::size_t at = (calls.size() * static_cast<std::size_t>(cut)) / static_cast<std::size_t>(cuts) + 1;
            testkit::replayCut(calls, at, folder, left, seed, cut % 2 == 0);
            const QString workspace = left + "/new.altimeter";
            const QString place = QString("cut %1 after call %2 of %3").arg(cut).arg(at).arg(calls.size());
            QVERIFY2(!QFile::exists(workspace) || isWhole(workspace), qPrintable(place + m_complaint));
            if (!QFile::exists(workspace)) {
                ++absent;
                QVERIFY2(Engine::create(workspace.toStdString()), qPrintable(place));
                QVERIFY2(isWhole(workspace), qPrintable(place + m_complaint));
            }
        }
        qInfo("init: %d power cuts in %zu calls, %d left nothing, %d a whole workspace; 0 stumps", cuts, calls.size(),
              absent, cuts - absent);
        QVERIFY(absent > 0 && absent < cuts);
    }

    void init_twiceAtOnce_oneWins()
    {
        for (int round = 0; round < testkit::rounds(6, 40); ++round) {
            const QString workspace = fresh("twice") + "/new.altimeter";
            QCOMPARE(exitCodes({"--quiet", "init", workspace}, 2), (QList<int>{0, 1}));
            QVERIFY2(isWhole(workspace), qPrintable(m_complaint));
            QCOMPARE(names(m_dir.path() + "/twice"), QStringList{"new.altimeter"});
        }
    }

    void migration_atEveryCall_leavesOldOrNew_data() { modes(); }
    void migration_atEveryCall_leavesOldOrNew()
    {
        QFETCH(QString, mode);
        QFETCH(int, turn);
        const QString old = oldWorkspace();
        const QString folder = fresh("migration");
        const QString workspace = folder + "/old.altimeter";
        const QStringList arguments{"--workspace", workspace, "--quiet", "sources"};
        QVERIFY(QFile::copy(old, workspace));
        const FaultOutcome whole = testkit::runWithFault(m_cli, arguments, {folder, mode, 0});
        QVERIFY2(whole.exitCode == 0, qPrintable(whole.message));
        const auto backups = store::listBackups(workspace.toStdString());
        QCOMPARE(backups.size(), std::size_t{1});
        QCOMPARE(backups.front().reason, std::string("migration"));
        const QList<int> points = testkit::faultPoints(whole.calls, testkit::rounds(8, whole.calls), turn);
        for (const int at : points) {
            fresh("migration");
            QVERIFY(QFile::copy(old, workspace));
            const FaultOutcome outcome = testkit::runWithFault(m_cli, arguments, {folder, mode, at});
            const QString place = placeOf(mode, at, whole.calls, outcome);
            QVERIFY2(outcome.ended, qPrintable(place));
            QVERIFY2(outcome.killed || outcome.exitCode == 0 || !outcome.message.contains("damaged"),
                     qPrintable(place));
            const auto engine = Engine::open(workspace.toStdString());
            QVERIFY2(engine.ok(), engine.ok() ? "" : qPrintable(place + engine.error().text().c_str()));
            QCOMPARE((*engine)->info().rows, std::uint64_t{2});
            QVERIFY2((*engine)->info().damage.empty(), qPrintable(place));
        }
        qInfo("migration, %s: %lld of %d calls, 0 lost", qPrintable(mode), static_cast<long long>(points.size()),
              whole.calls);
    }

    /// F14: 38 of 40 rounds one of them said that the workspace is damaged.
    void oldFile_openedByFourAtOnce_isNeverCalledDamaged()
    {
        const QString old = oldWorkspace();
        const int rounds = testkit::rounds(5, 40);
        for (int round = 0; round < rounds; ++round) {
            const QString workspace = fresh("four") + "/old.altimeter";
            QVERIFY(QFile::copy(old, workspace));
            QCOMPARE(exitCodes({"--workspace", workspace, "--quiet", "sources"}, 4), (QList<int>{0, 0, 0, 0}));
            const auto engine = Engine::open(workspace.toStdString());
            QVERIFY(engine && (*engine)->info().rows == 2 && (*engine)->info().damage.empty());
            QCOMPARE(store::listBackups(workspace.toStdString()).size(), std::size_t{1});
        }
        qInfo("%d rounds of four programs on a file of schema 2: 0 refused", rounds);
    }

private:
    void modes()
    {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<int>("turn");
        int turn = 0;
        for (const char* mode : {"kill", "half", "enospc", "enospc-sticky", "eio", "eio-sticky"})
            QTest::newRow(mode) << mode << turn++;
    }

    /// An empty folder of this name.
    QString fresh(const QString& name)
    {
        const QString folder = m_dir.path() + '/' + name;
        QDir(folder).removeRecursively();
        QDir().mkpath(folder);
        return folder;
    }

    QString oldWorkspace()
    {
        const QString path = m_dir.path() + "/schema2.altimeter";
        if (QFile::exists(path))
            return path;
        auto engine = Engine::create(path.toStdString());
        if (!engine || !session::importPaths((*engine)->file(), {m_costs.toStdString()}, {}, {}, {}))
            qFatal("cannot make a workspace");
        engine->reset();
        auto db = store::openWorkspace(path.toStdString());
        if (!db || !testkit::makeSchemaTwo(*db))
            qFatal("cannot take the workspace back to schema 2");
        return path;
    }

    static QString placeOf(const QString& mode, int at, int calls, const FaultOutcome& outcome)
    {
        return QString("%1 at call %2 of %3: exit %4, %5 ")
            .arg(mode)
            .arg(at)
            .arg(calls)
            .arg(outcome.exitCode)
            .arg(outcome.message);
    }

    static QStringList names(const QString& folder)
    {
        return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    /// Starts the program several times at once; the exit codes in order of size.
    QList<int> exitCodes(const QStringList& arguments, int count)
    {
        std::vector<std::unique_ptr<QProcess>> programs;
        for (int i = 0; i < count; ++i) {
            programs.push_back(std::make_unique<QProcess>());
            programs.back()->setProcessChannelMode(QProcess::ForwardedErrorChannel);
            programs.back()->setStandardOutputFile(QProcess::nullDevice());
            programs.back()->start(m_cli, arguments);
        }
        QList<int> codes;
        for (const auto& program : programs) {
            program->waitForFinished(60'000);
            codes << (program->exitStatus() == QProcess::NormalExit ? program->exitCode() : -1);
        }
        std::sort(codes.begin(), codes.end());
        return codes;
    }

    /// Opens, holds the default rules, can be written.
    bool isWhole(const QString& workspace)
    {
        auto engine = Engine::open(workspace.toStdString());
        const QString problem = !engine                              ? QString::fromStdString(engine.error().text())
                                : (*engine)->info().rulesVersion < 1 ? "there are no rules"
                                : !session::saveView((*engine)->file(), {"v", "explore", "{}"}) ? "it cannot be written"
                                                                                                : QString();
        m_complaint = " -- " + problem;
        return problem.isEmpty();
    }

    QTemporaryDir m_dir;
    QString m_cli;
    QString m_costs;
    QString m_complaint;
};

QTEST_GUILESS_MAIN(TestMaking)
#include "tst_making.moc"

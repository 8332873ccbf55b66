#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "tests/faults/faultrun.h"
#include "tests/faults/workspacestate.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace altimeter;
using session::Engine;
using testkit::Charge;
using testkit::Fault;
using testkit::FaultOutcome;

namespace {

constexpr const char* kNothingChanged = "nothing was changed";

QList<Charge> charges(const QString& amount, const QString& month, const QString& note, int lines)
{
    QList<Charge> list;
    for (int i = 0; i < lines; ++i) {
        Charge charge;
        charge.billed = charge.effective = amount;
        charge.month = month;
        charge.day = QString("%1-%2").arg(month.left(7)).arg(i % 28 + 1, 2, 10, QChar('0'));
        charge.service = QString("Service %1").arg(i % 40);
        charge.tags = QString(R"({"team":"t%1","job":"%2 %3"})").arg(i % 9).arg(note).arg(i % 500);
        charge.extra = QString("%1 %2").arg(note).arg(i);
        list.append(charge);
    }
    return list;
}

/// What this program does when it is started as the program under test: writes an export or the weekly report.
int writeOutput(const QStringList& arguments)
{
    const auto engine = Engine::open(arguments.at(2).toStdString());
    if (!engine) {
        std::fprintf(stderr, "%s\n", engine.error().text().c_str());
        return 4;
    }
    const std::string target = arguments.at(3).toStdString();
    const auto written = arguments.at(1) == "--export"
                             ? answer(*(*engine)->snapshot(), ExportQuestion{{}, target}, {})
                             : answer(*(*engine)->snapshot(), WeeklyReportQuestion{target, CostLens::Billed}, {});
    if (!written)
        std::fprintf(stderr, "%s\n", written.error().text().c_str());
    return written ? 0 : 1;
}

} // namespace

/// Makes the disk fail at every call of an import, an export and a report. The old or the new state must be there,
/// whole, and the program must say what happened.
class TestIoFaults : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const QString obstacle = testkit::faultObstacle(); !obstacle.isEmpty())
            QSKIP(qPrintable(obstacle));
        QVERIFY(m_dir.isValid());
        m_pristine = m_dir.path() + "/pristine.altimeter";
        m_oldFile =
            testkit::writeFile(m_dir.path(), "old.csv", testkit::focusCsv(charges("1.5", "2026-09-01", "a", 600)));
        m_newFile = testkit::writeFile(m_dir.path(), "new.csv",
                                       testkit::focusCsv(charges("2.25", "2026-09-01", "b", 900) +
                                                         charges("0.123456789", "2026-10-01", "c", 900)));
        auto engine = Engine::create(m_pristine.toStdString());
        QVERIFY(engine);
        QVERIFY(session::importPaths((*engine)->file(), {m_oldFile}, {"focus"}, {}, {}));
        m_oldFigures = testkit::stateOf(**engine).figures;
    }

    void import_atEveryCall_leavesOldOrNew_andSaysSo_data()
    {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<int>("turn");
        int turn = 0;
        for (const char* mode : {"kill", "half", "enospc", "enospc-sticky", "eio", "eio-sticky"})
            QTest::newRow(mode) << mode << turn++;
    }
    void import_atEveryCall_leavesOldOrNew_andSaysSo()
    {
        QFETCH(QString, mode);
        QFETCH(int, turn);
        const QString program = qEnvironmentVariable("ALTIMETER_CLI");
        if (program.isEmpty())
            QSKIP("altimeter-cli is not built");
        if (m_newFigures.empty())
            runUndisturbed(program);
        QVERIFY2(m_calls > 150, qPrintable(QString::number(m_calls)));
        int old = 0;
        int fresh = 0;
        int quiet = 0;
        const QList<int> points = testkit::faultPoints(m_calls, testkit::rounds(40, m_calls), turn);
        for (const int at : points) {
            const QString workspace = freshCopy();
            const FaultOutcome outcome = testkit::runWithFault(program, importOf(workspace), {workspace, mode, at});
            const QString place = QString("%1 at call %2 of %3: exit %4, %5")
                                      .arg(mode)
                                      .arg(at)
                                      .arg(m_calls)
                                      .arg(outcome.exitCode)
                                      .arg(outcome.message);
            QVERIFY2(outcome.ended, qPrintable(place));
            QVERIFY2(outcome.killed == (mode == "kill" || mode == "half"), qPrintable(place));
            bool isOld = false;
            QVERIFY2(isWhole(workspace, isOld), qPrintable(place + m_complaint));
            if (!outcome.killed) {
                QVERIFY2(outcome.exitCode == 0 || outcome.exitCode == 1, qPrintable(place));
                QVERIFY2(outcome.exitCode != 0 || !isOld, qPrintable("false success: " + place));
                QVERIFY2(outcome.exitCode == 0 || outcome.message.contains(workspace), qPrintable(place));
                QVERIFY2(isOld || !outcome.message.contains(kNothingChanged), qPrintable("false message: " + place));
                QVERIFY2(outcome.exitCode == 0 || !mode.startsWith("enospc") || outcome.message.contains("full"),
                         qPrintable(place));
                quiet += outcome.exitCode == 0 ? 1 : 0;
            }
            ++(isOld ? old : fresh);
            QVERIFY2(continuesToNew(workspace), qPrintable(place + m_complaint));
        }
        qInfo("%s: %lld of %d calls, %d old, %d new, %d of them a harmless failure after the import, 0 torn",
              qPrintable(mode), static_cast<long long>(points.size()), m_calls, old, fresh, quiet);
        QVERIFY(old > 0);
        QVERIFY(fresh > 0);
    }

    void output_atEveryCall_isWhole_oldOrNew_withoutLitter_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QString>("mode");
        QTest::addColumn<int>("turn");
        int turn = 0;
        for (const char* verb : {"--export", "--report"}) {
            for (const char* mode : {"kill", "half", "enospc", "enospc-sticky", "eio", "eio-sticky"})
                QTest::addRow("%s %s", verb, mode) << verb << mode << turn++;
        }
    }
    void output_atEveryCall_isWhole_oldOrNew_withoutLitter()
    {
        QFETCH(QString, verb);
        QFETCH(QString, mode);
        QFETCH(int, turn);
        if ((mode == "kill" || mode == "half") && !knowsNamelessFiles())
            QSKIP("this file system knows no nameless files: a kill leaves the temporary file, as documented");
        const QString folder = m_dir.path() + "/outputs";
        const QByteArray oldBytes = "an older file\n";
        const QString file = folder + (verb == "--export" ? "/charges.csv" : "/weekly-2026-09-28.pdf");
        const QStringList words{"tst_iofaults", verb, m_pristine, verb == "--export" ? file : folder};
        const auto arguments = [&] {
            QDir(folder).removeRecursively();
            QDir().mkpath(folder);
            testkit::writeFile(folder, QFileInfo(file).fileName(), oldBytes);
            return words;
        };
        const QString program = QCoreApplication::applicationFilePath();
        const FaultOutcome whole = testkit::runWithFault(program, arguments(), {folder, mode, 0});
        QVERIFY2(whole.ended && whole.exitCode == 0, qPrintable(whole.message));
        const QByteArray newBytes = testkit::readBytes(file);
        QVERIFY(newBytes.size() > 1000);
        QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Hidden).size(), 1);
        QVERIFY2(whole.calls >= 4, qPrintable(QString::number(whole.calls)));
        int old = 0;
        int litter = 0;
        const QList<int> points = testkit::faultPoints(whole.calls, testkit::rounds(whole.calls), turn);
        for (const int at : points) {
            const FaultOutcome outcome = testkit::runWithFault(program, arguments(), {folder, mode, at});
            const QString place = QString("%1 %2 at call %3 of %4: exit %5, %6")
                                      .arg(verb, mode)
                                      .arg(at)
                                      .arg(whole.calls)
                                      .arg(outcome.exitCode)
                                      .arg(outcome.message);
            QVERIFY2(outcome.ended, qPrintable(place));
            QVERIFY2(outcome.killed == (mode == "kill" || mode == "half"), qPrintable(place));
            const QByteArray found = testkit::readBytes(file);
            QVERIFY2(found == oldBytes || found == newBytes, qPrintable(place));
            old += found == oldBytes ? 1 : 0;
            if (!outcome.killed) {
                QVERIFY2(outcome.exitCode == 0 || outcome.message.contains(folder), qPrintable(place));
                QVERIFY2(outcome.exitCode == 0 || found == oldBytes, qPrintable("false failure: " + place));
                QVERIFY2(outcome.exitCode != 0 || found == newBytes, qPrintable("false success: " + place));
                QVERIFY2(outcome.exitCode == 0 || !mode.startsWith("enospc") || outcome.message.contains("bytes free"),
                         qPrintable(place));
                QVERIFY2(hasOnly(folder, file), qPrintable(place + m_complaint));
            }
            litter += hasOnly(folder, file) ? 0 : 1;
            // The next run leaves nothing behind, whatever the one before could not clear away.
            const FaultOutcome again = testkit::runWithFault(program, words, {folder, mode, 0});
            QCOMPARE(again.exitCode, 0);
            QVERIFY2(testkit::readBytes(file) == newBytes, qPrintable(place));
            QVERIFY2(hasOnly(folder, file), qPrintable(place + m_complaint));
        }
        // Only a kill between naming the file and renaming it can leave one until then.
        QVERIFY2(litter <= 1, qPrintable(QString::number(litter)));
        qInfo("%s %s: %lld of %d calls, %d old, %lld new, 0 mixed, %d with a file left over until the next run",
              qPrintable(verb), qPrintable(mode), static_cast<long long>(points.size()), whole.calls, old,
              static_cast<long long>(points.size()) - old, litter);
    }

private:
    bool knowsNamelessFiles() const
    {
        const int fd = ::open(qPrintable(m_dir.path()), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
        return fd >= 0 && ::close(fd) == 0;
    }

    QString freshCopy()
    {
        const QString folder = m_dir.path() + "/run";
        QDir(folder).removeRecursively();
        QDir().mkpath(folder);
        const QString workspace = folder + "/faulty.altimeter";
        if (!QFile::copy(m_pristine, workspace))
            qFatal("cannot copy the workspace");
        return workspace;
    }

    QStringList importOf(const QString& workspace) const
    {
        return {"--workspace", workspace, "--quiet", "import", QString::fromStdString(m_newFile.string()),
                "--source",    "focus"};
    }

    void runUndisturbed(const QString& program)
    {
        const QString workspace = freshCopy();
        const FaultOutcome outcome = testkit::runWithFault(program, importOf(workspace), {workspace, "kill", 0});
        QVERIFY2(outcome.ended && outcome.exitCode == 0, qPrintable(outcome.message));
        m_calls = outcome.calls;
        const auto engine = Engine::open(workspace.toStdString());
        QVERIFY2(engine.ok(), engine.ok() ? "" : engine.error().text().c_str());
        m_newFigures = testkit::stateOf(**engine).figures;
        QVERIFY(!m_newFigures.empty() && m_newFigures != m_oldFigures);
    }

    /// True when the workspace opens undamaged with exactly the old or the new figures and an unbroken audit trail.
    bool isWhole(const QString& workspace, bool& isOld)
    {
        const auto engine = Engine::open(workspace.toStdString());
        if (!engine)
            return complain("cannot be opened: " + engine.error().text());
        const testkit::WorkspaceState state = testkit::stateOf(**engine);
        if (state.isTold)
            return complain("damage: " + state.error);
        if (state.figures != m_oldFigures && state.figures != m_newFigures)
            return complain("neither old nor new figures");
        isOld = state.figures == m_oldFigures;
        const auto lines = answer(*(*engine)->snapshot(), ChargesQuestion{{}, 0, 10'000, false}, {});
        if (!lines || lines->rows.size() != (*engine)->info().rows)
            return complain("charge lines are missing");
        const auto reader = store::openReader(workspace.toStdString());
        if (!reader)
            return complain(reader.error().text());
        const Status audit = store::verifyAudit(*reader);
        return audit ? true : complain(audit.error().text());
    }

    /// True when a further, undisturbed import ends with the figures of a run that never failed, in one file.
    bool continuesToNew(const QString& workspace)
    {
        {
            auto engine = Engine::open(workspace.toStdString());
            if (!engine)
                return complain(engine.error().text());
            const auto report = session::importPaths((*engine)->file(), {m_newFile}, {"focus"}, {}, {});
            if (!report)
                return complain("the next import: " + report.error().text());
            const testkit::WorkspaceState state = testkit::stateOf(**engine);
            if (state.isTold || state.figures != m_newFigures)
                return complain("other figures than an undisturbed run");
        }
        return hasOnly(QFileInfo(workspace).path(), workspace);
    }

    bool hasOnly(const QString& folder, const QString& file)
    {
        const QStringList names = QDir(folder).entryList(QDir::Files | QDir::Hidden);
        return names == QStringList{QFileInfo(file).fileName()} || complain("litter: " + names.join(' ').toStdString());
    }

    bool complain(const std::string& what)
    {
        m_complaint = " -- " + QString::fromStdString(what);
        return false;
    }

    QTemporaryDir m_dir;
    QString m_pristine;
    std::filesystem::path m_oldFile;
    std::filesystem::path m_newFile;
    std::string m_oldFigures;
    std::string m_newFigures;
    int m_calls = 0;
    QString m_complaint;
};

static int runIoFaults(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && (arguments.at(1) == "--export" || arguments.at(1) == "--report"))
        return writeOutput(arguments);
    TestIoFaults test;
    return QTest::qExec(&test, argc, argv);
}

static const testing::TestClass registeredIoFaults(__FILE__, runIoFaults);
#include "tst_iofaults.moc"

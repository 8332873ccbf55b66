#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

using namespace altimeter;
using session::Engine;
using testkit::Charge;

/// Kills the real program at random moments of an import; every workspace must open whole, with the old lines or the
/// new.
class TestKilledImport : public QObject {
    Q_OBJECT

private slots:
    void killAtRandomMoments_workspaceIsWhole_oldOrNew()
    {
        const QString program = qEnvironmentVariable("ALTIMETER_CLI");
        if (program.isEmpty())
            QSKIP("altimeter-cli is not built");
        QTemporaryDir dir;
        const QString pristine = dir.path() + "/pristine.altimeter";
        const auto oldFile = testkit::writeFile(dir.path(), "old.csv", charges("1.5", 4000));
        const auto newFile = testkit::writeFile(dir.path(), "new.csv", charges("2.25", 40'000));
        std::uint64_t oldRevision = 0;
        {
            auto engine = Engine::create(pristine.toStdString());
            QVERIFY(engine);
            QVERIFY(session::importPaths((*engine)->file(), {oldFile}, {"costs"}, {}, {}));
            oldRevision = (*engine)->info().revision;
        }
        const std::string oldTotal = "6000";
        const std::string newTotal = "90000";

        const auto start = [&](const QString& workspace, QProcess& process) {
            process.setStandardOutputFile(QProcess::nullDevice());
            process.setStandardErrorFile(QProcess::nullDevice());
            process.start(program, {"--workspace", workspace, "--quiet", "import",
                                    QString::fromStdString(newFile.string()), "--source", "costs"});
            return process.waitForStarted();
        };
        QElapsedTimer timer;
        timer.start();
        {
            const QString workspace = dir.path() + "/timed.altimeter";
            QVERIFY(QFile::copy(pristine, workspace));
            QProcess process;
            QVERIFY(start(workspace, process));
            QVERIFY(process.waitForFinished(60'000));
            QCOMPARE(process.exitCode(), 0);
        }
        const int whole = static_cast<int>(timer.elapsed());
        QRandomGenerator random(99);
        int old = 0;
        int fresh = 0;
        const int kills = testkit::rounds(50, 1000);
        for (int i = 0; i < kills; ++i) {
            const QString workspace = dir.path() + QString("/k%1.altimeter").arg(i);
            QVERIFY(QFile::copy(pristine, workspace));
            QProcess process;
            QVERIFY(start(workspace, process));
            QTest::qSleep(static_cast<int>(random.bounded(static_cast<quint32>(whole + whole / 5 + 1))));
            process.kill();
            QVERIFY(process.waitForFinished(60'000));
            auto engine = Engine::open(workspace.toStdString());
            QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
            QVERIFY((*engine)->info().damage.empty());
            CostQuery total;
            total.lens = CostLens::Billed;
            const auto table = answer(*(*engine)->snapshot(), TableQuestion{total}, {});
            QVERIFY(table && table->totals.size() == 1);
            const std::string found = table->totals.front().cost.toString(0);
            QVERIFY2(found == oldTotal || found == newTotal, found.c_str());
            QCOMPARE(found == oldTotal, (*engine)->info().revision == oldRevision);
            ++(found == oldTotal ? old : fresh);
            const auto checked = answer(*(*engine)->snapshot(), ProofQuestion{}, {});
            QVERIFY(checked);
            for (const ProofLine& line : *checked)
                QVERIFY(line.reconciled());
        }
        qInfo("%d kills over %d ms: %d old, %d new, 0 torn", kills, whole, old, fresh);
        QVERIFY(old > 0);
    }

private:
    static QByteArray charges(const QString& amount, int lines)
    {
        QList<Charge> list;
        for (int i = 0; i < lines; ++i) {
            Charge charge;
            charge.billed = charge.effective = amount;
            charge.service = QString("Service %1").arg(i % 40);
            charge.tags = QString(R"({"team":"t%1"})").arg(i % 9);
            list.append(charge);
        }
        return testkit::focusCsv(list);
    }
};

QTEST_GUILESS_MAIN(TestKilledImport)
#include "tst_killedimport.moc"

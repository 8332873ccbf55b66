#include <QtTest/QtTest>

#include <QDir>
#include <QTemporaryDir>

#include "tests/cli/clirunner.h"

using altimeter::testing::CliAnswer;
using altimeter::testing::cliProgram;
using altimeter::testing::readFile;
using altimeter::testing::runCli;
using altimeter::testing::writeFile;

namespace {

/// Of a few charges, each "day,sub account,amount".
QByteArray costs(const QByteArrayList& charges)
{
    QByteArray csv = "BilledCost,EffectiveCost,BillingCurrency,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,"
                     "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ProviderName,ServiceName,SubAccountId\n";
    for (const QByteArray& charge : charges) {
        const QByteArrayList cells = charge.split(',');
        csv += cells[2] + ',' + cells[2] + ",EUR,E-7,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,2026-03-" + cells[0] +
               "T00:00:00Z,2026-03-" + cells[0] + "T23:59:59Z,Usage,AWS,Compute," + cells[1] + '\n';
    }
    return csv;
}

/// A workspace in a folder of its own.
class Bench {
public:
    Bench() { runCli(m_folder.path(), {QStringLiteral("init"), QStringLiteral("w.altimeter")}); }
    CliAnswer ask(const QStringList& words) const
    {
        return runCli(m_folder.path(),
                      QStringList{QStringLiteral("--workspace"), QStringLiteral("w.altimeter"),
                                  QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--quiet")} +
                          words);
    }
    /// The answer's lines behind the header.
    QByteArrayList lines(const QStringList& words) const
    {
        QByteArrayList all = ask(words).out.split('\n');
        all.removeFirst();
        all.removeAll(QByteArray());
        return all;
    }
    QByteArrayList sources() const
    {
        QByteArrayList names;
        for (const QByteArray& line : lines({QStringLiteral("sources")}))
            names << line.left(line.indexOf(','));
        return names;
    }
    QByteArray total() const
    {
        const QByteArrayList totals = lines({QStringLiteral("totals")});
        return totals.isEmpty() ? QByteArray() : totals.first().split(',')[1];
    }
    QString write(const QString& name, const QByteArray& text) const
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).absolutePath());
        writeFile(path, text);
        return path;
    }
    QString path(const QString& name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
};

QString faults()
{
    return qEnvironmentVariable("ALTIMETER_SHARED") + QStringLiteral("/data/faults/");
}

} // namespace

/// Imports by hand, as people do them: what was found to lose or double money, with the right values.
class TestImportCases : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (cliProgram().isEmpty())
            QSKIP("ALTIMETER_CLI names no program");
    }

    // the cases that were handed in

    void twoExportsOfOneAccount_withoutASource_areTwoSources()
    {
        const QByteArray a = readFile(faults() + "02-default-source-a.csv");
        if (a.isEmpty())
            QSKIP("the shared data folder is not here");
        const Bench bench;
        QCOMPARE(bench.ask({"import", bench.write("02-default-source-a.csv", a)}).exitCode, 0);
        QCOMPARE(bench.ask({"import", faults() + "02-default-source-b.csv"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("35.000000000"));
        QCOMPARE(bench.sources(), (QByteArrayList{"02-default-source-a", "02-default-source-b"}));
    }

    void twoSnapshots_inOneFolder_countOnce()
    {
        const QByteArray run1 = readFile(faults() + "03-two-snapshots-run1.csv");
        const QByteArray run2 = readFile(faults() + "03-two-snapshots-run2.csv");
        if (run1.isEmpty())
            QSKIP("the shared data folder is not here");
        const Bench bench;
        bench.write("in/run1/part_0_0001.csv", run1);
        bench.write("in/run2/part_0_0001.csv", run2);
        const CliAnswer answer = bench.ask({"import", "in"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY2(
            answer.out.contains("duplicate-file,2,0,\"holds no line that is not in run2/part_0_0001.csv; left out: "
                                "2 lines, BilledCost 30.75 USD\""),
            answer.out.constData());
        QCOMPARE(bench.total(), QByteArray("27.000000000"));
        QCOMPARE(bench.sources(), QByteArrayList{"in"});
    }

    void partsThatAreNotRead_areSaid()
    {
        const QByteArray part = readFile(faults() + "25-mixed-folder-part-0.csv");
        if (part.isEmpty())
            QSKIP("the shared data folder is not here");
        const Bench bench;
        bench.write("in/part-0.csv", part);
        const QString parquet = bench.write("in/part-1.parquet", QByteArray("PAR1\0\x15\0PAR1", 11));
        bench.write("in/part-2.csv.zst", QByteArray("\x28\xB5\x2F\xFD\0", 5));
        bench.write("in/manifest.json", "{}");
        const CliAnswer answer = bench.ask({"import", "in"});
        QCOMPARE(answer.exitCode, 0);
        QCOMPARE(answer.out.count("warning,file-not-read"), 2);
        const CliAnswer alone = bench.ask({"import", parquet});
        QCOMPARE(alone.exitCode, 1);
        QVERIFY2(alone.err.contains("is a Parquet file; export it as CSV"), alone.err.constData());
        QCOMPARE(bench.total(), QByteArray("10.500000000"));
    }

    void checkpointsOfNotebooks_areNotRead()
    {
        const QByteArray a = readFile(faults() + "26-hidden-folder-a.csv");
        if (a.isEmpty())
            QSKIP("the shared data folder is not here");
        const Bench bench;
        bench.write("in/a.csv", a);
        bench.write("in/.ipynb_checkpoints/a-checkpoint.csv", readFile(faults() + "26-hidden-folder-checkpoint.csv"));
        QCOMPARE(bench.ask({"import", "in"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("30.750000000"));
    }

    // others of their kind

    void datedExports_areOneSource_andAnOlderOneIsRefused()
    {
        const Bench bench;
        bench.write("focus_2026-03-02.csv", costs({"01,a,4.10", "02,a,5.05"}));
        bench.write("focus_2026-03-03.csv", costs({"01,a,4.10", "02,a,5.06", "03,a,-1"}));
        QCOMPARE(bench.ask({"import", "focus_2026-03-02.csv"}).exitCode, 0);
        const CliAnswer later = bench.ask({"import", "focus_2026-03-03.csv"});
        QCOMPARE(later.exitCode, 0);
        QVERIFY2(later.out.contains("replaced: BilledCost 9.15 before, 8.16 now (EUR)"), later.out.constData());
        QCOMPARE(bench.total(), QByteArray("8.160000000"));
        QCOMPARE(bench.sources(), QByteArrayList{"focus_2026-03-02"});
        const CliAnswer older = bench.ask({"import", "focus_2026-03-02.csv"});
        QCOMPARE(older.exitCode, 1);
        QVERIFY2(older.err.contains("BilledCost 8.16 EUR (3 lines, 2026-03-01 to 2026-03-03") &&
                     older.err.contains("BilledCost 9.15 EUR (2 lines, 2026-03-01 to 2026-03-02)") &&
                     older.err.contains("--replace"),
                 older.err.constData());
        QCOMPARE(bench.total(), QByteArray("8.160000000"));
        QCOMPARE(bench.ask({"import", "focus_2026-03-02.csv", "--replace"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("9.150000000"));
    }

    void oneAccountUnderTwoNames_countsOnce()
    {
        const Bench bench;
        bench.write("a.csv", costs({"01,a,4", "02,a,5"}));
        bench.write("b.csv", costs({"01,a,4", "02,a,5", "03,a,6"}));
        QCOMPARE(bench.ask({"import", "a.csv", "--source", "one"}).exitCode, 0);
        const CliAnswer same = bench.ask({"import", "a.csv", "--source", "two"});
        QCOMPARE(same.exitCode, 0);
        QVERIFY(same.out.contains("same-delivery") && same.out.contains("unchanged"));
        const CliAnswer more = bench.ask({"import", "b.csv", "--source", "two"});
        QCOMPARE(more.exitCode, 1);
        QVERIFY2(more.err.contains("would count twice under two names"), more.err.constData());
        QCOMPARE(bench.total(), QByteArray("9.000000000"));
        QCOMPARE(bench.ask({"import", "b.csv", "--source", "two", "--replace"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("15.000000000"));
    }

    // what looks alike and is not the same

    void filesThatDifferInOneCell_allCount_data()
    {
        QTest::addColumn<QByteArray>("column");
        for (const char* column : {"x_Project", "InvoiceId", "ConsumedQuantity", "AvailabilityZone"})
            QTest::newRow(column) << QByteArray(column);
    }
    void filesThatDifferInOneCell_allCount()
    {
        QFETCH(QByteArray, column);
        const Bench bench;
        const QByteArray plain = costs({"01,a,10"});
        const qsizetype header = plain.indexOf('\n');
        QStringList files;
        for (const QByteArray& cell : {QByteArray("1"), QByteArray("2"), QByteArray("3")}) {
            QByteArray csv = plain;
            csv.insert(csv.size() - 1, ',' + cell);
            csv.insert(header, ',' + column);
            files << bench.write("in/fee-" + cell + ".csv", csv);
        }
        const CliAnswer answer = bench.ask({"import", "in"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY2(answer.out.contains("with other cells or amounts; all of them count"), answer.out.constData());
        QCOMPARE(bench.total(), QByteArray("30.000000000"));
        const Bench single; // one by one nothing is lost silently
        QCOMPARE(single.ask({"import", files[0]}).exitCode, 0);
        QCOMPARE(single.ask({"import", files[1]}).exitCode, 1);
        QCOMPARE(single.ask({"import", files[0], "--source", "one"}).exitCode, 0);
        QCOMPARE(single.ask({"import", files[1], "--source", "two"}).exitCode, 0);
        QCOMPARE(single.ask({"import", files[2], "--source", "three"}).exitCode, 0);
        QCOMPARE(single.total(), QByteArray("30.000000000"));
    }

    void creditsInAFileOfTheirOwn_count()
    {
        const Bench bench;
        bench.write("in/a.csv", costs({"01,a,10", "02,a,20"}));
        bench.write("in/credit.csv", costs({"01,a,-1", "02,a,-2", "03,a,-2"}));
        QCOMPARE(bench.ask({"import", "in"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("25.000000000"));
    }

    void partsOfOnePlace_count()
    {
        const Bench bench;
        bench.write("in/part-0.csv", costs({"01,a,10", "02,a,11", "03,a,12"}));
        bench.write("in/part-1.csv", costs({"01,a,4", "02,a,5"}));
        QCOMPARE(bench.ask({"import", "in"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("42.000000000"));
    }

    void fileWithRejectedLines_isNotLeftOut()
    {
        const Bench bench;
        bench.write("in/a.csv", costs({"01,a,10", "02,a,11", "06,a,2"}));
        QByteArray broken = costs({"01,a,10", "03,a,77"});
        broken.replace("2026-03-03T00:00:00Z", "soon");
        bench.write("in/b.csv", broken);
        QCOMPARE(bench.ask({"import", "in"}).exitCode, 1); // half of it is a copy, and nobody knows of the other half
        bench.write("in/b.csv", costs({"04,a,3", "05,a,4"}) + broken.mid(broken.indexOf('\n') + 1));
        const CliAnswer answer = bench.ask({"import", "in"});
        QVERIFY2(answer.out.contains("1 line of AWS E-7, 2026-03 stand in a.csv"), answer.out.constData());
        QCOMPARE(bench.total(), QByteArray("40.000000000"));
        QVERIFY(bench.ask({"proof", "--cost", "billed"}).out.contains("77"));
    }

    void projectsOneByOne_areNotTakenForEachOther()
    {
        const Bench bench;
        bench.write("alpha.csv", costs({"01,a,10", "02,a,11"}));
        bench.write("beta.csv", costs({"01,a,25", "02,a,26"}));
        QCOMPARE(bench.ask({"import", "alpha.csv"}).exitCode, 0);
        const CliAnswer second = bench.ask({"import", "beta.csv"});
        QCOMPARE(second.exitCode, 1);
        QVERIFY2(second.err.contains("--source NAME if it is another part"), second.err.constData());
        QCOMPARE(bench.ask({"import", "beta.csv", "--source", "beta"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("72.000000000"));
        QCOMPARE(bench.ask({"import", "alpha.csv"}).exitCode, 0); // as it was kept beside it before
        QCOMPARE(bench.total(), QByteArray("72.000000000"));
    }

    void oneSourceForTwoFiles_isRefused()
    {
        const Bench bench;
        bench.write("a.csv", costs({"01,a,1000"}));
        bench.write("b.csv", costs({"01,a,5"}));
        QCOMPARE(bench.ask({"import", "a.csv", "--source", "aws"}).exitCode, 0);
        QCOMPARE(bench.ask({"import", "b.csv", "--source", "aws"}).exitCode, 1);
        QCOMPARE(bench.total(), QByteArray("1000.000000000"));
    }

    void fewSharedLines_ofOtherChargesBothCount()
    {
        const Bench bench;
        bench.write("a.csv", costs({"01,a,1", "02,a,2", "03,a,3", "04,a,4"}));
        bench.write("b.csv", costs({"01,a,1", "02,b,2", "03,b,3", "04,b,4", "05,b,5"}));
        QCOMPARE(bench.ask({"import", "a.csv"}).exitCode, 0);
        const CliAnswer answer = bench.ask({"import", "b.csv"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY2(answer.out.contains("1 line stands in both, and all count"), answer.out.constData());
        QCOMPARE(bench.total(), QByteArray("25.000000000"));
    }

    void fewSharedLines_ofTheSameCharges_areRefusedUnderAnyName()
    {
        const Bench bench;
        bench.write("a.csv", costs({"01,a,1", "02,a,2", "03,a,3", "04,a,4"}));
        bench.write("b.csv", costs({"01,a,1", "02,a,3", "03,a,4", "04,a,3", "05,a,4"}));
        QCOMPARE(bench.ask({"import", "a.csv"}).exitCode, 0);
        for (const QStringList& more : {QStringList{}, QStringList{"--source", "b"}}) {
            const CliAnswer answer = bench.ask(QStringList{"import", "b.csv"} + more);
            QCOMPARE(answer.exitCode, 1);
            QVERIFY2(answer.err.contains("BilledCost 10.00 EUR") && answer.err.contains("BilledCost 15.00 EUR"),
                     answer.err.constData());
        }
        QCOMPARE(bench.total(), QByteArray("10.000000000"));
        QCOMPARE(bench.ask({"import", "b.csv", "--source", "b", "--replace"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("15.000000000"));
    }

    void chargesThatDoNotComeAgain_areNotLostSilently()
    {
        const Bench bench;
        bench.write("in/d1.csv", costs({"01,s1,10"}));
        const QString second = bench.write("in/d2.csv", costs({"02,s2,500"}));
        bench.write("in/d3.csv", costs({"03,s1,12"}));
        QCOMPARE(bench.ask({"import", "in"}).exitCode, 0);
        QFile::remove(second);
        bench.write("in/d4.csv", costs({"04,s1,13"}));
        QCOMPARE(bench.ask({"import", "in"}).exitCode, 1);
        QCOMPARE(bench.total(), QByteArray("522.000000000"));
    }

    void filesOfOneName_areNotOneFile()
    {
        const Bench bench;
        bench.write("r1/part_0.csv", costs({"01,a,10", "02,a,20", "03,a,30"}));
        bench.write("r0/part_0.csv", costs({"01,a,10"}));
        QCOMPARE(bench.ask({"import", "r1/part_0.csv"}).exitCode, 0);
        QCOMPARE(bench.ask({"import", "r0/part_0.csv"}).exitCode, 1);
        QCOMPARE(bench.total(), QByteArray("60.000000000"));
        bench.write("r1/part_0.csv", costs({"02,b,7"})); // the same file with nothing of what it said
        QCOMPARE(bench.ask({"import", "r1/part_0.csv"}).exitCode, 1);
        QCOMPARE(bench.ask({"import", "r1/part_0.csv", "--replace", "--keep-both"}).exitCode, 2);
        QCOMPARE(bench.ask({"import", "r1/part_0.csv", "--replace"}).exitCode, 0);
        bench.write("r1/part_0.csv", costs({"02,b,9"})); // by its path it is the same file
        QCOMPARE(bench.ask({"import", "./r1/../r1/part_0.csv"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("9.000000000"));
        bench.write("r1/part_0.csv", costs({"02,b,7"}));
        QCOMPARE(bench.ask({"import", "r1/part_0.csv"}).exitCode, 1); // that was there before
        QCOMPARE(bench.ask({"import", "r1/part_0.csv", "--replace"}).exitCode, 0);
        QCOMPARE(bench.total(), QByteArray("7.000000000"));
    }

    void findingsOfFilesThatAreNotRead_doNotPileUp()
    {
        const Bench bench;
        bench.write("in/a.csv", costs({"01,a,4"}));
        bench.write("in/b.xlsx", "PK\x03\x04");
        bench.ask({"import", "in"});
        bench.write("in/a.csv", costs({"01,a,4", "02,a,4"}));
        const CliAnswer again = bench.ask({"import", "in"});
        QCOMPARE(again.out.count("file-not-read"), 1);
        QVERIFY(bench.ask({"import", "--help"}).out.contains("--replace"));
    }
};

QTEST_GUILESS_MAIN(TestImportCases)
#include "tst_importcases.moc"

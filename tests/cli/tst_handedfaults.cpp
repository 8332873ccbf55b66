#include <QtTest/QtTest>

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "tests/cli/clirunner.h"

using altimeter::testing::CliAnswer;
using altimeter::testing::cliProgram;
using altimeter::testing::readFile;
using altimeter::testing::runCli;
using altimeter::testing::writeFile;

namespace {

QString faults()
{
    return qEnvironmentVariable("ALTIMETER_SHARED") + QStringLiteral("/data/faults/");
}

CliAnswer ask(const QTemporaryDir& folder, const QStringList& words)
{
    return runCli(folder.path(), QStringList{QStringLiteral("--workspace"), QStringLiteral("w.altimeter"),
                                             QStringLiteral("--format"), QStringLiteral("csv")} +
                                     words);
}

} // namespace

/// Small inputs that gave wrong answers, each with what must be said of it now: the words, the status and texts that
/// the answer (or what stands beside it) holds.
class TestHandedFaults : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (cliProgram().isEmpty())
            QSKIP("ALTIMETER_CLI names no program");
        if (!QDir(faults()).exists())
            QSKIP("the shared data folder is not here");
    }

    void input_givesItsRightValue_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArrayList>("texts");
        QTest::addColumn<QByteArrayList>("never");
        const auto row = [](const char* name, const QString& file, const QString& words, int status,
                            const QByteArrayList& texts, const QByteArrayList& never = {}) {
            QTest::newRow(name) << file << words.split(' ') << status << texts << never;
        };
        row("rejected lines are a part of the proof", "01-proof-rejected-line.csv", "proof --cost billed", 3,
            {"billed,27.000000000,6.750000000,", "rejected lines: date-invalid=20.250000000"});
        row("and of the report", "01-proof-rejected-line.csv", "report weekly --text", 0,
            {"Not reconciled: 1 of 1 partition, rejected lines 20.25 USD."}, {"to the last digit"});
        row("a charge that is too early is told", "11-advance-invoice.csv", "report weekly --text", 0,
            {"data through 10 Dec 2025", "dated 2026"}, {"January is"});
        row("a team that costs the same", "14-report-unchanged-team.csv", "report weekly --text", 0,
            {"Fixed                                  500.00           500.00"}, {"Not listed"});
        row("unknown is not zero in the report", "15-billed-cost-only.csv", "report weekly --text", 0, {"unknown"},
            {"Month to date is 0.00"});
        row("nor in totals", "15-billed-cost-only.csv", "totals", 0, {"USD,,50", "unknown, not zero"});
        row("labels of Google are tags", "21-gcp-labels.csv", "totals --by tag:team", 0,
            {"security,USD,64.560000000,1", "payments,USD,12.700000000,1"});
        row("who receives a split owns it", "22-split-allocation-1.3.csv", "totals --by team", 0,
            {"checkout,USD,6.000000000,1", "search,USD,3.000000000,1", "platform,USD,1.000000000,1"});
        row("Spark's quotes", "23-backslash-quotes.csv", "totals", 0, {"USD,30.750000000,2"});
        row("JSON without quotes", "23-unquoted-json.tsv", "totals", 0, {"USD,30.750000000,2"});
        row("the currency of old exports", "27-azure-currency-column.csv", "totals", 0, {"USD,0.075000000,1"});
        row("dates of spreadsheets", "33-spreadsheet-dates.csv", "totals --granularity day", 0,
            {"2025-06-13,USD,70.000000000,3"});
        row("one outlier spoils no weekday", "12-poisoned-weekday.csv", "anomalies", 0, {"series,period"}, {"drop"});
        row("a week is a whole week", "07-partial-week-month.csv", "forecast --horizon 1 --granularity week", 0,
            {"total,2025-03-10,USD,700.000000000,"});
        row("a month is a whole month", "07-partial-week-month.csv", "forecast --horizon 1 --granularity month", 0,
            {"total,2025-04-01,USD,3000.000000000,"});
    }
    void input_givesItsRightValue()
    {
        QFETCH(const QString, file);
        QFETCH(const QStringList, words);
        QFETCH(const int, status);
        QFETCH(const QByteArrayList, texts);
        QFETCH(const QByteArrayList, never);
        const QTemporaryDir folder;
        ask(folder, {"init", "w.altimeter"});
        const CliAnswer imported = ask(folder, {"import", faults() + file});
        QVERIFY2(imported.exitCode == 0, imported.err.constData());
        const CliAnswer answer = ask(folder, words);
        const QByteArray all = answer.out + answer.err;
        QVERIFY2(answer.exitCode == status, all.constData());
        for (const QByteArray& text : texts)
            QVERIFY2(all.contains(text), (text + "\nin\n" + all).constData());
        for (const QByteArray& text : never)
            QVERIFY2(!all.contains(text), (text + "\nin\n" + all).constData());
    }

    void import_saysAllDigits_andTheFileOfEachFinding()
    {
        const QTemporaryDir folder;
        ask(folder, {"init", "w.altimeter"});
        const CliAnswer digits = ask(folder, {"import", faults() + "20-stored-digits.csv"});
        QVERIFY2(digits.out.contains(",2.08762529696,2.08762529696,2.08762529696,2.08762529696,new"),
                 digits.out.constData());
        QVERIFY2(digits.out.contains(",message,file\n") && digits.out.contains(",20-stored-digits.csv\n"),
                 digits.out.constData());
        const CliAnswer offset = ask(folder, {"import", faults() + "30-offset-period-end.csv"});
        QVERIFY2(offset.exitCode == 0 && !offset.out.contains("last-second-end"), offset.out.constData());
    }

    void cutDelivery_replacesNothing()
    {
        const QString gzip = QStandardPaths::findExecutable("gzip");
        if (gzip.isEmpty())
            QSKIP("gzip is not installed");
        const QTemporaryDir folder;
        ask(folder, {"init", "w.altimeter"});
        QVERIFY(QDir(folder.path()).mkdir("in"));
        for (const QString& part : QStringList{"a", "b"}) {
            const QString path = folder.filePath("in/" + part + ".csv");
            writeFile(path, readFile(faults() + "04-truncated-part-" + part + ".csv"));
            QCOMPARE(QProcess::execute(gzip, {path}), 0);
        }
        QCOMPARE(ask(folder, {"import", "in"}).exitCode, 0);
        const QByteArray whole = readFile(folder.filePath("in/b.csv.gz"));
        writeFile(folder.filePath("in/b.csv.gz"), whole.left(whole.size() - 12));
        const CliAnswer again = ask(folder, {"import", "in"});
        QVERIFY2(again.exitCode == 1, again.out.constData());
        QVERIFY2(again.err.contains("b.csv.gz") && again.err.contains("cut off"), again.err.constData());
        QVERIFY(ask(folder, {"totals"}).out.contains("USD,27.000000000,3"));
    }

    void seriesFiles_areForecastInTheirOwnSteps()
    {
        const QTemporaryDir folder;
        const CliAnswer hours =
            ask(folder, {"forecast", "--series", faults() + "31-hourly-series.csv", "--horizon", "3"});
        QVERIFY2(hours.exitCode == 0 && hours.out.count('\n') == 4, (hours.out + hours.err).constData());
        const CliAnswer compact =
            ask(folder, {"forecast", "--series", faults() + "31-compact-dates.csv", "--horizon", "1"});
        QVERIFY2(compact.out.contains(",1,104,104,104,104,104"), compact.out.constData());
    }
};

QTEST_GUILESS_MAIN(TestHandedFaults)
#include "tst_handedfaults.moc"

#include <QtTest/QtTest>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include "tests/cli/clirunner.h"

#include <csignal>
#include <sys/stat.h>

using altimeter::testing::CliAnswer;
using altimeter::testing::cliProgram;
using altimeter::testing::readFile;
using altimeter::testing::runCli;
using altimeter::testing::writeFile;

namespace {

const QByteArray kHeader = "ProviderName,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
                           "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,Tags,BilledCost,EffectiveCost,"
                           "ListCost,ContractedCost\n";
const QByteArray kSeptember = ",USD,2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,2026-09-10T00:00:00Z,"
                              "2026-09-11T00:00:00Z,";

QByteArray line(const char* service, const char* team, const char* billed, const char* effective)
{
    const QByteArray tags = *team == '\0' ? QByteArray() : "\"{\"\"team\"\": \"\"" + QByteArray(team) + "\"\"}\"";
    return "AWS,1" + kSeptember + "Usage," + service + "," + tags + "," + billed + "," + effective + ",20,\n";
}

QByteArray sampleCosts()
{
    return kHeader + line("Amazon EC2", "Search", "10.000000000000000000000001", "9.5") +
           line("Amazon S3", "Ads", "-0.5", "-0.5") + line("\"Cloud, misc\"", "", "2", "2.25");
}

const QByteArray kRules = R"({"rules": [{"name": "tag", "set": {"team": {"from": ["tag:team"]}}}]})";

/// A folder with a workspace that holds the sample.
class Bench {
public:
    explicit Bench(bool withData = true)
    {
        run({"init", "w.altimeter"});
        if (withData) {
            write("costs.csv", sampleCosts());
            write("rules.json", kRules);
            imported = run({"--workspace", "w.altimeter", "import", "costs.csv", "--source", "cloud"});
            run({"--workspace", "w.altimeter", "rules", "apply", "rules.json"});
        }
    }
    CliAnswer run(const std::initializer_list<const char*>& words, const QStringList& environment = {}) const
    {
        QStringList list;
        for (const char* word : words)
            list << QString::fromUtf8(word);
        return runCli(m_folder.path(), list, environment);
    }
    /// In this workspace.
    CliAnswer ask(const std::initializer_list<const char*>& words) const
    {
        QStringList list{QStringLiteral("--workspace"), path("w.altimeter")};
        for (const char* word : words)
            list << QString::fromUtf8(word);
        return runCli(m_folder.path(), list);
    }
    QJsonDocument json(std::initializer_list<const char*> words) const
    {
        QStringList list{QStringLiteral("--workspace"), path("w.altimeter"), QStringLiteral("--format"),
                         QStringLiteral("json")};
        for (const char* word : words)
            list << QString::fromUtf8(word);
        return QJsonDocument::fromJson(runCli(m_folder.path(), list).out);
    }
    QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    void write(const char* name, const QByteArray& text) const { writeFile(path(name), text); }

    CliAnswer imported;

private:
    QTemporaryDir m_folder;
};

/// Asks one of the commands whose answers run over the days of the data.
CliAnswer askOverDays(const Bench& bench, const QByteArray& verb)
{
    if (verb == "forecast")
        return bench.ask({"--quiet", "forecast", "--horizon", "3"});
    if (verb == "report")
        return bench.ask({"--quiet", "report", "weekly", "--text"});
    return bench.ask({"--quiet", verb.constData()});
}

QByteArray firstLine(const QByteArray& text)
{
    return text.left(text.indexOf('\n'));
}

QByteArrayList dataLines(const QByteArray& text)
{
    QByteArrayList lines = text.split('\n');
    lines.removeFirst();
    lines.removeAll(QByteArray());
    return lines;
}

} // namespace

class TestCli : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (cliProgram().isEmpty())
            QSKIP("ALTIMETER_CLI names no program");
    }

    // calling it

    void help_everyCommand_hasAnExample()
    {
        const Bench bench(false);
        const CliAnswer general = bench.run({"--help"});
        QCOMPARE(general.exitCode, 0);
        QVERIFY(general.err.isEmpty());
        for (const char* verb : {"init",           "import",          "sources",
                                 "totals",         "charges",         "rejected",
                                 "rules check",    "rules diff",      "rules apply",
                                 "rules show",     "rules versions",  "proof",
                                 "anomalies",      "forecast",        "report weekly",
                                 "backup",         "backup list",     "restore",
                                 "salvage",        "deliveries",      "deliveries take-back",
                                 "findings",       "findings ack",    "findings unack",
                                 "sources remove", "sources restore", "sources forget",
                                 "events import",  "events sources",  "runs"}) {
            QVERIFY2(general.out.contains(verb), verb);
            QStringList words = QString::fromLatin1(verb).split(QLatin1Char(' '));
            words << QStringLiteral("--help");
            const CliAnswer answer = runCli(bench.path(""), words);
            QCOMPARE(answer.exitCode, 0);
            QVERIFY2(answer.out.contains("Example:\n  altimeter-cli"), verb);
            QVERIFY2(answer.out.contains(QByteArray("Usage: altimeter-cli ") + verb), verb);
        }
        QVERIFY(bench.run({"rules", "--help"}).out.contains("rules apply"));
        QCOMPARE(bench.run({"help", "totals"}).out, bench.run({"totals", "--help"}).out);
    }

    // its file

    void backup_isMadeListedAndRestored()
    {
        const Bench bench;
        const CliAnswer made = bench.ask({"backup"});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        QCOMPARE(firstLine(made.out), QByteArray("at,reason,bytes,file"));
        const QByteArray file = dataLines(made.out).first().split(',').last();
        const CliAnswer list = bench.ask({"backup", "list"});
        QCOMPARE(dataLines(list.out).size(), 2); // publishing the rules made one
        QVERIFY(dataLines(list.out).first().contains(",asked,"));
        QVERIFY(dataLines(list.out).last().contains(",publish,"));
        const QByteArray before = bench.ask({"totals"}).out;
        bench.write("more.csv", QByteArray(sampleCosts()).replace("2026-09", "2026-08"));
        QCOMPARE(bench.ask({"import", "more.csv", "--source", "more"}).exitCode, 0);
        QVERIFY(bench.ask({"sources"}).out.contains("more"));
        const CliAnswer restored = bench.ask({"restore", file.constData()});
        QVERIFY2(restored.exitCode == 0, restored.err.constData());
        QCOMPARE(firstLine(restored.out), QByteArray("workspace,backup,set_aside"));
        QVERIFY(QFile::exists(QString::fromUtf8(dataLines(restored.out).first().split(',').last())));
        QCOMPARE(bench.ask({"totals"}).out, before);
        QVERIFY(!bench.ask({"sources"}).out.contains("more"));
        QCOMPARE(bench.ask({"restore", "nothing.altimeter"}).exitCode, 1);
        QCOMPARE(bench.ask({"backup", "--out", "w.altimeter"}).exitCode, 1); // never over a file
    }

    void proof_tamperedAuditTrail_isToldWithExit3()
    {
        const Bench bench;
        QByteArray bytes = readFile(bench.path("w.altimeter"));
        const auto at = bytes.indexOf("partition new");
        QVERIFY(at > 0);
        bytes[at] = 'P';
        bench.write("tampered.altimeter", bytes);
        QCOMPARE(bench.ask({"proof"}).exitCode, 0);
        const CliAnswer answer = bench.run({"--workspace", "tampered.altimeter", "proof"});
        QCOMPARE(answer.exitCode, 3);
        QVERIFY2(answer.err.contains("warning: The audit trail does not hold (entry "), answer.err.constData());
        QCOMPARE(answer.out, bench.ask({"proof"}).out); // the figures are not touched by it
    }

    void import_whatCanBeReadInTwoWays_needsItsOption()
    {
        const Bench bench;
        bench.write("two.csv", "BilledCost\tBillingCurrency\tChargePeriodStart\n1,234\tCHF\t05/06/2025\n");
        const CliAnswer refused = bench.ask({"import", "two.csv", "--source", "two", "--dates", "day-first"});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("two.csv") && refused.err.contains("BilledCost") &&
                     refused.err.contains("--decimal comma"),
                 refused.err.constData());
        QVERIFY(!bench.ask({"sources"}).out.contains("two"));
        const CliAnswer undated = bench.ask({"import", "two.csv", "--source", "two", "--decimal", "comma"});
        QVERIFY2(undated.exitCode == 1 && undated.err.contains("--dates"), undated.err.constData());
        const CliAnswer read =
            bench.ask({"import", "two.csv", "--source", "two", "--decimal", "comma", "--dates", "day-first"});
        QVERIFY2(read.exitCode == 0, read.err.constData());
        QVERIFY2(read.out.contains("two,,2025-06,CHF,1,1,0,1.234"), read.out.constData());
    }

    void salvage_damagedLines_areToldWithExit3()
    {
        const Bench bench;
        QByteArray many = kHeader;
        for (int i = 0; i < 4000; ++i)
            many += line("Amazon EC2", "Search", QByteArray::number(i * 7919 % 100'003), QByteArray::number(i));
        bench.write("many.csv", many);
        QCOMPARE(bench.ask({"import", "many.csv", "--source", "many"}).exitCode, 0);
        QByteArray bytes = readFile(bench.path("w.altimeter"));
        const QByteArray whole = bench.run({"salvage", "w.altimeter", "--out", "whole.altimeter"}).out;
        QCOMPARE(firstLine(whole), QByteArray("workspace,months,rows"));
        QCOMPARE(bench.run({"--workspace", "whole.altimeter", "totals"}).out, bench.ask({"totals"}).out);
        const auto at = bytes.size() - 4096 * 3; // charge lines are stored last
        for (qsizetype i = 0; i < 4096 * 3; ++i)
            bytes[at + i] = static_cast<char>(bytes[at + i] ^ 0x55);
        bench.write("damaged.altimeter", bytes);
        const CliAnswer answer = bench.run({"salvage", "damaged.altimeter", "--out", "new.altimeter"});
        QVERIFY2(answer.exitCode == 3, answer.err.constData());
        QVERIFY(answer.out.contains("source,billing_account,billing_period,currency,rows,amounts_kept,what"));
        QCOMPARE(readFile(bench.path("damaged.altimeter")), bytes);
        QCOMPARE(bench.run({"--workspace", "new.altimeter", "proof"}).exitCode, 0);
        QCOMPARE(bench.run({"salvage", "damaged.altimeter"}).exitCode, 2);
        QCOMPARE(bench.run({"salvage", "damaged.altimeter", "--out", "new.altimeter"}).exitCode, 1);
    }

    void rulesApply_overAVersionThatIsNotInForce_isRefused()
    {
        const Bench bench;
        bench.write("mine.json", R"({"rules": []})");
        const CliAnswer refused = bench.ask({"rules", "apply", "mine.json", "--over", "1"});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("version 2 of the rules is in force, published 20"), refused.err.constData());
        QVERIFY2(refused.err.contains("--over 2"), refused.err.constData());
        QVERIFY(bench.ask({"rules", "show", "--format", "json"}).out.contains("tag:team"));
        QVERIFY(bench.ask({"rules", "apply", "mine.json", "--over", "2"}).out.contains("3,0"));
        QCOMPARE(bench.ask({"rules", "apply", "mine.json", "--over", "two"}).exitCode, 2);
    }

    void version_asked_isPrinted()
    {
        const CliAnswer answer = Bench(false).run({"--version"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY(QRegularExpression(QStringLiteral("^altimeter-cli \\d+\\.\\d+\\.\\d+\n$"))
                    .match(QString::fromUtf8(answer.out))
                    .hasMatch());
    }

    void usage_wrong_isExit2OnStandardError_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* words, const char* names) {
            QTest::newRow(words) << QString::fromLatin1(words).split(QLatin1Char(' '), Qt::SkipEmptyParts)
                                 << QByteArray(names);
        };
        row("", "command");
        row("frobnicate", "frobnicate");
        row("causes --leaves x", "causes");
        row("rules", "rules check");
        row("rules frob", "frob");
        row("--format xml totals", "xml");
        row("totals --by colour", "colour");
        row("totals --by team,team", "team");
        row("totals --where team", "DIM=VALUE");
        row("totals --where colour=red", "colour");
        row("totals --from yesterday", "yesterday");
        row("totals --from 2026-10-01 --to 2026-10-01", "--from");
        row("totals --granularity hour", "hour");
        row("totals --cost amortized", "amortized");
        row("totals --top none", "none");
        row("totals --frob", "--frob");
        row("totals --by", "--by");
        row("totals extra", "extra");
        row("charges --limit 0", "--limit");
        row("import", "argument");
        row("import a.csv --decimal dot", "--decimal");
        row("import a.csv --dates iso", "--dates");
        row("init", "argument");
        row("init a b", "b");
        row("rules check", "argument");
        row("proof --period 2026", "2026");
        row("proof --period 2026-10-01", "2026-10-01");
        row("forecast", "--horizon");
        row("forecast --horizon 0", "--horizon");
        row("forecast --horizon 5 --granularity none", "--granularity");
        row("forecast --series x.csv", "--horizon");
        row("report", "report weekly");
        row("report weekly", "--out");
    }

    void usage_wrong_isExit2OnStandardError()
    {
        QFETCH(QStringList, words);
        QFETCH(QByteArray, names);
        const QTemporaryDir folder;
        const CliAnswer answer = runCli(folder.path(), words);
        QCOMPARE(answer.exitCode, 2);
        QVERIFY(answer.out.isEmpty());
        QVERIFY2(answer.err.contains(names), answer.err.constData());
        QVERIFY(answer.err.contains("--help"));
    }

    void workspace_missing_saysHowToMakeOne()
    {
        const Bench bench(false);
        const CliAnswer answer = bench.run({"--workspace", "nowhere.altimeter", "totals"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY(answer.err.contains("nowhere.altimeter"));
        QVERIFY(answer.err.contains("init"));
        QVERIFY(!QFile::exists(bench.path("nowhere.altimeter")));
    }

    void workspace_noWorkspaceFile_isRefused()
    {
        const Bench bench(false);
        bench.write("text.altimeter", "this is a letter, not a workspace");
        const CliAnswer answer = bench.run({"--workspace", "text.altimeter", "totals"});
        QCOMPARE(answer.exitCode, 1);
        QCOMPARE(readFile(bench.path("text.altimeter")), QByteArray("this is a letter, not a workspace"));
    }

    void workspace_byEnvironment_andOptionWins()
    {
        const Bench bench;
        QCOMPARE(dataLines(bench.run({"totals"}, {"ALTIMETER_WORKSPACE=w.altimeter"}).out).size(), 1);
        const CliAnswer answer = bench.run({"totals", "--workspace", "w.altimeter"}, {"ALTIMETER_WORKSPACE=nothing"});
        QCOMPARE(answer.exitCode, 0);
    }

    void workspace_default_liesInTheDataFolderAndComesWithTheFirstImport()
    {
        const Bench bench(false);
        bench.write("costs.csv", sampleCosts());
        QCOMPARE(bench.run({"totals"}).exitCode, 1);
        const CliAnswer imported = bench.run({"import", "costs.csv"});
        QCOMPARE(imported.exitCode, 0);
        QVERIFY(imported.err.contains("made the workspace"));
        QVERIFY(QFile::exists(bench.path(".local/share/altimeter/default.altimeter")));
        QCOMPARE(dataLines(bench.run({"totals"}).out).size(), 1);
        const QByteArray elsewhere = "XDG_DATA_HOME=" + bench.path("data").toUtf8();
        QCOMPARE(bench.run({"import", "costs.csv", "--quiet"}, {QString::fromUtf8(elsewhere)}).err, QByteArray());
        QVERIFY(QFile::exists(bench.path("data/altimeter/default.altimeter")));
    }

    void init_existingFile_isLeftAlone()
    {
        const Bench bench;
        const QByteArray before = bench.ask({"totals"}).out;
        const CliAnswer answer = bench.run({"init", "w.altimeter"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY(answer.err.contains("w.altimeter"));
        QCOMPARE(bench.ask({"totals"}).out, before);
    }

    void init_namesThatAreNoFile_areRefused()
    {
        const Bench bench(false);
        const QStringList before = QDir(bench.path(".")).entryList();
        for (const char* name : {"", ":memory:", "file:x", "file:x?mode=memory", ":x"}) {
            const CliAnswer answer = bench.run({"init", name});
            QCOMPARE(answer.exitCode, 2);
            QCOMPARE(answer.out, QByteArray());
            QVERIFY2(answer.err.contains("names none"), answer.err.constData());
        }
        QCOMPARE(bench.run({"--workspace", ":memory:", "totals"}).exitCode, 1);
        QCOMPARE(QDir(bench.path(".")).entryList(), before);
        QCOMPARE(bench.run({"init", "./file:x"}).exitCode, 0);
        QVERIFY(QFile::exists(bench.path("file:x")));
    }

    void init_file_isReadableByItsOwnerOnly()
    {
        const Bench bench(false);
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(bench.path("w.altimeter")) & others));
    }

    void output_fullDisk_isExit1()
    {
        if (!QFile::exists(QStringLiteral("/dev/full")))
            QSKIP("there is no /dev/full here");
        const Bench bench;
        QProcess process;
        process.setStandardOutputFile(QStringLiteral("/dev/full"));
        process.start(cliProgram(),
                      {QStringLiteral("--workspace"), bench.path("w.altimeter"), QStringLiteral("totals")});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("standard output"));
    }

    // import

    void import_csv_printsPartitionsThenFindings()
    {
        const Bench bench;
        QCOMPARE(bench.imported.exitCode, 0);
        const QList<QByteArray> blocks = QByteArray(bench.imported.out).replace("\n\n", "\x01").split('\x01');
        QCOMPARE(blocks.size(), 2);
        QCOMPARE(blocks[0],
                 QByteArray("source,billing_account,billing_period,currency,rows_read,rows_stored,rows_rejected,"
                            "billed_cost_file,billed_cost_stored,effective_cost_file,effective_cost_stored,action\n"
                            "cloud,1,2026-09,USD,3,3,0,11.500000000000000000000001,"
                            "11.500000000000000000000001,11.250000000,11.250000000,new"));
        QCOMPARE(firstLine(blocks[1]), QByteArray("severity,check,rows,first_line,message,file"));
    }

    void chargesOutsideTheDays_areNamedByWhateverLeavesThemOut()
    {
        const Bench bench;
        const QByteArray old = line("Amazon EC2", "Search", "7", "6").replace("2026-", "1999-").replace("USD", "EUR");
        for (const char* verb : {"forecast", "anomalies", "completeness", "report"})
            QVERIFY(!askOverDays(bench, verb).err.contains("not part of this"));
        bench.write("old.csv", kHeader + old);
        QCOMPARE(bench.ask({"import", "old.csv", "--source", "old"}).exitCode, 0);
        for (const char* verb : {"forecast", "anomalies", "completeness", "report"}) {
            const CliAnswer answer = askOverDays(bench, verb);
            const char* amount = QByteArray(verb) == "completeness" ? "7" : "6";
            const QByteArray sentence = QByteArray("note: 1 charge (") + amount +
                                        " EUR) dated 1999 is not part of this: the data runs from "
                                        "2026-09-10 to 2026-09-10.\n";
            QVERIFY2(answer.err.contains(sentence), verb + answer.err);
        }
        QVERIFY(askOverDays(bench, "report").out.simplified().contains("1 charge (6 EUR) dated 1999 is not part"));
        const CliAnswer named = bench.ask({"forecast", "--horizon", "3", "--from", "1999-09-01", "--to", "1999-10-01"});
        QVERIFY2(!named.err.contains("not part of this"), named.err);
    }

    void forecast_namesWhatCameOnce_andWhatCameBackOfIt()
    {
        const Bench bench(false);
        QByteArray rows = kHeader;
        const auto add = [&rows](int day, const char* category, const char* cost) {
            const QByteArray from = "2026-09-" + QByteArray::number(day).rightJustified(2, '0');
            const QByteArray to = "2026-09-" + QByteArray::number(day + 1).rightJustified(2, '0');
            rows += "AWS,1,USD,2026-09-01,2026-10-01," + from + ',' + to + ',' + category + ",Database,,";
            for (int i = 0; i < 4; ++i)
                rows += QByteArray(cost) + (i < 3 ? "," : "\n");
        };
        for (int day = 1; day < 25; ++day)
            add(day, "Usage", "10");
        add(5, "Purchase", "5000");
        add(9, "Credit", "-1500");
        add(20, "Credit", "-400"); // less than a tenth of it
        bench.write("costs.csv", rows);
        QCOMPARE(bench.ask({"import", "costs.csv"}).exitCode, 0);
        const CliAnswer all = bench.ask({"forecast", "--horizon", "1"});
        QVERIFY2(all.out.contains("total,2026-09-25,USD,10.000000000,10.000000000"), all.out);
        QVERIFY2(
            all.err.contains("the purchase of 5000.00 USD on 2026-09-05 (Database) was made once, and 1500.00 USD of "
                             "it came back by 2026-09-09: no other day is expected to hold the like\n"),
            all.err);
        QVERIFY2(all.err.contains("the credit of 400.00 USD on 2026-09-20 (Database) came once: "), all.err);
        QVERIFY2(!all.err.contains("refund"), all.err); // said of its purchase
        const CliAnswer late = bench.ask({"forecast", "--horizon", "1", "--from", "2026-09-08"});
        QVERIFY2(!late.err.contains("purchase"), late.err); // it is not known of these days
        QVERIFY2(bench.ask({"forecast", "--horizon", "1", "--from", "2026-09-20"}).err.contains("too little history"),
                 "five days");
        const CliAnswer none = bench.ask({"forecast", "--horizon", "1", "--range", "2024"});
        QVERIFY2(none.err.contains("there are no charges on the days to learn from"), none.err);
    }

    void import_again_changesNothing()
    {
        const Bench bench;
        const CliAnswer again = bench.ask({"import", "costs.csv", "--source", "cloud"});
        QVERIFY(firstLine(again.out.mid(again.out.indexOf('\n') + 1)).endsWith(",unchanged"));
    }

    void import_restated_tellsOldTotalsInJson()
    {
        const Bench bench;
        bench.write("costs.csv", kHeader + line("Amazon EC2", "Search", "7", "6"));
        const QJsonObject answer = bench.json({"import", "costs.csv", "--source", "cloud", "--replace"}).object();
        const QJsonObject partition = answer[QStringLiteral("partitions")].toArray()[0].toObject();
        QCOMPARE(partition[QStringLiteral("action")].toString(), QStringLiteral("replaced"));
        QCOMPARE(partition[QStringLiteral("old_billed_cost_stored")].toString(),
                 QStringLiteral("11.500000000000000000000001"));
        QCOMPARE(partition[QStringLiteral("billed_cost_stored")].toString(), QStringLiteral("7.000000000"));
        QCOMPARE(partition[QStringLiteral("rows_stored")].toInt(), 1);
        QVERIFY(answer[QStringLiteral("findings")].isArray());
    }

    void import_dryRun_storesNothing()
    {
        const Bench bench(false);
        bench.write("costs.csv", sampleCosts());
        const CliAnswer answer = bench.ask({"import", "--dry-run", "costs.csv"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY(answer.out.contains(",new\n"));
        QVERIFY(dataLines(bench.ask({"sources"}).out).isEmpty());
    }

    void import_missingFile_isExit1AndNamed()
    {
        const Bench bench;
        const QByteArray before = bench.ask({"totals"}).out;
        const CliAnswer answer = bench.ask({"import", "absent.csv"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY(answer.err.contains("absent.csv"));
        QVERIFY(answer.out.isEmpty());
        QCOMPARE(bench.ask({"totals"}).out, before);
    }

    void import_brokenLine_isKeptAndListed()
    {
        const Bench bench(false);
        bench.write("costs.csv", kHeader + line("Amazon EC2", "", "1", "1") + line("Amazon EC2", "", "five", "1"));
        const CliAnswer imported = bench.ask({"import", "costs.csv", "--source", "cloud"});
        QCOMPARE(imported.exitCode, 0);
        QVERIFY2(imported.out.contains("cloud,1,2026-09,USD,2,1,1,"), imported.out.constData());
        const CliAnswer rejected = bench.ask({"rejected"});
        QCOMPARE(firstLine(rejected.out), QByteArray("file,line,check,text"));
        QCOMPARE(dataLines(rejected.out).size(), 1);
        QVERIFY(rejected.out.contains("costs.csv,3,"));
        QVERIFY(rejected.out.contains("five"));
        QVERIFY(dataLines(bench.ask({"rejected", "--source", "cloud"}).out).size() == 1);
        QCOMPARE(bench.ask({"totals", "--cost", "billed"}).out, QByteArray("currency,cost,rows\nUSD,1.000000000,1\n"));
    }

    void source_unknown_isExit1AndNamed()
    {
        const Bench bench;
        for (const char* verb : {"proof", "rejected"}) {
            QCOMPARE(bench.ask({verb, "--source", "cloud"}).exitCode, 0);
            const CliAnswer answer = bench.ask({verb, "--source", "clout"});
            QCOMPARE(answer.exitCode, 1);
            QVERIFY(answer.err.contains("clout"));
        }
    }

    void reader_gone_isSilent()
    {
        const Bench bench;
        QProcess process;
        process.setWorkingDirectory(bench.path(""));
        process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"),
                                                  QStringLiteral("{ \"$1\" --workspace w.altimeter totals; "
                                                                 "echo $? >code; } | true"),
                                                  QStringLiteral("sh"), cliProgram()});
        QVERIFY(process.waitForFinished());
        QTRY_VERIFY(QFile::exists(bench.path("code")));
        QCOMPARE(process.readAllStandardError(), QByteArray());
    }

    void sources_listed_haveTheirColumns()
    {
        const Bench bench;
        const QByteArray out = bench.ask({"sources"}).out;
        QCOMPARE(firstLine(out), QByteArray("source,kind,partitions,rows,data_from,data_through,last_import,state"));
        QVERIFY2(out.contains("\ncloud,"), out.constData());
        QVERIFY2(out.contains(",1,3,2026-09-10,2026-09-10,"), out.constData());
    }

    void deliveryTakenBack_andSourceRemoved_canBeUndone()
    {
        const Bench bench;
        const QByteArray before = bench.ask({"totals", "--cost", "billed"}).out;
        bench.write("more.csv", QByteArray(sampleCosts()).replace("2026-09", "2026-08").replace("2026-10", "2026-09"));
        QCOMPARE(bench.ask({"import", "more.csv", "--source", "more"}).exitCode, 0);
        QVERIFY(bench.ask({"totals", "--cost", "billed"}).out != before);
        const CliAnswer list = bench.ask({"deliveries"});
        QCOMPARE(firstLine(list.out),
                 QByteArray("delivery,source,at,files,currency,rows,billed_cost,can_take_back,why_not"));
        QCOMPARE(dataLines(list.out).size(), 2);
        QVERIFY2(dataLines(list.out).first().contains(",more,") && dataLines(list.out).first().contains(",yes,"),
                 list.out.constData());
        const QByteArray number = dataLines(list.out).first().split(',').first();
        const CliAnswer back = bench.ask({"deliveries", "take-back", number.constData()});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QCOMPARE(firstLine(back.out), QByteArray("source,action,currency,rows,billed_cost,from,to"));
        QVERIFY2(dataLines(back.out).first().startsWith("more,gone,USD,3,") &&
                     dataLines(back.out).first().endsWith(",2026-08-01,2026-09-01"),
                 back.out.constData());
        QCOMPARE(bench.ask({"totals", "--cost", "billed"}).out, before);
        QCOMPARE(bench.ask({"deliveries", "take-back", number.constData()}).exitCode, 1);
        QCOMPARE(bench.ask({"deliveries", "take-back", "last"}).exitCode, 2);

        const CliAnswer removed = bench.ask({"sources", "remove", "cloud"});
        QVERIFY2(removed.exitCode == 0 && removed.out.contains("cloud,gone,USD,3,"), removed.err.constData());
        QVERIFY(dataLines(bench.ask({"sources"}).out).isEmpty());
        QVERIFY(bench.ask({"sources", "restore", "cloud"}).out.contains("cloud,back,USD,3,"));
        QCOMPARE(bench.ask({"totals", "--cost", "billed"}).out, before);
        QCOMPARE(bench.ask({"sources", "forget", "cloud"}).exitCode, 1); // it was put back
        QCOMPARE(bench.ask({"sources", "remove", "cloud"}).exitCode, 0);
        QCOMPARE(bench.ask({"sources", "forget", "cloud"}).exitCode, 0);
        QCOMPARE(bench.ask({"sources", "restore", "cloud"}).exitCode, 1);
        QCOMPARE(bench.ask({"sources", "remove", "cloudy"}).exitCode, 1);
    }

    void import_leavesOutWhatIsNamed()
    {
        const Bench bench(false);
        QVERIFY(QDir(bench.path("")).mkpath("in"));
        bench.write("in/a.csv", sampleCosts());
        bench.write("in/b.csv", QByteArray(sampleCosts()).replace("2026-09", "2026-08").replace("2026-10", "2026-09"));
        const CliAnswer imported = bench.ask({"import", "in", "--leave-out", "b.csv"});
        QVERIFY2(imported.exitCode == 0, imported.err.constData());
        QVERIFY2(imported.out.contains("note,file-left-out,"), imported.out.constData());
        QVERIFY(!imported.out.contains(",2026-08,"));
        const CliAnswer unknown = bench.ask({"import", "in", "--leave-out", "nope.csv"});
        QCOMPARE(unknown.exitCode, 1);
        QVERIFY2(unknown.err.contains("nope.csv: no file of this delivery") && unknown.err.contains("a.csv"),
                 unknown.err.constData());
        const CliAnswer none = bench.ask({"import", "in", "--leave-out", "a.csv", "--leave-out", "b.csv"});
        QCOMPARE(none.exitCode, 1);
        QVERIFY2(none.err.contains("every file is left out"), none.err.constData());
    }

    // figures

    void totals_byTeam_unallocatedIsARow()
    {
        const Bench bench;
        QCOMPARE(bench.ask({"totals", "--by", "team"}).out, QByteArray("team,currency,cost,rows\n"
                                                                       "Search,USD,9.500000000,1\n"
                                                                       ",USD,2.250000000,1\n"
                                                                       "Ads,USD,-0.500000000,1\n"));
        QCOMPARE(bench.ask({"totals", "--by", "team,service", "--granularity", "month", "--where", "team="}).out,
                 QByteArray("team,service,period,currency,cost,rows\n"
                            ",\"Cloud, misc\",2026-09-01,USD,2.250000000,1\n"));
    }

    void totals_top_foldsTheRest()
    {
        const Bench bench;
        const QByteArray out = bench.ask({"totals", "--by", "service", "--top", "1"}).out;
        QCOMPARE(out,
                 QByteArray("service,currency,cost,rows\nAmazon EC2,USD,9.500000000,1\nOther,USD,1.750000000,2\n"));
    }

    void totals_distinct_countsValues()
    {
        const Bench bench;
        QCOMPARE(bench.ask({"totals", "--by", "currency", "--distinct", "service"}).out,
                 QByteArray("by_currency,currency,cost,rows,distinct\nUSD,USD,11.250000000,3,3\n"));
        QCOMPARE(bench.ask({"totals", "--distinct", "nonsense"}).exitCode, 2);
    }

    void totals_range_readsDatesPeopleSay()
    {
        const Bench bench; // all of its charges are of 10 September 2026
        const QByteArray all = bench.ask({"totals", "--by", "team"}).out;
        for (const char* range : {"mtd", "sep", "Sep 2026", "q3", "2026-09-10", "7d", "1 sep - 15 sep", "all"}) {
            QCOMPARE(bench.ask({"totals", "--by", "team", "--range", range}).out, all);
        }
        QCOMPARE(bench.ask({"totals", "--by", "team", "--range", "lm"}).out, QByteArray("team,currency,cost,rows\n"));
        QVERIFY(bench.ask({"charges", "--range", "mtd"}).out.count('\n') == 4);
        for (const char* wrong : {"15 sep - 1 sep", "9/1/2026", "someday"})
            QCOMPARE(bench.ask({"totals", "--range", wrong}).exitCode, 2);
        QVERIFY(bench.ask({"totals", "--range", "15 sep - 1 sep"}).err.contains("ends before it begins"));
        QCOMPARE(bench.ask({"totals", "--range", "mtd", "--from", "2026-09"}).exitCode, 2);
        QCOMPARE(bench.ask({"totals", "--range", "fy27", "--fiscal-year-start", "4"}).out, bench.ask({"totals"}).out);
        QCOMPARE(bench.ask({"totals", "--range", "fy26", "--fiscal-year-start", "13"}).exitCode, 2);
    }

    void totals_compare_saysWhatChangedAndWhatIsNotKnown()
    {
        const Bench bench;
        const CliAnswer unknown = bench.ask({"totals", "--by", "team", "--range", "mtd", "--compare", "before"});
        QCOMPARE(unknown.out, QByteArray("team,currency,cost,rows,before,change\n"
                                         "Search,USD,9.500000000,1,,\n"
                                         ",USD,2.250000000,1,,\n"
                                         "Ads,USD,-0.500000000,1,,\n"));
        QVERIFY2(unknown.err.contains("2026-08-01..2026-08-10 (data of 0 of 10 days)"), unknown.err.constData());
        QCOMPARE(bench.ask({"totals", "--compare", "sometime", "--range", "mtd"}).exitCode, 2);
        QCOMPARE(bench.ask({"totals", "--compare", "year", "--range", "mtd", "--top", "1"}).exitCode, 2);
        QCOMPARE(bench.ask({"totals", "--compare", "year"}).exitCode, 1); // no first and last day
    }

    void totals_underADraft_publishNothing()
    {
        const Bench bench;
        const QByteArray before = bench.ask({"totals", "--by", "team"}).out;
        bench.write("draft.json", R"({"rules": [{"name": "all", "set": {"team": "Everybody"}}]})");
        const CliAnswer under = bench.ask({"totals", "--by", "team", "--rules", "draft.json"});
        QCOMPARE(under.out, QByteArray("team,currency,cost,rows\nEverybody,USD,11.250000000,3\n"));
        QCOMPARE(bench.ask({"totals", "--by", "team"}).out, before);
    }

    void totals_about_saysWhatTheOutputIsOf()
    {
        const Bench bench;
        const QByteArray file = bench.path("about.txt").toUtf8();
        const QByteArray plain = bench.ask({"totals", "--by", "team,service"}).out;
        QCOMPARE(bench.ask({"totals", "--by", "team,service", "--about", file.constData()}).out, plain);
        const QByteArray about = readFile(QString::fromUtf8(file));
        for (const char* line :
             {"content: cost by team and service\n", "days, both inside, UTC: 2026-09-10..2026-09-10\n",
              "cost: effective\n", "filters: none\n", "currencies, never added: USD\n", "data through: 2026-09-10\n",
              "charge lines: 3\n", "allocation rules: version 2\n"})
            QVERIFY2(about.contains(line), about.constData());
        bench.ask(
            {"charges", "--where", "team=", "--from", "2026-09-01", "--to", "2026-10-01", "--about", file.constData()});
        QVERIFY(readFile(QString::fromUtf8(file))
                    .startsWith("content: charge lines\ndays, both inside, UTC: 2026-09-01..2026-09-30\n"));
        QVERIFY(readFile(QString::fromUtf8(file)).contains("filters: team is (none)\n"));
        QCOMPARE(bench.ask({"charges", "--about", bench.path("no/about.txt").toUtf8().constData()}).exitCode, 1);
        QCOMPARE(bench.ask({"totals", "--about", bench.path("w.altimeter").toUtf8().constData()}).exitCode, 1);
        QCOMPARE(bench.ask({"totals", "--by", "team,service"}).out, plain); // the workspace is still one
    }

    /// Everything that decides what the figures cover.
    void totals_about_saysLimitsComparisonsAndRulesOfOlderMonths()
    {
        const Bench bench;
        bench.write("euro.csv", QByteArray(sampleCosts()).replace("USD", "EUR").replace("2026-09", "2026-08"));
        QCOMPARE(bench.ask({"import", "euro.csv", "--source", "euro"}).exitCode, 0);
        bench.write("new.json", R"({"rules": [{"name": "all", "set": {"team": "Everybody"}}]})");
        for (const char* from : {"2026-07", "2026-10", "2026-09"}) // that of October is hidden by that of September
            QCOMPARE(bench.ask({"rules", "apply", "new.json", "--from", from}).exitCode, 0);
        const QString file = bench.path("about.txt");
        const QByteArray path = file.toUtf8();
        bench.ask({"totals", "--by", "service", "--where", "currency=EUR", "--top", "1", "--distinct", "service",
                   "--granularity", "month", "--about", path.constData()});
        for (const char* line :
             {"filters: currency is EUR\n", "currencies, never added: EUR\n", "charge lines: 3\n", "step: a month\n",
              "top: the 1 largest of each currency; the rest is folded into Other\n",
              "distinct: different values of service, empty ones left out\n",
              "allocation rules: version 5 from 2026-09 on; version 3 from 2026-07 through 2026-08; version 2 "
              "before\n"})
            QVERIFY2(readFile(file).contains(line), readFile(file).constData());
        bench.ask({"totals", "--compare", "before", "--range", "sep", "--about", path.constData()});
        for (const char* line : {"range: sep\n", "compared with: 2026-08 (data of 22 of 31 days)\n"})
            QVERIFY2(readFile(file).contains(line), readFile(file).constData());
        bench.ask({"charges", "--limit", "2", "--about", path.constData()});
        QVERIFY2(readFile(file).contains("charge lines: 6\nlimit: the first 2 lines of the output at most; 6 charge "
                                         "lines are selected\n"),
                 readFile(file).constData());
        bench.ask({"totals", "--rules", "new.json", "--about", path.constData()});
        QVERIFY(readFile(file).contains("allocation rules: a file, not published: new.json\n"));
        bench.ask({"totals", "--cost", "contracted", "--about", path.constData()});
        QVERIFY2(readFile(file).contains("3 of 3 USD state no contracted cost"), readFile(file).constData());
    }

    void totals_about_namesChargesDatedAwayFromTheDays()
    {
        const Bench bench;
        bench.write("far.csv", kHeader + line("Amazon S3", "Ads", "7", "7").replace("2026-", "2039-"));
        QCOMPARE(bench.ask({"import", "far.csv", "--source", "far"}).exitCode, 0);
        const QString file = bench.path("about.txt");
        const QByteArray path = file.toUtf8();
        bench.ask({"totals", "--about", path.constData()});
        QVERIFY2(readFile(file).contains("UTC: 2026-09-10..2026-09-10, and away from them: 1 USD charges of far dated "
                                         "2039\n"),
                 readFile(file).constData());
        for (const char* to : {"2026-10-01", "2026-09-11"}) { // they are not of these days
            bench.ask({"totals", "--to", to, "--about", path.constData()});
            QVERIFY2(!readFile(file).contains("away from them"), readFile(file).constData());
        }
    }

    void totals_everyColumnHasANameOfItsOwn()
    {
        const Bench bench;
        for (const char* by : {"currency", "currency,service", "service,currency"}) {
            const QByteArray csv = firstLine(bench.ask({"totals", "--by", by, "--granularity", "month"}).out);
            QByteArrayList names = csv.split(',');
            QCOMPARE(names.mid(names.size() - 4), (QByteArrayList{"period", "currency", "cost", "rows"}));
            const QByteArray json = bench.ask({"--format", "json", "totals", "--by", by, "--granularity", "month"}).out;
            const auto rows = QJsonDocument::fromJson(json).array().size();
            for (const QByteArray& name : names)
                QCOMPARE(json.count('"' + name + "\": "), rows);
            std::sort(names.begin(), names.end());
            QVERIFY(std::adjacent_find(names.begin(), names.end()) == names.end());
        }
    }

    void findings_areAcknowledgedByTheirId()
    {
        const Bench bench;
        const auto ids = [&bench](bool isKnown) {
            QByteArrayList all;
            for (const auto& row : bench.json({"findings"}).array()) {
                if (row.toObject().value("acknowledged_at").isNull() != isKnown)
                    all << row.toObject().value("id").toString().toUtf8();
            }
            return all;
        };
        QVERIFY(firstLine(bench.ask({"findings"}).out).endsWith(",acknowledged_note,id"));
        const QByteArrayList open = ids(false);
        QVERIFY(!open.isEmpty());
        QCOMPARE(bench.ask({"findings", "ack", "0000nothing"}).exitCode, 1);
        QCOMPARE(bench.ask({"findings", "ack", open.front().constData(), "0000nothing"}).exitCode, 1);
        QCOMPARE(bench.ask({"findings", "ack", open.front().left(3).constData()}).exitCode, 1);
        QCOMPARE(bench.ask({"findings", "ack"}).exitCode, 2);
        QVERIFY(ids(true).isEmpty()); // all or none
        for (const QByteArray& id : open) {
            const CliAnswer known = bench.ask({"findings", "ack", id.left(9).constData(), "--note", "as, ever"});
            QVERIFY2(known.exitCode == 0, known.err.constData());
            QCOMPARE(firstLine(known.out), QByteArray("id,severity,check,rows,message,file,source,state"));
            QVERIFY(known.out.endsWith(",acknowledged\n"));
        }
        QCOMPARE(ids(true), open);
        const CliAnswer known = bench.ask({"findings"});
        QCOMPARE(known.exitCode, 0); // it was 3
        QVERIFY(known.out.contains(",\"as, ever\","));
        QVERIFY(bench.ask({"findings", "unack", open.front().constData()}).out.endsWith(",open\n"));
        QCOMPARE(ids(false), QByteArrayList{open.front()});
    }

    /// Nothing of what is set aside counts; that it cannot be put back any more is said.
    void salvage_saysWhatCanNoLongerBePutBack()
    {
        const Bench bench;
        QVERIFY(!bench.run({"salvage", "w.altimeter", "--out", "plain.altimeter"}).out.contains("taken back"));
        QCOMPARE(bench.ask({"import", "costs.csv", "--source", "other", "--keep-both"}).exitCode, 0);
        bench.write("costs2.csv", QByteArray(sampleCosts()).replace("9.5", "9.25"));
        QCOMPARE(bench.ask({"import", "costs2.csv", "--source", "cloud", "--replace"}).exitCode, 0);
        const QByteArray replaced = bench.run({"salvage", "w.altimeter", "--out", "one.altimeter"}).out;
        QVERIFY2(replaced.contains(",3,yes,what the last deliveries replaced is not taken over"), replaced.constData());
        QCOMPARE(bench.ask({"sources", "remove", "cloud"}).exitCode, 0);
        const CliAnswer removed = bench.run({"salvage", "w.altimeter", "--out", "two.altimeter"});
        QCOMPARE(removed.exitCode, 3);
        QVERIFY2(removed.out.contains("cloud,,,,3,no,\"the source was removed"), removed.out.constData());
    }

    void totals_unknownCost_isNoZero()
    {
        const Bench bench;
        const CliAnswer answer = bench.ask({"totals", "--cost", "contracted"});
        QCOMPARE(answer.out, QByteArray("currency,cost,rows\nUSD,,3\n"));
        QVERIFY(answer.err.contains("3 of 3"));
        QCOMPARE(bench.json({"totals", "--cost", "contracted"}).array()[0][QStringLiteral("cost")],
                 QJsonValue(QJsonValue::Null));
        QCOMPARE(bench.ask({"totals", "--cost", "contracted", "--quiet"}).err, QByteArray());
    }

    void totals_json_areTextAmounts()
    {
        const QJsonArray rows = Bench().json({"totals", "--cost", "list"}).array();
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows[0][QStringLiteral("cost")], QJsonValue(QStringLiteral("60.000000000")));
        QCOMPARE(rows[0][QStringLiteral("rows")], QJsonValue(3));
    }

    void totals_emptyWorkspace_isAHeader()
    {
        const Bench bench(false);
        QCOMPARE(bench.ask({"totals", "--by", "team"}).out, QByteArray("team,currency,cost,rows\n"));
        QVERIFY(bench.json({"totals"}).array().isEmpty());
        QCOMPARE(bench.ask({"forecast", "--horizon", "5"}).exitCode, 0);
        QCOMPARE(bench.ask({"anomalies"}).exitCode, 0);
        QCOMPARE(bench.ask({"proof"}).exitCode, 0);
    }

    void charges_printed_sumToTheTotal()
    {
        const Bench bench;
        const CliAnswer answer = bench.ask({"charges", "--where", "team=", "--where", "team=Ads"});
        QCOMPARE(answer.exitCode, 0);
        QCOMPARE(
            firstLine(answer.out),
            QByteArray("source,file,line,charge_period_start,charge_period_end,billing_period,currency,billed_cost,"
                       "effective_cost,list_cost,contracted_cost,provider,service,sub_account,resource,"
                       "charge_category,description,team,cost_center,environment,use_case,workflow,shared_part"));
        const QByteArrayList lines = dataLines(answer.out);
        QCOMPARE(lines.size(), 2);
        QVERIFY2(lines[0].startsWith("cloud,costs.csv,3,2026-09-10T00:00:00Z,2026-09-11T00:00:00Z,2026-09,USD,"
                                     "-0.500000000,-0.500000000,20.000000000,,AWS,Amazon S3,,,Usage,,Ads,"),
                 lines[0].constData());
        QVERIFY(lines[1].contains("\"Cloud, misc\""));
        QCOMPARE(dataLines(bench.ask({"charges", "--limit", "1"}).out).size(), 1);
        QCOMPARE(bench.json({"charges"}).array()[0][QStringLiteral("contracted_cost")], QJsonValue(QJsonValue::Null));
    }

    void answers_twice_areTheSameBytes()
    {
        const Bench bench;
        for (const char* format : {"csv", "json", "table"}) {
            for (const char* verb : {"totals", "charges", "sources", "proof", "anomalies", "rejected"})
                QCOMPARE(bench.ask({verb, "--format", format}).out, bench.ask({verb, "--format", format}).out);
        }
    }

    // rules

    void rules_check_namesTheWrongField()
    {
        const Bench bench;
        QCOMPARE(bench.ask({"rules", "check", "rules.json"}).exitCode, 0);
        bench.write("bad.json", R"({"rules": [{"name": "a", "set": {"team": "x"}, "wehn": []}]})");
        const CliAnswer answer = bench.ask({"rules", "check", "bad.json"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.err.contains("bad.json") && answer.err.contains("rules[0]"), answer.err.constData());
        QCOMPARE(bench.ask({"rules", "apply", "bad.json"}).exitCode, 1);
        QCOMPARE(bench.ask({"rules", "check", "absent.json"}).exitCode, 1);
    }

    void rules_check_needsNoWorkspace()
    {
        const Bench bench;
        const CliAnswer answer = bench.run({"--workspace", "absent.altimeter", "rules", "check", "rules.json"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY(answer.out.contains("tag"));
        QVERIFY(!QFile::exists(bench.path("absent.altimeter")));
    }

    void rules_diff_saysWhatMoves()
    {
        const Bench bench;
        bench.write("new.json", R"({"rules": [{"name": "all", "set": {"team": "Search"}}]})");
        const QByteArray out = bench.ask({"rules", "diff", "new.json"}).out;
        QCOMPARE(firstLine(out), QByteArray("field,owner,month,currency,before,after,change"));
        QVERIFY(out.contains("team,Search,2026-09,USD,9.500000000,11.250000000,1.750000000\n"));
        QVERIFY(out.contains("team,,2026-09,USD,2.250000000,0.000000000,-2.250000000\n"));
        QVERIFY(out.contains("team,Ads,2026-09,USD,-0.500000000,0.000000000,0.500000000\n"));
        QVERIFY(bench.ask({"totals", "--by", "team"}).out.contains("Ads")); // nothing was published
    }

    void rules_showThenApply_comeAround()
    {
        const Bench bench;
        const QByteArray shown = bench.ask({"rules", "show"}).out;
        QVERIFY(QJsonDocument::fromJson(shown).isObject());
        QCOMPARE(bench.ask({"rules", "show", "--format", "json"}).out, shown);
        bench.write("shown.json", shown);
        QCOMPARE(bench.ask({"rules", "apply", "shown.json"}).exitCode, 0);
        QVERIFY(bench.ask({"rules", "show", "--format", "csv"}).out.startsWith("rule,name,enabled,from,to,"));
    }

    void rulesVersions_areListed_andAnyOfThemIsShown()
    {
        const Bench bench;
        const QByteArray second = bench.ask({"rules", "show"}).out;
        bench.write("none.json", R"({"rules": []})");
        QCOMPARE(bench.ask({"rules", "apply", "none.json"}).exitCode, 0);
        const CliAnswer listed = bench.ask({"rules", "versions", "--format", "csv"});
        QVERIFY2(listed.out.startsWith("version,published_at,in_force,from,note,by,moved,moved_earlier\n3,20"),
                 listed.out.constData());
        QVERIFY2(listed.out.contains("\n2,20"), listed.out.constData());
        QCOMPARE(listed.out.count(",true,"), 1);
        QCOMPARE(bench.ask({"rules", "show", "--number", "2"}).out, second);
        const CliAnswer absent = bench.ask({"rules", "show", "--number", "77"});
        QCOMPARE(absent.exitCode, 1);
        QVERIFY2(absent.err.contains("there is no version 77"), absent.err.constData());
    }

    /// The charges are of September.
    void rulesApply_fromAMonth_leavesEveryMonthBeforeAsItWas()
    {
        const Bench bench;
        const auto byMonth = [&bench] {
            return bench.ask({"totals", "--by", "team", "--granularity", "month", "--format", "csv"}).out;
        };
        const QByteArray before = byMonth();
        bench.write("none.json", R"({"rules": []})");
        QCOMPARE(bench.ask({"rules", "diff", "none.json", "--from", "2026-10", "--format", "csv"}).out.count('\n'), 1);
        QVERIFY(
            bench.ask({"rules", "diff", "none.json", "--from", "open", "--format", "csv"}).out.contains(",2026-09,"));
        const CliAnswer october =
            bench.ask({"rules", "apply", "none.json", "--from", "2026-10", "--note", "nobody pays", "--format", "csv"});
        QCOMPARE(october.out, QByteArray("version,rules,from,moved,moved_earlier\n3,0,2026-10,,\n"));
        QCOMPARE(byMonth(), before);
        const CliAnswer september = bench.ask({"rules", "apply", "none.json", "--from", "2026-09", "--format", "csv"});
        QCOMPARE(september.out, QByteArray("version,rules,from,moved,moved_earlier\n4,0,2026-09,USD 9.5,USD 0\n"));
        QVERIFY(byMonth() != before);
        QVERIFY(bench.ask({"rules", "versions", "--format", "csv"}).out.contains(",false,2026-10,nobody pays,"));
        for (const char* wrong : {"2026-11-02", "november"})
            QVERIFY(bench.ask({"rules", "apply", "none.json", "--from", wrong}).err.contains("--from is a month"));
    }

    // proof

    void proof_wholeImport_isReconciled()
    {
        const Bench bench;
        const CliAnswer answer = bench.ask({"proof"});
        QCOMPARE(answer.exitCode, 0);
        const QJsonArray lines = bench.json({"proof", "--cost", "billed"}).array();
        QCOMPARE(lines.size(), 1);
        QCOMPARE(lines[0][QStringLiteral("file_total")].toString(), QStringLiteral("11.500000000000000000000001"));
        QCOMPARE(lines[0][QStringLiteral("remainder")].toString(), QStringLiteral("0.000000000"));
        QCOMPARE(bench.json({"proof", "--period", "2026-08"}).array().size(), 0);
    }

    void proof_invoice_decidesTheExit()
    {
        const Bench bench;
        bench.write("good.csv", "billing_account,billing_period,currency,total\n1,2026-09,USD,11.50\n");
        bench.write("bad.csv", "billing_account,billing_period,currency,total\n1,2026-09,USD,11.75\n");
        bench.write("other.csv", "billing_account,billing_period,currency,total\n9,2026-09,USD,1\n");
        QCOMPARE(bench.ask({"proof", "--invoice", "good.csv"}).exitCode, 0);
        const CliAnswer bad = bench.ask({"proof", "--invoice", "bad.csv", "--cost", "billed"});
        QCOMPARE(bad.exitCode, 3);
        QVERIFY2(bad.out.contains(",11.750000000,"), bad.out.constData());
        QCOMPARE(bench.ask({"proof", "--invoice", "other.csv"}).exitCode, 3);
        QCOMPARE(bench.ask({"proof", "--invoice", "absent.csv"}).exitCode, 1);
    }

    void proof_invoiceFileWithoutInvoices_isAnError()
    {
        const Bench bench;
        const QList<QPair<const char*, QByteArray>> files{
            {"nothing.csv", ""},
            {"blank.csv", "\n \n"},
            {"header.csv", "billing_account,billing_period,currency,total\n"},
            {"list.json", "[]"},
            {"object.json", R"({"foo":[]})"},
            {"object2.json", R"({"foo":[{"billing_account":"1"}]})"},
            {"other.csv", "a,b\n1,2\n"},
        };
        for (const auto& [name, text] : files) {
            bench.write(name, text);
            const CliAnswer answer = bench.ask({"proof", "--invoice", name});
            QCOMPARE(answer.exitCode, 1);
            QCOMPARE(answer.out, QByteArray());
            QVERIFY2(answer.err.contains(name), answer.err.constData());
        }
        QVERIFY(bench.ask({"proof", "--invoice", "nothing.csv"}).err.contains("billing_account,billing_period"));
        bench.write("good.csv", "billing_account,billing_period,currency,total\n1,2026-09,USD,11.50\n");
        const CliAnswer elsewhen = bench.ask({"proof", "--invoice", "good.csv", "--period", "2026-08"});
        QCOMPARE(elsewhen.exitCode, 1);
        QVERIFY2(elsewhen.err.contains("nothing was compared"), elsewhen.err.constData());
        QCOMPARE(bench.ask({"proof", "--invoice", "good.csv", "--cost", "effective"}).exitCode, 2);
    }

    void pipesAndDevices_areRefusedAtOnce()
    {
        const Bench bench;
        const QByteArray pipe = bench.path("pipe.csv").toUtf8();
        QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
        const std::initializer_list<std::initializer_list<const char*>> questions{
            {"import", pipe.constData()},
            {"proof", "--invoice", pipe.constData()},
            {"totals", "--rules", pipe.constData()},
            {"rules", "check", pipe.constData()},
            {"rules", "apply", "/dev/zero"},
            {"import", "/dev/zero"},
            {"forecast", "--series", pipe.constData(), "--horizon", "2"},
        };
        for (const auto& words : questions) {
            const CliAnswer answer = bench.ask(words);
            QCOMPARE(answer.exitCode, 1);
            QVERIFY2(answer.err.contains("a pipe") || answer.err.contains("a device"), answer.err.constData());
        }
    }

    void hostileNames_inATable_areNamed()
    {
        const Bench bench(false);
        bench.write("costs.csv", kHeader + line("<h1>x</h1>\u202Egnp", "a\u200Bb", "1", "1") +
                                     line("\"two\nlines\x1b[31m\"", "b", "2", "2"));
        QCOMPARE(bench.ask({"import", "costs.csv"}).exitCode, 0);
        const QByteArray table = bench.ask({"totals", "--by", "service", "--format", "table"}).out;
        QVERIFY2(table.contains("<h1>x</h1>‹U+202E›gnp") && table.contains("two‹U+000A›lines‹U+001B›[31m"),
                 table.constData());
        QVERIFY(!table.contains("\u202E") && !table.contains('\x1b'));
        QVERIFY(bench.ask({"totals", "--by", "service", "--format", "csv"}).out.contains("<h1>x</h1>\u202Egnp"));
        QVERIFY(bench.ask({"totals", "--by", "service", "--format", "json"}).out.contains("<h1>x</h1>\u202Egnp"));
    }

    // the demonstration company

    void demo_everyVerb_answers()
    {
        const QTemporaryDir folder;
        const auto run = [&folder](const QString& words) {
            return runCli(folder.path(),
                          (QStringLiteral("--workspace d.altimeter --format csv ") + words).split(QLatin1Char(' ')));
        };
        QCOMPARE(
            runCli(folder.path(), {QStringLiteral("init"), QStringLiteral("d.altimeter"), QStringLiteral("--demo")})
                .exitCode,
            0);
        const CliAnswer teams = run(QStringLiteral("totals --by team"));
        QVERIFY(dataLines(teams.out).size() >= 8);
        QCOMPARE(run(QStringLiteral("proof")).exitCode, 0);
        const CliAnswer anomalies = run(QStringLiteral("anomalies --by team"));
        QCOMPARE(firstLine(anomalies.out), QByteArray("series,period,currency,actual,expected,lower,upper,impact,score,"
                                                      "severity,kind,status"));
        QVERIFY(!dataLines(anomalies.out).isEmpty());
        const CliAnswer forecast = run(QStringLiteral("forecast --horizon 14"));
        QCOMPARE(firstLine(forecast.out), QByteArray("series,period,currency,mean,lo80,hi80,lo95,hi95"));
        QVERIFY(dataLines(forecast.out).size() >= 14);
        const CliAnswer report = run(QStringLiteral("report weekly --out reports"));
        QVERIFY2(report.exitCode == 0, report.err.constData());
        const QStringList pdfs = QDir(folder.filePath(QStringLiteral("reports"))).entryList({QStringLiteral("*.pdf")});
        QCOMPARE(pdfs.size(), 1);
        const QByteArray once = readFile(folder.filePath(QStringLiteral("reports/") + pdfs.front()));
        QVERIFY(once.startsWith("%PDF-"));
        run(QStringLiteral("report weekly --out again"));
        QCOMPARE(readFile(folder.filePath(QStringLiteral("again/") + pdfs.front())), once);
    }

    void demo_interrupted_leavesNothingHalf()
    {
        const QTemporaryDir folder;
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.start(cliProgram(), {QStringLiteral("init"), QStringLiteral("d.altimeter"), QStringLiteral("--demo")});
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(!QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot) ||
                                     process.state() == QProcess::NotRunning,
                                 20'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        if (process.exitCode() == 0)
            QSKIP("it was done before it could be interrupted");
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("cancelled"));
    }

    // series files

    void series_file_isScoredAndForecast()
    {
        const Bench bench(false);
        QByteArray series = "timestamp,value\n";
        for (int day = 0; day < 60; ++day)
            series += QDate(2026, 1, 1).addDays(day).toString(Qt::ISODate).toLatin1() + "," +
                      QByteArray::number(day == 50 ? 900 : 100 + 10 * (day % 7)) + "\n";
        bench.write("s.csv", series);
        const CliAnswer scored = bench.run({"anomalies", "--series", "s.csv"});
        QVERIFY2(scored.exitCode == 0, scored.err.constData());
        QCOMPARE(firstLine(scored.out), QByteArray("series,timestamp,value,expected,lower,upper,score,is_anomaly"));
        QCOMPARE(dataLines(scored.out).size(), 60);
        bench.write("f.csv", QByteArray(series).replace("timestamp,", "series,period,").replace("\n2026", "\na,2026"));
        const CliAnswer ahead = bench.run({"forecast", "--series", "f.csv", "--horizon", "7", "--season", "7"});
        QVERIFY2(ahead.exitCode == 0, ahead.err.constData());
        QCOMPARE(firstLine(ahead.out), QByteArray("series,step,mean,lo80,hi80,lo95,hi95"));
        QCOMPARE(dataLines(ahead.out).size(), 7);
        const CliAnswer json = bench.run({"--format", "json", "forecast", "--series", "f.csv", "--horizon", "7"});
        QCOMPARE(QJsonDocument::fromJson(json.out).array().size(), 7);
        QCOMPARE(bench.run({"anomalies", "--series", "absent.csv"}).exitCode, 1);
    }

    // real files

    void realFiles_everyOne_imports()
    {
        const QString shared = qEnvironmentVariable("ALTIMETER_SHARED") + QStringLiteral("/data/focus");
        if (!QDir(shared).exists())
            QSKIP("the shared data are not here");
        const Bench bench(false);
        const CliAnswer sample = bench.ask({"import", qPrintable(shared + "/focus-1.0-official-sample.csv")});
        QCOMPARE(sample.exitCode, 0);
        QCOMPARE(bench.ask({"totals", "--by", "provider", "--cost", "billed"}).out,
                 QByteArray("provider,currency,cost,rows\nAWS,USD,18.0066386184,942\nMicrosoft,USD,1.97651418586,51\n"
                            "Oracle,USD,0.53707392473,7\n"));
        QCOMPARE(bench.ask({"totals", "--cost", "list"}).out,
                 QByteArray("currency,cost,rows\nUSD,20.39090575119,1000\n"));
        QCOMPARE(bench.ask({"proof"}).exitCode, 0);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"

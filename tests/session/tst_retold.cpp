#include <QTest>

#include "tests/testkit/deliverybench.h"

#include <map>

using namespace altimeter;

namespace {

using Line = std::map<QByteArray, QByteArray>; ///< cells by column
using Lines = QList<Line>;

const QByteArrayList kColumns{"BilledCost",
                              "EffectiveCost",
                              "BillingCurrency",
                              "BillingAccountId",
                              "BillingPeriodStart",
                              "BillingPeriodEnd",
                              "ChargePeriodStart",
                              "ChargePeriodEnd",
                              "ChargeCategory",
                              "ProviderName",
                              "ServiceName",
                              "SubAccountId",
                              "ResourceId",
                              "RegionId",
                              "SkuId",
                              "ChargeDescription",
                              "ChargeClass",
                              "InvoiceId",
                              "Tags"};

/// A charge of one day of August 2025.
Line charge(int day, const QByteArray& cost, const QByteArray& resource, const QByteArray& service = "Compute")
{
    const auto at = [](int of) { return QDate(2025, 8, of).toString(Qt::ISODate).toUtf8(); };
    return {{"BilledCost", cost},
            {"EffectiveCost", cost},
            {"BillingCurrency", "USD"},
            {"BillingAccountId", "A-7"},
            {"BillingPeriodStart", "2025-08-01"},
            {"BillingPeriodEnd", "2025-09-01"},
            {"ChargePeriodStart", at(day)},
            {"ChargePeriodEnd", at(day + 1)},
            {"ChargeCategory", "Usage"},
            {"ProviderName", "Cloud"},
            {"ServiceName", service},
            {"SubAccountId", "s-1"},
            {"ResourceId", resource},
            {"RegionId", "eu-1"},
            {"SkuId", "k-1"},
            {"ChargeDescription", "per hour"},
            {"Tags", "{}"}};
}

Lines with(Lines lines, const QByteArray& column, const QByteArray& cell)
{
    for (Line& line : lines)
        line[column] = cell;
    return lines;
}

QByteArray csvOf(const Lines& lines, const QByteArray& without = {})
{
    QByteArrayList columns = kColumns;
    columns.removeAll(without);
    QByteArray csv = columns.join(',') + '\n';
    for (const Line& line : lines) {
        QByteArrayList cells;
        for (const QByteArray& column : columns) {
            const auto cell = line.find(column);
            QByteArray text = cell == line.end() ? QByteArray() : cell->second;
            cells << (text.contains('"') ? '"' + text.replace('"', "\"\"") + '"' : text);
        }
        csv += cells.join(',') + '\n';
    }
    return csv;
}

/// Odd amounts of two machines and a disk, another one each day.
Lines days(int count)
{
    Lines lines;
    for (int day = 1; day <= count; ++day) {
        lines << charge(day, QByteArray::number(4.1 + 0.37 * day, 'f', 2), "m-1")
              << charge(day, QByteArray::number(9.3 + 1.13 * day, 'f', 2), "m-2")
              << charge(day, QByteArray::number(0.7 + 0.11 * day, 'f', 2), "d-1", "Disk");
    }
    return lines;
}

qint64 centsOf(const Lines& lines)
{
    qint64 sum = 0;
    for (const Line& line : lines)
        sum += qRound64(line.at("BilledCost").toDouble() * 100);
    return sum;
}

} // namespace

/// Charges that are told again with other tags, names or places, and what only looks like it.
class TestRetold : public QObject, private testkit::DeliveryBench {
    Q_OBJECT

    void checkRefused(const Result<ImportReport>& report, qint64 stays)
    {
        QVERIFY2(!report, qPrintable(told(report)));
        QVERIFY2(told(report).contains("--keep-both"), qPrintable(told(report)));
        QCOMPARE(total(), stays);
    }
    void checkTaken(const Result<ImportReport>& report, qint64 stands)
    {
        QVERIFY2(report, qPrintable(told(report)));
        QVERIFY2(total() == stands, qPrintable(QString("%1 and not %2\n").arg(total()).arg(stands) + told(report)));
    }

private slots:
    void init() { beginWorkspace(); }

    // the same charges with other cells

    void otherCells_areTheSameCharges_data()
    {
        QTest::addColumn<QByteArray>("column");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("tags") << QByteArray("Tags") << QByteArray("{}") << QByteArray(R"({"team":"web"})");
        QTest::newRow("order of tags") << QByteArray("Tags") << QByteArray(R"({"a":"1","b":"2"})")
                                       << QByteArray(R"({"b": "2", "a": "1"})");
        QTest::newRow("description") << QByteArray("ChargeDescription") << QByteArray("a") << QByteArray("b");
        QTest::newRow("SKU") << QByteArray("SkuId") << QByteArray("k-1") << QByteArray("k-9");
        QTest::newRow("region") << QByteArray("RegionId") << QByteArray("eu-1") << QByteArray("Europe");
        QTest::newRow("service") << QByteArray("ServiceName") << QByteArray("EC2") << QByteArray("Elastic Compute");
        QTest::newRow("sub account") << QByteArray("SubAccountId") << QByteArray("s-1") << QByteArray();
        QTest::newRow("case") << QByteArray("SubAccountId") << QByteArray("s-1") << QByteArray("S-1");
        QTest::newRow("resource") << QByteArray("ResourceId") << QByteArray("r-1") << QByteArray();
    }
    void otherCells_areTheSameCharges()
    {
        QFETCH(QByteArray, column);
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const Lines old = with(days(4), column, before);
        const Lines now = with(days(5), column, after);
        write("runs/20250804/p.csv", csvOf(old)); // the later name counts
        write("runs/20250805/p.csv", csvOf(now));
        checkTaken(import("runs"), centsOf(now));
        init();
        write("in/a.csv", csvOf(old)); // which one is later nobody knows
        write("in/b.csv", csvOf(now));
        checkRefused(import("in"), 0);
        write("a.csv", csvOf(old)); // one by one as well
        write("b.csv", csvOf(now));
        QVERIFY(import("a.csv"));
        checkRefused(import("b.csv"), centsOf(old));
        checkTaken(import("b.csv", both()), centsOf(old + now));
        checkTaken(import("a.csv"), centsOf(old + now)); // it was said once
        checkTaken(import("b.csv"), centsOf(old + now));
    }

    void missingColumn_isAnotherFormOfTheSame()
    {
        write("a.csv", csvOf(days(3)));
        QVERIFY(import("a.csv"));
        write("b.csv", csvOf(days(3), "ResourceId"));
        checkRefused(import("b.csv"), centsOf(days(3)));
    }

    void tagsOfSomeThatAreActivated_inRunFoldersDayByDay()
    {
        Lines now = days(4);
        for (Line& line : now)
            line["Tags"] = line["ResourceId"] == "m-2" ? R"({"team":"web"})" : "{}";
        write("runs/20250803/p.csv", csvOf(days(3)));
        checkTaken(import("runs"), centsOf(days(3)));
        write("runs/20250804/p.csv", csvOf(now));
        checkTaken(import("runs"), centsOf(now));
    }

    void equalSetUps_countEach_data()
    {
        QTest::addColumn<bool>("inFolder");
        QTest::newRow("one by one") << false;
        QTest::newRow("in one folder") << true;
    }
    void equalSetUps_countEach()
    {
        QFETCH(bool, inFolder);
        Lines all;
        for (const char* sub : {"s-1", "s-2", "s-3"}) {
            Lines lines;
            for (int day = 1; day <= 6; ++day)
                lines << charge(day, "1.0061", "") << charge(day, "0.3264", "", "NAT")
                      << charge(day, "2.77", "", "Log");
            lines = with(lines, "SubAccountId", sub);
            const QString name = QString("in/%1.csv").arg(sub);
            write(name, csvOf(lines));
            all += lines;
            if (!inFolder)
                QVERIFY2(import(name), sub);
        }
        if (inFolder)
            QVERIFY(import("in"));
        QCOMPARE(total(), qint64{3 * 6 * 10061 + 3 * 6 * 3264 + 3 * 6 * 27700} / 100);
    }

    void equalMachines_countEach()
    {
        for (const char* machine : {"m-1", "m-2"}) {
            Lines lines;
            for (int day = 1; day <= 5; ++day)
                lines << charge(day, "2.4193", machine);
            write(QString("%1.csv").arg(machine), csvOf(lines));
            const auto report = import(QString("%1.csv").arg(machine));
            QVERIFY2(report, qPrintable(told(report)));
        }
        QCOMPARE(total(), qint64{2 * 5 * 24193} / 100);
    }

    // what only looks like a state

    void invoicesOfOneMonth_countBoth()
    {
        const auto invoice = [](const char* id, const QByteArrayList& costs) {
            return with(
                {charge(1, costs[0], "", "Seats"), charge(1, costs[1], "", "API"), charge(1, costs[2], "", "Log")},
                "InvoiceId", id);
        };
        const Lines first = invoice("I-1", {"120.50", "310.75", "18.20"});
        const Lines second = invoice("I-2", {"60.25", "455.10", "22.35"});
        write("in/invoice_2025-08-10.csv", csvOf(first));
        write("in/invoice_2025-08-24.csv", csvOf(second));
        checkTaken(import("in"), centsOf(first + second));
    }

    void correctionsInAFileOfTheirOwn_areAdded()
    {
        Lines corrections;
        for (Line line : days(2)) {
            line["BilledCost"] = "-0.50";
            line["ChargeClass"] = "Correction";
            corrections << line;
        }
        write("in/c_2025-09-01.csv", csvOf(days(2)));
        write("in/c_2025-09-05.csv", csvOf(corrections));
        checkTaken(import("in"), centsOf(days(2)) - 6 * 50);
    }

    void deltasOfAMonth_areAskedOnce()
    {
        const auto delta = [](const QByteArrayList& costs) {
            return with(
                {charge(1, costs[0], "", "Seats"), charge(1, costs[1], "", "API"), charge(1, costs[2], "", "Log")},
                "ChargePeriodEnd", "2025-09-01");
        };
        const Lines first = delta({"5.25", "7.75", "1.25"});
        const Lines second = delta({"4.50", "9.25", "0.75"});
        write("in/d_2025-08-10.csv", csvOf(first));
        write("in/d_2025-08-11.csv", csvOf(second));
        checkRefused(import("in"), 0);
        checkTaken(import("in", both()), centsOf(first + second));
        checkTaken(import("in"), centsOf(first + second));
    }

    void earlierState_countsWhereBothAreSaidTo()
    {
        Lines later = days(3);
        later[0]["BilledCost"] = "77.77";
        write("in/f_2025-08-03.csv", csvOf(days(3)));
        write("in/f_2025-08-04.csv", csvOf(later));
        checkTaken(import("in"), centsOf(later));
        checkTaken(import("in", both()), centsOf(later) + centsOf(days(3)));
        checkTaken(import("in"), centsOf(later) + centsOf(days(3)));
    }

    // replacing

    void replace_leavesWhatWasSaidToCountBeside()
    {
        Lines part = with(days(2), "ChargeDescription", "part 2");
        for (Line& line : part)
            line["BilledCost"] = line["EffectiveCost"] = "3.00";
        write("a.csv", csvOf(days(2)));
        QVERIFY(import("a.csv"));
        write("b.csv", csvOf(part));
        checkTaken(import("b.csv", both()), centsOf(days(2) + part));
        write("a.csv", csvOf(days(1)));
        checkTaken(import("a.csv", replacing()), centsOf(days(1) + part));
    }

    void replace_saysWhatItTookAway()
    {
        write("a.csv", csvOf(days(2)));
        QVERIFY(import("a.csv"));
        write("b.csv", csvOf(with(days(2), "BillingAccountId", "A-8")));
        const auto report = import("b.csv", replacing());
        checkTaken(report, centsOf(days(2)));
        const QString old = QString::number(static_cast<double>(centsOf(days(2))) / 100, 'f', 2);
        QVERIFY2(told(report).contains("were removed, as this delivery takes their place: BilledCost " + old),
                 qPrintable(told(report)));
        const auto removed =
            std::find_if(report->partitions.begin(), report->partitions.end(),
                         [](const PartitionReport& one) { return one.action == PartitionReport::Action::Removed; });
        QVERIFY(removed != report->partitions.end());
        for (const CostLens lens : {CostLens::Billed, CostLens::Effective})
            QCOMPARE(QString::fromStdString(removed->oldTotal[static_cast<std::size_t>(lens)].toString(2)), old);
    }

    void replace_leavesAnEqualSetUpOfAnotherAccount()
    {
        for (const char* account : {"A-1", "A-2"}) {
            Lines lines;
            for (int day = 1; day <= 3; ++day)
                lines << charge(day, "1.0061", "") << charge(day, "0.3264", "", "NAT")
                      << charge(day, "2.77", "", "Log");
            write(QString("%1.csv").arg(account),
                  csvOf(with(with(lines, "BillingAccountId", account), "SubAccountId", account)));
            QVERIFY(import(QString("%1.csv").arg(account), replacing()));
        }
        QCOMPARE(total(), qint64{2 * 3 * (10061 + 3264 + 27700)} / 100);
    }

    // snapshots one by one

    void datedSnapshots_oneByOne()
    {
        for (int day = 1; day <= 4; ++day) {
            Lines lines = days(day);
            for (Line& line : lines) { // the last day is not whole yet
                if (line["ChargePeriodStart"] == QDate(2025, 8, day).toString(Qt::ISODate).toUtf8())
                    line["BilledCost"] = line["EffectiveCost"] = "0.51";
            }
            const QString name = QString("focus_2025-08-0%1.csv").arg(day);
            write(name, csvOf(lines));
            checkTaken(import(name), centsOf(lines));
        }
    }

    void writtenOtherwise_isTheSame()
    {
        write("in/p.csv", csvOf(days(2)));
        QVERIFY(import("in"));
        Lines longer = days(2);
        for (Line& line : longer)
            line["BilledCost"] += "0";
        write("q.csv", csvOf(longer));
        checkTaken(import("q.csv"), centsOf(days(2)));
        checkTaken(import("in"), centsOf(days(2)));
        write("in/p.csv", csvOf(longer));
        const auto report = import("in");
        checkTaken(report, centsOf(days(2)));
        QVERIFY2(!told(report).contains("replaced"), qPrintable(told(report)));
    }

    // a delivery is whole

    void undecidedFile_stopsItsFolder()
    {
        const auto tabs = [](const Lines& lines) { return csvOf(lines).replace(',', '\t'); };
        write("in/a.tsv", tabs(days(2)));
        write("in/b.tsv", tabs({charge(3, "9999", "m-1")}).replace("9999", "1,234"));
        const auto report = import("in");
        QVERIFY(!report);
        QVERIFY2(told(report).contains("can be read in two ways") && told(report).contains("b.tsv"),
                 qPrintable(told(report)));
        QVERIFY2(told(report).contains("whole or not at all"), qPrintable(told(report)));
        QCOMPARE(total(), 0);
    }

    void filesOfOtherNames_areReadOrNamed()
    {
        write("in/part-000.csv", csvOf(days(2)));
        write("in/part-001", csvOf({charge(3, "5.00", "m-1")}));
        for (const char* name : {"part-002.txt", "part-003.csv.gz.1", "part-004.csv.part", "part-005.csv.tmp"})
            write(QString("in/") + name, csvOf({charge(4, "6.00", "m-1")}));
        write("in/README.txt", "Charges of August, by day, for all machines, disks and so on.\n");
        write("in/_SUCCESS", "");
        const auto report = import("in");
        checkTaken(report, centsOf(days(2)) + 500);
        QCOMPARE(told(report).count("file-not-read: "), 4);
        QVERIFY2(!told(report).contains("README"), qPrintable(told(report)));
    }
};

QTEST_GUILESS_MAIN(TestRetold)
#include "tst_retold.moc"

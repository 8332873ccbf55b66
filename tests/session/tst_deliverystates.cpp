#include <QRandomGenerator>
#include <QTest>

#include "models/store/ingest/ingest.h"
#include "models/store/ingest/linemarks.h"
#include "providers/focus/focusfile.h"
#include "tests/testkit/deliverybench.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <map>
#include <set>

using namespace altimeter;

namespace {

/// A charge line of the made-up company, with its amount in cents.
struct Line {
    int day = 1;
    QString sub = "s1";
    QString service = "Compute";
    int cents = 100;
    QString tags = {};
    QString resource = {};
    int hour = 0;
    QString account = "E-100";
};
using Lines = QList<Line>;

qint64 centsOf(const Lines& lines)
{
    qint64 sum = 0;
    for (const Line& line : lines)
        sum += line.cents;
    return sum;
}

enum class Spelling { Plain, LongZeros, Exponent, Columns };

QString amount(int cents, Spelling spelling)
{
    if (spelling == Spelling::Exponent)
        return QString::number(cents) + "E-2";
    const QString text = (cents < 0 ? "-" : "") + QString::number(std::abs(cents) / 100) + '.' +
                         QString::number(std::abs(cents) % 100).rightJustified(2, '0');
    return spelling == Spelling::LongZeros ? text + "0000" : text;
}

QByteArray csvOf(const Lines& lines, Spelling spelling = Spelling::Plain, const QByteArray& end = "\n")
{
    const bool hasMore = spelling == Spelling::Columns; // a later version of the standard has more columns
    QByteArray csv = QByteArray("BilledCost,EffectiveCost,BillingCurrency,BillingAccountId,BillingPeriodStart,"
                                "BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ProviderName,"
                                "ServiceName,SubAccountId,ResourceId,Tags") +
                     (hasMore ? ",ServiceSubcategory,InvoiceId" : "") + end;
    for (const Line& line : lines) {
        const QString day = QDate(2025, 6, line.day).toString(Qt::ISODate);
        const QString hour = QString::number(line.hour).rightJustified(2, '0');
        QString tags = line.tags.isEmpty() ? QString() : R"("{""team"":""%1""}")";
        if (!line.tags.isEmpty())
            tags = tags.arg(line.tags);
        const QString money = amount(line.cents, spelling);
        csv += (QStringList{money, money, "USD", line.account, "2025-06-01T00:00:00Z", "2025-07-01T00:00:00Z",
                            day + 'T' + hour + ":00:00Z", QDate(2025, 6, line.day).addDays(1).toString(Qt::ISODate),
                            "Usage", "Microsoft", line.service, line.sub, line.resource, tags}
                    .join(',') +
                (hasMore ? ",Machines,I-1" : ""))
                   .toUtf8() +
               end;
    }
    return csv;
}

QByteArray gzipped(const QByteArray& plain)
{
    quint32 crc = ~0U;
    for (const char c : plain) {
        crc ^= static_cast<quint8>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xEDB88320U : crc >> 1U;
    }
    crc = ~crc;
    const QByteArray packed = qCompress(plain); // its size, two bytes of zlib, the deflated bytes, a checksum
    QByteArray gz("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10);
    gz += packed.mid(6, packed.size() - 10);
    for (const quint32 number : {crc, static_cast<quint32>(plain.size())}) {
        for (unsigned shift = 0; shift < 32; shift += 8)
            gz.append(static_cast<char>(number >> shift & 0xFFU));
    }
    return gz;
}

/// Days of a month for one sub account, each with a line for each of some services.
Lines month(int days, const QString& sub = "s1", int base = 1000)
{
    Lines lines;
    for (int day = 1; day <= days; ++day) {
        lines.append({day, sub, "Compute", base + day});
        lines.append({day, sub, "Storage", 20 + day * 3});
    }
    return lines;
}

} // namespace

/// Whatever the names, the packing and the order of deliveries: what is stored is what was charged, or the program
/// refuses.
class TestDeliveryStates : public QObject, private testkit::DeliveryBench {
    Q_OBJECT

    Result<ImportReport> import(const std::filesystem::path& path, const QString& source = {}, bool replace = false)
    {
        ImportOptions options;
        options.source = source.toStdString();
        options.replace = replace;
        options.at = {1'760'000'000};
        return session::importPaths(m_engine->file(), {path}, options, {}, {});
    }
    Result<ImportReport> importFolder(const QString& name, const QString& source = {})
    {
        return import(pathOf(name), source);
    }
    static int leftOut(const Result<ImportReport>& report)
    {
        return static_cast<int>(std::count_if(report->findings.begin(), report->findings.end(),
                                              [](const Finding& one) { return one.check == "duplicate-file"; }));
    }
    void checkRefused(const Result<ImportReport>& report, ErrorCode code = ErrorCode::Conflict)
    {
        const qint64 before = total();
        QVERIFY2(!report, qPrintable(told(report)));
        QVERIFY2(report.error().code == code, report.error().text().c_str());
        QVERIFY(!report.error().todo.empty());
        QCOMPARE(total(), before);
    }

private slots:
    void init() { beginWorkspace(); }

    // names

    void sourceName_isThatOfFileOrFolder()
    {
        write("bills/a.csv", csvOf(month(2)));
        QVERIFY(importFolder("bills/"));
        QVERIFY(import(write("July.CSV.GZ", gzipped(csvOf({{9, "s9"}})))));
        QCOMPARE(sources(), (QStringList{"July:1", "bills:4"}));
        const std::vector<std::filesystem::path> several{write("x/one.csv", csvOf({{3, "s3"}})),
                                                         write("x/y/two.csv", csvOf({{4, "s4"}}))};
        QVERIFY(session::importPaths(m_engine->file(), several, {}, {}, {}));
        QCOMPARE(sources(), (QStringList{"July:1", "bills:4", "x:2"}));
    }

    // one after the other

    /// As it lies in workspaces of the time when nothing was compared.
    void sameChargesUnderTwoNames_areOneAfterReplace_thoughTheirOwnDidNotChange()
    {
        const auto file = write("a.csv", csvOf(month(3)));
        QVERIFY(import(file, "one"));
        {
            auto writing = m_engine->file().write();
            store::Ingest::Options options;
            options.source = "two";
            options.kind = "focus-csv";
            options.at = {1'760'000'000};
            const auto ingest = store::Ingest::begin(writing.db(), options, {});
            QVERIFY(ingest);
            QVERIFY(providers::readFocusFile(file, "a.csv", **ingest, {}, {}));
            QVERIFY((*ingest)->finish());
            QVERIFY(m_engine->file().committed(writing).ok());
        }
        QCOMPARE(total(), 2 * centsOf(month(3)));
        const auto report = import(file, "one", true);
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), centsOf(month(3)));
    }

    /// `--source b --replace` of a month that another source holds, with other amounts throughout.
    void replaceUnderAnotherName_takesThePlaceOfTheSamePlaces_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QString>("what"); // replaced, beside or refused
        const auto row = [](const char* name, const Lines& lines, const char* what) {
            QTest::newRow(name) << csvOf(lines) << QString(what);
        };
        Lines restated, halves, unnamed;
        for (int day = 1; day <= 12; ++day) {
            restated.append({day, "s1", "Compute", 3'333 + day * 17, {}, "vm"});
            unnamed.append({1, {}, "Compute", 9'001 + day * 13});
        }
        for (int day = 13; day <= 24; ++day)
            halves.append({day, "s1", "Compute", 3'333 + day * 17, {}, "vm"});
        row("all amounts restated", restated, "replaced");
        row("one line, one place", {{4, "s1", "Compute", 77'123, {}, "vm"}}, "replaced");
        row("another sub account", month(12, "s2", 7'000), "beside");
        row("another service", {{3, "s1", "Network", 505, {}, "n1"}, {4, "s1", "Network", 507, {}, "n1"}}, "beside");
        row("another resource", {{3, "s1", "Compute", 505, {}, "db"}, {4, "s1", "Compute", 507, {}, "db"}}, "beside");
        row("the second half of the month", halves, "beside");
        row("the month in one line of no sub account", {{1, {}, "Compute", 90'001}}, "refused");
        row("a line of the service, and others", unnamed, "refused");
        row("a credit of the same place", {{4, "s1", "Compute", -77'123, {}, "vm"}}, "refused");
    }
    void replaceUnderAnotherName_takesThePlaceOfTheSamePlaces()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QString, what);
        Lines stored;
        for (int day = 1; day <= 12; ++day)
            stored.append({day, "s1", "Compute", 1'000 + day * 7, {}, "vm"});
        QVERIFY(import(write("a.csv", csvOf(stored)), "a"));
        const qint64 before = total();
        const auto file = write("b.csv", csv);
        {
            const auto report = import(file, "b", true);
            if (what == "refused") {
                checkRefused(report);
                QVERIFY2(told(report).contains("--keep-both"), qPrintable(told(report)));
                ImportOptions both;
                both.source = "b";
                both.keepBoth = true;
                QVERIFY(session::importPaths(m_engine->file(), {file}, both, {}, {}));
                QVERIFY(total() != before);
                return;
            }
            QVERIFY2(report, qPrintable(told(report)));
            QCOMPARE(told(report).contains("account-in-two-sources"), what == "beside");
            QCOMPARE(told(report).contains("partition-replaced"), what == "replaced");
        }
        const qint64 after = total();
        QCOMPARE(sources().size(), 2); // a stays listed with its deliveries
        QCOMPARE(sources().contains("a:0"), what == "replaced");
        QVERIFY(import(file, "b", true)); // again: the same
        QCOMPARE(total(), after);
    }

    /// Once both names hold a month beside each other, replacing one of them in a later month leaves the other.
    void replaceUnderANameThatStandsBeside_leavesTheOther()
    {
        const auto june = [](int base) { return csvOf({{3, "s1", "Compute", base}, {4, "s1", "Compute", base + 5}}); };
        const auto ofJuly = [&](int base) {
            QByteArray csv = june(base);
            csv.replace("2025-07-01T00:00:00Z", "2025-08-01T00:00:00Z").replace("2025-06", "2025-07");
            return csv;
        };
        QVERIFY(import(write("a6.csv", june(101)), "a"));
        QVERIFY(import(write("b6.csv", june(707)), "b")); // a name of its own: another part
        QVERIFY(import(write("a7.csv", ofJuly(113)), "a", true));
        const auto report = import(write("b7.csv", ofJuly(733)), "b", true);
        QVERIFY2(report, qPrintable(told(report)));
        QVERIFY2(told(report).contains("account-in-two-sources"), qPrintable(told(report)));
        QCOMPARE(total(), 2 * (101 + 707 + 113 + 733) + 4 * 5);
    }

    void siblings_areKeptBesideEachOther()
    {
        QVERIFY(import(write("sub-a.csv", csvOf(month(3, "a")))));
        const auto report = import(write("sub-b.csv", csvOf(month(4, "b"))));
        QVERIFY2(report, qPrintable(told(report)));
        QVERIFY(told(report).contains("account-in-two-sources: sub-b.csv: Microsoft E-100, 2025-06"));
        QCOMPARE(total(), centsOf(month(3, "a")) + centsOf(month(4, "b")));
        QCOMPARE(sources(), (QStringList{"sub-a:6", "sub-b:8"}));
        const auto calendar = answer(
            *m_engine->snapshot(),
            CalendarQuestion{{Day::fromYmd(2025, 6, 1), Day::fromYmd(2025, 6, 5)}, Day::fromYmd(2025, 6, 5)}, {});
        QVERIFY(calendar);
        for (const auto& row : calendar->rows)
            QVERIFY(std::none_of(row.days.begin(), row.days.end(), [](const auto& day) { return day.isOverlapping; }));
        // The next state of one of them leaves the other alone, under whatever name it comes.
        const auto next = import(write("sub-a-later.csv", csvOf(month(5, "a"))));
        QVERIFY2(next, qPrintable(told(next)));
        QCOMPARE(total(), centsOf(month(5, "a")) + centsOf(month(4, "b")));
        QCOMPARE(sources(), (QStringList{"sub-a:10", "sub-b:8"}));
    }

    void siblingsOfOneFileName_areNotTakenForEachOther()
    {
        QVERIFY(import(write("a/export.csv", csvOf(month(3, "a")))));
        checkRefused(import(write("b/export.csv", csvOf(month(3, "b", 2000)))));
        QCOMPARE(total(), centsOf(month(3, "a")));
        QVERIFY(import(write("b/export.csv", csvOf(month(3, "b", 2000))), "b"));
        QCOMPARE(total(), centsOf(month(3, "a")) + centsOf(month(3, "b", 2000)));
    }

    void siblingUnderAnExplicitName_doesNotReplace()
    {
        QVERIFY(import(write("a.csv", csvOf(month(3, "a"))), "cloud"));
        checkRefused(import(write("b.csv", csvOf(month(3, "b"))), "cloud"));
        QCOMPARE(total(), centsOf(month(3, "a")));
        QVERIFY(import(write("b.csv", csvOf(month(3, "b", 500))), "cloud", true));
        QCOMPARE(total(), centsOf(month(3, "b", 500)));
    }

    void halvesOfAMonth_addUp()
    {
        const Lines all = month(30);
        QVERIFY(import(write("june-1.csv", csvOf(all.mid(0, 30)))));
        QVERIFY(import(write("june-2.csv", csvOf(all.mid(30)))));
        QCOMPARE(total(), centsOf(all));
        // Both together are not a third of it.
        const auto both = import(write("june.csv", csvOf(all)));
        QVERIFY2(told(both).contains("same-delivery"), qPrintable(told(both)));
        QCOMPARE(sources(), (QStringList{"june-1:30", "june-2:30"}));
        QVERIFY(import(write("june.csv", csvOf(all)), "june", true));
        QCOMPARE(total(), centsOf(all));
        QCOMPARE(sources(), (QStringList{"june:60", "june-1:0", "june-2:0"}));
    }

    void datedNames_areStatesOfOneDelivery()
    {
        for (int day = 1; day <= 5; ++day) {
            Lines lines = month(day);
            if (day > 2)
                lines[1].cents += day; // what was told is told otherwise later
            const auto report = import(write(QString("focus_2025-06-%1.csv").arg(day), csvOf(lines)));
            QVERIFY2(report, qPrintable(told(report)));
            QCOMPARE(total(), centsOf(lines));
        }
        QCOMPARE(sources(), QStringList{"focus_2025-06-1:10"});
    }

    void monthlyRows_thatGrow_areStatesOfOneFile()
    {
        QVERIFY(import(write("mtd-10.csv", csvOf({{1, "a", "Compute", 1000}, {1, "b", "Storage", 500}}))));
        const QByteArray later = csvOf({{1, "a", "Compute", 2100}, {1, "b", "Storage", 900}});
        checkRefused(import(write("mtd-20.csv", later))); // other places could say the same
        const auto report = import(write("mtd-10.csv", later));
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), 3000);
    }

    void olderState_doesNotReplaceALaterOne()
    {
        QVERIFY(import(write("late.csv", csvOf(month(9)))));
        const auto older = import(write("early.csv", csvOf(month(4))));
        checkRefused(older);
        QVERIFY(older.error().text().find("BilledCost 92.10 USD (18 lines, 2025-06-01 to 2025-06-09") !=
                    std::string::npos ||
                older.error().text().find("18 lines, 2025-06-01 to 2025-06-09") != std::string::npos);
        QVERIFY(import(write("early.csv", csvOf(month(4))), {}, true));
        QCOMPARE(total(), centsOf(month(4)));
        QCOMPARE(sources(), QStringList{"late:8"});
    }

    void sameFileThatBecameSmaller_isAskedFor()
    {
        QVERIFY(import(write("june.csv", csvOf(month(9)))));
        checkRefused(import(write("june.csv", csvOf(month(8)))));
        const auto report = import(write("june.csv", csvOf(month(8))), {}, true);
        QVERIFY2(report, qPrintable(told(report)));
        QVERIFY(told(report).contains("partition-replaced"));
        QCOMPARE(total(), centsOf(month(8)));
    }

    void sameCharges_underAnotherName_countOnce_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("name");
        Lines turned = month(4);
        std::reverse(turned.begin(), turned.end());
        QTest::newRow("same bytes") << csvOf(month(4)) << "copy.csv";
        QTest::newRow("packed") << gzipped(csvOf(month(4))) << "copy.csv.gz";
        QTest::newRow("line ends") << csvOf(month(4), Spelling::Plain, "\r\n") << "copy.csv";
        QTest::newRow("zeros") << csvOf(month(4), Spelling::LongZeros) << "copy.csv";
        QTest::newRow("exponents") << csvOf(month(4), Spelling::Exponent) << "copy.csv";
        QTest::newRow("another order") << csvOf(turned) << "copy.csv";
    }
    void sameCharges_underAnotherName_countOnce()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, name);
        QVERIFY(import(write("first.csv", csvOf(month(4)))));
        const auto report = import(write(name, bytes));
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), centsOf(month(4)));
        QCOMPARE(sources(), QStringList{"first:8"});
        // A name that the user gives is not followed silently: the charges are stored already.
        const auto named = import(write(name, bytes), "other");
        QCOMPARE(total(), centsOf(month(4)));
        QVERIFY(!named || told(named).contains("same-delivery"));
    }

    void laterState_underAnExplicitName_isRefused()
    {
        QVERIFY(import(write("a.csv", csvOf(month(4)))));
        checkRefused(import(write("b.csv", csvOf(month(6))), "other"));
        const auto moved = import(write("b.csv", csvOf(month(6))), "other", true);
        QVERIFY2(moved, qPrintable(told(moved)));
        QCOMPARE(total(), centsOf(month(6)));
        QCOMPARE(sources(), (QStringList{"a:0", "other:12"}));
    }

    void overlappingDays_areRefused()
    {
        const Lines all = month(20);
        QVERIFY(import(write("first.csv", csvOf(all.mid(0, 26)))));    // days 1 to 13
        checkRefused(import(write("second.csv", csvOf(all.mid(20))))); // days 11 to 20
        QCOMPARE(total(), centsOf(all.mid(0, 26)));
    }

    void anotherGrain_isNotAddedSilently()
    {
        QVERIFY(import(write("daily.csv", csvOf({{1, "a", "Compute", 240}, {2, "a", "Compute", 240}}))));
        Lines hourly;
        for (int day = 1; day <= 2; ++day) {
            for (int hour = 0; hour < 24; ++hour)
                hourly.append({day, "a", "Compute", 10, {}, {}, hour});
        }
        (void)import(write("hourly.csv", csvOf(hourly))); // as the finer state, or not at all
        QCOMPARE(total(), 480);
    }

    void severalMonths_eachIsJudgedByItself()
    {
        Lines first = month(3);
        first.append({1, "x", "Compute", 700, {}, {}, 0, "E-200"});
        QVERIFY(import(write("first.csv", csvOf(first))));
        Lines second = month(6);
        second.append({1, "y", "Compute", 50, {}, {}, 0, "E-300"});
        const auto report = import(write("second.csv", csvOf(second)));
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), centsOf(month(6)) + 700 + 50);
        QCOMPARE(sources(), QStringList{"first:14"});
    }

    void dryRun_refusesAndStoresNothing()
    {
        QVERIFY(import(write("a.csv", csvOf(month(3)))));
        ImportOptions options;
        options.dryRun = true;
        const auto report = session::importPaths(m_engine->file(), {write("b.csv", csvOf(month(5)))}, options, {}, {});
        QVERIFY(report && report->partitions.front().action == PartitionReport::Action::Replaced);
        QCOMPARE(total(), centsOf(month(3)));
    }

    // in one delivery

    void copiesInOneFolder_countOnce_data() { sameCharges_underAnotherName_countOnce_data(); }
    void copiesInOneFolder_countOnce()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, name);
        write("in/a-first.csv", csvOf(month(4)));
        write("in/" + name, bytes);
        write("in/other.csv", csvOf(month(2, "s2")));
        const auto report = importFolder("in");
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(leftOut(report), 1);
        QCOMPARE(total(), centsOf(month(4)) + centsOf(month(2, "s2")));
        QVERIFY(importFolder("in"));
        QCOMPARE(total(), centsOf(month(4)) + centsOf(month(2, "s2")));
    }

    void snapshotsInRunFolders_theLastOneCounts()
    {
        for (int day = 1; day <= 4; ++day)
            write(QString("in/run%1/part_0_0001.csv").arg(day), csvOf(month(day)));
        const auto report = importFolder("in");
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(leftOut(report), 3);
        QCOMPARE(total(), centsOf(month(4)));
        write("in/run5/part_0_0001.csv", csvOf(month(6)));
        QVERIFY(importFolder("in"));
        QCOMPARE(total(), centsOf(month(6)));
    }

    void firstDaySnapshot_ofOneLine_isOne()
    {
        write("in/run1/part.csv", csvOf({{1, "a", "Compute", 500}}));
        write("in/run2/part.csv", csvOf({{1, "a", "Compute", 500}, {2, "a", "Compute", 600}}));
        QVERIFY(importFolder("in"));
        QCOMPARE(total(), 1100);
    }

    void copyWithMoreColumns_isRefused()
    {
        QVERIFY(import(write("first.csv", csvOf(month(4)))));
        const QByteArray wider = csvOf(month(4), Spelling::Columns);
        checkRefused(import(write("copy.csv", wider)));
        checkRefused(import(write("copy.csv", wider), "other"));
        write("in/first.csv", csvOf(month(4)));
        write("in/copy.csv", wider);
        checkRefused(importFolder("in"), ErrorCode::Invalid);
        QVERIFY(import(write("copy.csv", wider), {}, true));
        QCOMPARE(total(), centsOf(month(4)));
    }

    void restatedSnapshot_isRefused()
    {
        Lines later = month(5);
        later[0].cents += 40;
        later[3].cents -= 9;
        write("in/b-run/part.csv", csvOf(month(3)));
        write("in/a-run/part.csv", csvOf(later));
        checkRefused(importFolder("in"), ErrorCode::Invalid);
        QCOMPARE(total(), 0);
    }

    void snapshotOfOneLineWithAnotherAmount_inRunFolders_isRefused()
    {
        write("in/run1/part_0.csv", csvOf({{1, "a", "Compute", 500}}));
        write("in/run2/part_0.csv", csvOf({{1, "a", "Compute", 700}}));
        checkRefused(importFolder("in"), ErrorCode::Invalid);
    }

    void twoStatesOfTheSameDays_areRefused_unlessTheirNamesSayWhichIsLater()
    {
        Lines other = month(5);
        for (int i = 0; i < 4; ++i)
            other[i].cents += 7;
        write("in/one/part.csv", csvOf(month(5)));
        write("in/two/part.csv", csvOf(other));
        checkRefused(importFolder("in"), ErrorCode::Invalid);
        QCOMPARE(total(), 0);
        write("runs/run1/part.csv", csvOf(month(5)));
        write("runs/run2/part.csv", csvOf(other));
        const auto report = importFolder("runs");
        QVERIFY2(told(report).contains("earlier-state: run1/part.csv"), qPrintable(told(report)));
        QCOMPARE(total(), centsOf(other));
    }

    void snapshotsOfSeveralParts_areComparedFolderByFolder()
    {
        const Lines small = month(4);
        const Lines large = month(7);
        write("in/run1/p0.csv", csvOf(small.mid(0, 3)));
        write("in/run1/p1.csv", csvOf(small.mid(3)));
        write("in/run2/p0.csv", csvOf(large.mid(0, 5)));
        write("in/run2/p1.csv", csvOf(large.mid(5)));
        const auto report = importFolder("in");
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), centsOf(large));
    }

    void wholeMonthBesideItsParts_countsOnce()
    {
        const Lines all = month(6);
        write("in/june.csv", csvOf(all));
        write("in/p0.csv", csvOf(all.mid(0, 6)));
        write("in/p1.csv", csvOf(all.mid(6)));
        QVERIFY(importFolder("in"));
        QCOMPARE(total(), centsOf(all));
    }

    void equalLinesInsideOneFile_stay()
    {
        Lines lines = month(2);
        lines += {lines[0], lines[0]};
        const auto report = import(write("a.csv", csvOf(lines)));
        QVERIFY2(told(report).contains("duplicate-lines: a.csv: 2 lines of Microsoft E-100, 2025-06 say"),
                 qPrintable(told(report)));
        QCOMPARE(total(), centsOf(lines));
        QVERIFY(import(write("b.csv", csvOf(lines))));
        QCOMPARE(total(), centsOf(lines));
    }

    void partsThatDifferInTagsAlone_areParts()
    {
        write("in/a.csv", csvOf({{1, "s", "Compute", 1000, "A"}, {2, "s", "Compute", 1000, "A"}}));
        write("in/b.csv", csvOf({{1, "s", "Compute", 1000, "B"}, {2, "s", "Compute", 1000, "B"}}));
        QVERIFY(importFolder("in"));
        QCOMPARE(total(), 4000);
    }

    void samplesOfCopies_agree()
    {
        using namespace altimeter::store;
        constexpr std::uint32_t kLines = 60'000;
        LineMarks first, second, other;
        for (std::uint32_t i = 0; i < kLines; ++i) { // all of one place
            const std::uint32_t content = (i + 1) * 2'654'435'761U;
            first.add({i, 7, 3, content});
            second.add({i, 7, 3, content});
            other.add({i + kLines, 7, 3, content + 1});
        }
        first.thinTo(2);
        QVERIFY(first.size() >= LineMarks::kLeast && first.size() < kLines / 3);
        QVERIFY(overlapOf(first, second).isInside() && overlapOf(second, first).isInside());
        QCOMPARE(overlapOf(first, other).shared, 0U);
        first.thinTo(5); // fewer than that say too little
        QCOMPARE(first.bits(), 2U);
        LineMarks few;
        few.add({1, 7, 3, 1});
        QVERIFY(overlapOf(first, few).isUnknown);
    }

    // laws

    void anyPackaging_countsEachChargeOnce_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= static_cast<quint32>(testkit::rounds(25)); ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    /// A month with charges of several sub accounts, cut into files at random, some of them packed, with copies and
    /// earlier states among them.
    void anyPackaging_countsEachChargeOnce()
    {
        QFETCH(quint32, seed);
        QRandomGenerator random(seed);
        Lines all;
        const int days = 2 + static_cast<int>(random.bounded(9));
        for (int day = 1; day <= days; ++day) {
            for (int line = 1 + static_cast<int>(random.bounded(4)); line > 0; --line)
                all.append({day,
                            QString("s%1").arg(random.bounded(3)),
                            QString("Service %1").arg(random.bounded(5)),
                            static_cast<int>(random.bounded(9000)) - 900,
                            {},
                            QString("r%1").arg(all.size())});
        }
        if (random.bounded(2) == 0)
            all.append(all.last()); // an equal line in the same file
        bool isSpelledWider = false;
        const auto spelled = [&random, &isSpelledWider](const Lines& lines) {
            const auto spelling = static_cast<Spelling>(random.bounded(4));
            isSpelledWider = isSpelledWider || spelling == Spelling::Columns;
            return csvOf(lines, spelling, random.bounded(2) == 0 ? "\n" : "\r\n");
        };
        const bool inFolders = random.bounded(2) == 0;
        QList<Lines> parts;
        for (int at = 0; at < all.size();) {
            const int size = qMin(static_cast<int>(all.size()) - at, 2 + static_cast<int>(random.bounded(12)));
            // Equal lines stay in one file: in two they would be a copy.
            const int take = all.size() - at - size == 1 ? size + 1 : size;
            parts.append(all.mid(at, take));
            at += take;
        }
        for (int i = 0; i < parts.size(); ++i)
            write(QString("in/%1part_%2.csv").arg(inFolders ? "run9/" : "").arg(i), spelled(parts[i]));
        for (int extra = static_cast<int>(random.bounded(4)); extra > 0; --extra) {
            const Lines& of = parts[static_cast<int>(random.bounded(static_cast<quint32>(parts.size())))];
            const QByteArray bytes = spelled(random.bounded(2) == 0 ? of : of.mid(0, qMax(1, int(of.size()) / 2)));
            const QString folder = inFolders ? QString("run%1/").arg(extra) : QString();
            if (random.bounded(2) == 0)
                write(QString("in/%1copy_%2.csv.gz").arg(folder).arg(extra), gzipped(bytes));
            else
                write(QString("in/%1copy_%2.csv").arg(folder).arg(extra), bytes);
        }
        const auto report = importFolder("in");
        if (!report) { // a copy with further columns is none that could be told
            QVERIFY2(report.error().code == ErrorCode::Invalid && isSpelledWider, report.error().text().c_str());
            QCOMPARE(total(), 0);
            return;
        }
        QCOMPARE(total(), centsOf(all));
    }

    void anyHistory_neverCountsTwice_data() { anyPackaging_countsEachChargeOnce_data(); }
    /// Exports of two sub accounts that grow and are told otherwise, delivered in any order, under any name, packed or
    /// not, now and then an old one again.
    void anyHistory_neverCountsTwice()
    {
        QFETCH(quint32, seed);
        QRandomGenerator random(seed);
        std::map<QString, Lines> stored; // what each sub account has told last and was taken
        std::map<QString, QList<Lines>> told;
        for (int step = 0; step < 8; ++step) {
            const QString sub = random.bounded(2) == 0 ? "a" : "b";
            QList<Lines>& states = told[sub];
            Lines lines;
            const bool isOld = !states.isEmpty() && random.bounded(4) == 0;
            if (isOld) {
                lines = states[static_cast<int>(random.bounded(static_cast<quint32>(states.size())))];
            } else {
                lines = states.isEmpty() ? month(1 + static_cast<int>(random.bounded(3)), sub) : states.last();
                const int day = lines.last().day + 1;
                lines.append({day, sub, "Compute", static_cast<int>(random.bounded(5000))});
                if (random.bounded(3) == 0)
                    lines[static_cast<int>(random.bounded(static_cast<quint32>(lines.size())))].cents += 11;
                states.append(lines);
            }
            const auto spelling = static_cast<Spelling>(random.bounded(4));
            const QByteArray bytes = csvOf(lines, spelling, random.bounded(2) == 0 ? "\n" : "\r\n");
            const bool isPacked = random.bounded(3) == 0;
            const QString name = QString("%1-%2.csv%3").arg(sub).arg(step).arg(isPacked ? ".gz" : "");
            const QString source = random.bounded(4) == 0 ? "named" : QString();
            const auto report = import(write(name, isPacked ? gzipped(bytes) : bytes), source);
            if (report)
                stored[sub] = lines;
            else
                QVERIFY2(report.error().code == ErrorCode::Conflict, report.error().text().c_str());
            QCOMPARE(total(), centsOf(stored["a"]) + centsOf(stored["b"]));
            if (!report && !isOld) // what was not taken can be given again
                states.removeLast();
        }
        const auto proof = answer(*m_engine->snapshot(), ProofQuestion{}, {});
        QVERIFY(proof);
        for (const ProofLine& line : *proof)
            QVERIFY(line.reconciled());
    }
};

QTEST_GUILESS_MAIN(TestDeliveryStates)
#include "tst_deliverystates.moc"

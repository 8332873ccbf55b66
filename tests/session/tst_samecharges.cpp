#include <QTest>

#include "tests/testkit/deliverybench.h"

using namespace altimeter;

namespace {

/// What all lines of a bill share.
struct Bill {
    QByteArray provider = "AWS";
    QByteArray account = "111";
    QByteArray currency = "USD";
    QByteArray month = "2026-03"; ///< of the bill; its charges are of March 2026 whatever it says
};

/// Lines "day,service,resource,cost,quantity".
QByteArray csvOf(const Bill& bill, const QByteArrayList& lines)
{
    QByteArray csv = "BilledCost,EffectiveCost,BillingCurrency,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,"
                     "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ProviderName,ServiceName,ResourceId,"
                     "ConsumedQuantity\n";
    const QByteArray next = bill.month == "2026-03" ? "2026-04" : "2026-05";
    for (const QByteArray& line : lines) {
        const QByteArrayList cells = line.split(',');
        csv += cells[3] + ',' + cells[3] + ',' + bill.currency + ',' + bill.account + ',' + bill.month +
               "-01T00:00:00Z," + next + "-01T00:00:00Z,2026-03-" + cells[0] + "T00:00:00Z,2026-03-" + cells[0] +
               "T23:00:00Z,Usage," + bill.provider + ',' + cells[1] + ',' + cells[2] + ',' + cells[4] + '\n';
    }
    return csv;
}

const QByteArrayList kMarch{"01,Compute,i-1,10.50,24", "01,Storage,v-1,6.25,100", "02,Compute,i-1,10.50,24",
                            "02,Storage,v-1,6.25,100", "03,Compute,i-1,3.13,8"};
constexpr qint64 kMarchCents = 3663;

/// The same usage with other amounts, and further lines.
QByteArrayList restated(const QByteArrayList& lines, double factor, const QByteArrayList& more = {})
{
    QByteArrayList all;
    for (const QByteArray& line : lines) {
        QByteArrayList cells = line.split(',');
        cells[3] = QByteArray::number(cells[3].toDouble() * factor, 'f', 2);
        all << cells.join(',');
    }
    return all + more;
}

qint64 centsOf(const QByteArrayList& lines)
{
    qint64 sum = 0;
    for (const QByteArray& line : lines)
        sum += qRound64(line.split(',')[3].toDouble() * 100);
    return sum;
}

} // namespace

/// One charge counts once, whatever says it again: a corrected account, a restated month in the same folder, months one
/// by one and their folder, an old state that comes back.
class TestSameCharges : public QObject, private testkit::DeliveryBench {
    Q_OBJECT

    void checkRefused(const Result<ImportReport>& report, const QStringList& says, qint64 stays)
    {
        QVERIFY2(!report, qPrintable(told(report)));
        QCOMPARE(static_cast<int>(report.error().code), static_cast<int>(ErrorCode::Conflict));
        for (const QString& words : says)
            QVERIFY2(told(report).contains(words), qPrintable(told(report)));
        QCOMPARE(total(), stays);
    }

private slots:
    void init() { beginWorkspace(); }

    // under another key

    void correctedBill_isNotAddedSilently_data()
    {
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QByteArray>("account");
        QTest::addColumn<QByteArray>("currency");
        QTest::addColumn<QByteArray>("month");
        QTest::addColumn<QString>("differs");
        const Bill is;
        QTest::newRow("account") << is.provider << QByteArray("222") << is.currency << is.month << "billing account";
        QTest::newRow("provider") << QByteArray("Amazon") << is.account << is.currency << is.month << "provider";
        QTest::newRow("currency") << is.provider << is.account << QByteArray("EUR") << is.month << "currency";
        QTest::newRow("month") << is.provider << is.account << is.currency << QByteArray("2026-04") << "billing month";
        QTest::newRow("two") << QByteArray("Amazon") << QByteArray("222") << is.currency << is.month
                             << "provider and billing account";
    }
    void correctedBill_isNotAddedSilently()
    {
        QFETCH(QByteArray, provider);
        QFETCH(QByteArray, account);
        QFETCH(QByteArray, currency);
        QFETCH(QByteArray, month);
        QFETCH(QString, differs);
        write("march.csv", csvOf({}, kMarch));
        QVERIFY(import("march.csv"));
        const QByteArray corrected = csvOf({provider, account, currency, month}, kMarch);
        write("corrected.csv", corrected);
        const QStringList says{"under another " + differs + ',',
                               "AWS 111, 2026-03 (USD) is stored",
                               "BilledCost 36.63 USD (5 lines",
                               "BilledCost 36.63 " + currency,
                               "--replace",
                               "--keep-both"};
        checkRefused(import("corrected.csv"), says, kMarchCents);
        checkRefused(import("corrected.csv", named("other")), says, kMarchCents); // a name says nothing of that
        write("march.csv", corrected);
        checkRefused(import("march.csv"), says, kMarchCents);
        const auto placed = import("corrected.csv", replacing());
        QVERIFY2(placed, qPrintable(told(placed)));
        QCOMPARE(total(), kMarchCents);
        QCOMPARE(placed->partitions.size(), std::size_t{2}); // one came, one went
        QVERIFY(import("corrected.csv"));
        QCOMPARE(total(), kMarchCents);
    }

    void twoRealBills_countBoth_onceThatIsSaid()
    {
        write("a.csv", csvOf({}, kMarch));
        write("b.csv", csvOf({"AWS", "222"}, kMarch));
        QVERIFY(import("a.csv"));
        const auto report = import("b.csv", both());
        QVERIFY2(told(report).contains("charges-under-two-keys: b.csv: 5 lines of AWS 222, 2026-03 (USD) charge the "
                                       "same as lines stored under another billing account, AWS 111, 2026-03 (USD), "
                                       "source \"a\" (BilledCost 36.63 USD, 5 lines); both count"),
                 qPrintable(told(report)));
        QCOMPARE(total(), 2 * kMarchCents);
        for (const char* again : {"a.csv", "b.csv"}) // they have their places by now
            QVERIFY(import(again));
        write("b.csv", csvOf({"AWS", "222"}, kMarch + QByteArrayList{"04,Compute,i-1,10.50,24"}));
        QVERIFY(import("b.csv"));
        QCOMPARE(total(), 2 * kMarchCents + 1050);
    }

    void correctionWithOtherTagsAndSubAccounts_isTheSame()
    {
        const auto more = [](QByteArray csv, const QByteArray& names, const QByteArray& cells) {
            csv.replace("\n", ',' + cells + '\n');
            return csv.replace(csv.indexOf(',' + cells + '\n'), cells.size() + 1, ',' + names);
        };
        write("march.csv", more(csvOf({}, kMarch), "SubAccountId,ChargeDescription", "111,of 111"));
        QVERIFY(import("march.csv"));
        write("new.csv", more(csvOf({"AWS", "222"}, kMarch), "SubAccountId,ChargeDescription", "222,of 222"));
        checkRefused(import("new.csv"), {"5 lines of AWS 222"}, kMarchCents);
    }

    void grownCorrection_isTheSame()
    {
        write("march.csv", csvOf({}, kMarch));
        QVERIFY(import("march.csv"));
        write("new.csv", csvOf({"AWS", "222"}, kMarch + QByteArrayList{"04,Compute,i-1,10.50,24", "05,Tax,,7.77,"}));
        checkRefused(import("new.csv"), {"5 lines of AWS 222", "(7 lines"}, kMarchCents);
        QVERIFY(import("new.csv", replacing()));
        QCOMPARE(total(), kMarchCents + 1050 + 777);
    }

    void otherCurrencyWithOtherAmounts_isKnownByItsQuantities()
    {
        const QByteArrayList lines{"01,Compute,i-17,10.50,23.75", "01,Storage,v-17,6.25,117.4",
                                   "02,Compute,i-17,3.13,8.1"};
        write("usd.csv", csvOf({}, lines));
        QVERIFY(import("usd.csv"));
        write("eur.csv", csvOf({"AWS", "111", "EUR"}, restated(lines, 0.9)));
        checkRefused(import("eur.csv"), {"under another currency"}, centsOf(lines));
        QVERIFY(import("eur.csv", both()));
    }

    void feesThatLookAlike_areTwoAccountsBoth_data()
    {
        QTest::addColumn<QByteArrayList>("fees");
        QTest::newRow("one") << QByteArrayList{"01,Support,,100,1"};
        QTest::newRow("round ones") << QByteArrayList{"01,Support,,100,1", "01,Domain,,12.00,1", "01,Seats,,30,3"};
        QTest::newRow("every day") << QByteArrayList{"01,Disk,,2.50,1", "02,Disk,,2.50,1", "03,Disk,,2.50,1",
                                                     "04,Disk,,2.50,1", "05,Disk,,2.50,1"};
        QTest::newRow("a third of a year's price") << QByteArrayList{"01,Licence,,8333.33,1"};
    }
    void feesThatLookAlike_areTwoAccountsBoth()
    {
        QFETCH(QByteArrayList, fees);
        write("a.csv", csvOf({}, fees));
        write("b.csv", csvOf({"AWS", "222"}, fees));
        QVERIFY(import("a.csv"));
        const auto report = import("b.csv");
        QVERIFY2(report && told(report).contains("charges-under-two-keys"), qPrintable(told(report)));
        QCOMPARE(total(), 2 * centsOf(fees));
        QVERIFY(!told(import("b.csv")).contains("charges-under-two-keys")); // said once
    }

    void accountsThatShareTheirFeesAlone_areNotAsked()
    {
        const QByteArrayList fees{"01,Support,,100.55,1", "01,Domain,,12.34,1"};
        write("a.csv", csvOf({}, kMarch + fees));
        write("b.csv",
              csvOf({"AWS", "222"},
                    QByteArrayList{"01,Compute,i-9,4.11,9", "02,Compute,i-9,4.12,9", "03,Compute,i-9,4.13,9"} + fees));
        QVERIFY(import("a.csv"));
        const auto report = import("b.csv");
        QVERIFY2(report && !told(report).contains("two-keys"), qPrintable(told(report)));
        QCOMPARE(total(), kMarchCents + 2 * (10055 + 1234) + 411 + 412 + 413);
    }

    void linesWithoutMoney_sayNothing()
    {
        const QByteArrayList free{"01,Compute,i-1,0,24.5", "02,Compute,i-1,0,24.25", "03,Compute,i-1,0,24.125"};
        write("a.csv", csvOf({}, free));
        write("b.csv", csvOf({"AWS", "222"}, free));
        QVERIFY(import("a.csv"));
        const auto report = import("b.csv");
        QVERIFY2(report && !told(report).contains("two-keys"), qPrintable(told(report)));
    }

    void correctedBillBesideTheOldOne_inOneFolder()
    {
        write("in/old.csv", csvOf({}, kMarch));
        write("in/new.csv", csvOf({"AWS", "222"}, kMarch));
        checkRefused(import("in"), {"5 lines charge the same in", "AWS 111", "AWS 222", "--keep-both"}, 0);
        QVERIFY(import("in", both()));
        QCOMPARE(total(), 2 * kMarchCents);
        QVERIFY(import("in")); // as it was said before
        QCOMPARE(total(), 2 * kMarchCents);
    }

    void oneFileOfTwoAlikeAccounts_isBelieved()
    {
        QByteArray csv = csvOf({}, kMarch);
        const QByteArray other = csvOf({"AWS", "222"}, kMarch);
        csv += other.mid(other.indexOf('\n') + 1);
        write("all.csv", csv);
        const auto report = import("all.csv");
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), 2 * kMarchCents);
    }

    // states of one month in one folder

    void restatedStates_theLaterOneCounts_data()
    {
        QTest::addColumn<QStringList>("names");
        QTest::newRow("runs") << QStringList{"run1/part_0.csv", "run2/part_0.csv", "run10/part_0.csv"};
        QTest::newRow("folders of a day") << QStringList{"2026-03-04/a.csv", "2026-03-12/a.csv", "2026-04-02/a.csv"};
        QTest::newRow("Azure") << QStringList{
            "20260301-20260331/202603040915/0f0e0d0c-0b0a-0908-0706-050403020100/part_0.csv",
            "20260301-20260331/202603120915/1f0e0d0c-0b0a-0908-0706-050403020100/part_0.csv",
            "20260301-20260331/202604020030/2f0e0d0c-0b0a-0908-0706-050403020100/part_0.csv"};
        QTest::newRow("files") << QStringList{"focus_20260304.csv", "focus_20260312.csv", "focus_20260402.csv"};
        QTest::newRow("versions") << QStringList{"march-v1.csv", "march-v2.csv", "march-v3.csv"};
    }
    void restatedStates_theLaterOneCounts()
    {
        QFETCH(QStringList, names);
        const QByteArrayList last = restated(kMarch, 0.5, {"04,Compute,i-1,5.25,24"});
        const QList<QByteArrayList> states{kMarch, restated(kMarch, 0.9), last};
        for (int i = 0; i < 3; ++i)
            write("in/" + names[i], csvOf({}, states[i]));
        const auto report = import("in");
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(told(report).count("earlier-state: "), 2);
        QVERIFY2(told(report).contains("left out: 5 lines, BilledCost 36.63 USD"), qPrintable(told(report)));
        QCOMPARE(total(), centsOf(last));
    }

    void restatedStates_ofSeveralParts_areComparedAsRuns()
    {
        const QByteArrayList later = restated(kMarch, 0.75);
        write("in/run1/p0.csv", csvOf({}, kMarch.mid(0, 2)));
        write("in/run1/p1.csv", csvOf({}, kMarch.mid(2)));
        write("in/run2/p0.csv", csvOf({}, later.mid(0, 4)));
        write("in/run2/p1.csv", csvOf({}, later.mid(4)));
        const auto report = import("in");
        QVERIFY2(report, qPrintable(told(report)));
        QCOMPARE(total(), centsOf(later));
    }

    void restatedStates_whoseNamesSayNothing_areRefused()
    {
        const QByteArrayList lines{"01,Compute,i-17,10.50,23.75", "01,Storage,v-17,6.25,117.4",
                                   "02,Compute,i-17,3.13,8.1"};
        write("in/old.csv", csvOf({}, lines));
        write("in/new.csv", csvOf({}, restated(lines, 0.9)));
        const auto report = import("in");
        QVERIFY2(!report && told(report).contains("with other cells or amounts"), qPrintable(told(report)));
        QCOMPARE(total(), 0);
    }

    void restatedStates_withoutResources_whoseNamesSayNothing_areAskedOnce()
    {
        const QByteArrayList plain{"01,Compute,,10.50,", "01,Storage,,6.25,", "02,Compute,,3.13,", "02,Storage,,6.25,"};
        write("in/old.csv", csvOf({}, plain));
        write("in/new.csv", csvOf({}, restated(plain, 0.9)));
        const auto report = import("in");
        QVERIFY2(!report && told(report).contains("--keep-both"), qPrintable(told(report)));
        QCOMPARE(total(), 0);
        QVERIFY(import("in", both()));
        const qint64 all = centsOf(plain + restated(plain, 0.9));
        QCOMPARE(total(), all);
        write("in/new.csv", csvOf({}, restated(plain, 0.9, {"03,Compute,,1.00,"})));
        const auto later = import("in"); // both were taken before
        QVERIFY2(later && told(later).contains("all of them count"), qPrintable(told(later)));
        QCOMPARE(total(), all + 100);
    }

    void partsWithDatesInTheirNames_areNoStates()
    {
        write("in/2026-03-01.csv", csvOf({}, kMarch.mid(0, 2)));
        write("in/2026-03-02.csv", csvOf({}, kMarch.mid(2, 2)));
        write("in/2026-03-03.csv", csvOf({}, kMarch.mid(4)));
        const auto report = import("in");
        QVERIFY2(report && !told(report).contains("earlier-state"), qPrintable(told(report)));
        QCOMPARE(total(), kMarchCents);
    }

    void laterStateThatHoldsLess_takesNothingAway()
    {
        const QByteArrayList more = kMarch + QByteArrayList{"04,Compute,i-1,10.50,24", "05,Compute,i-1,10.50,24"};
        write("in/run1/a.csv", csvOf({}, more));
        write("in/run2/a.csv", csvOf({}, restated(more.mid(0, 3), 0.9)));
        const auto report = import("in");
        QVERIFY2(!report, qPrintable(told(report)));
        QCOMPARE(total(), 0);
    }

    // one by one, and their folder

    void monthsOneByOne_thenTheirFolder()
    {
        const Bill march, april{"AWS", "111", "USD", "2026-04"};
        const QByteArrayList other{"28,Compute,i-5,8.08,9", "29,Compute,i-5,8.09,9"};
        const QByteArrayList third{"30,Compute,i-6,1.01,1"};
        write("in/march.csv", csvOf(march, kMarch));
        write("in/april.csv", csvOf(april, other));
        QVERIFY(import("in/march.csv"));
        QVERIFY(import("in/april.csv"));
        const auto known = import("in");
        QVERIFY2(known, qPrintable(told(known)));
        QCOMPARE(told(known).count("same-delivery: "), 2);
        QVERIFY(std::all_of(known->partitions.begin(), known->partitions.end(), [](const PartitionReport& one) {
            return one.action == PartitionReport::Action::Unchanged;
        }));
        QCOMPARE(total(), kMarchCents + centsOf(other));
        QCOMPARE(sources(), (QStringList{"april:2", "march:5"}));

        write("in/third.csv", csvOf({"AWS", "333"}, third)); // something new
        const auto more = import("in");
        QVERIFY2(more, qPrintable(told(more)));
        QCOMPARE(total(), kMarchCents + centsOf(other) + 101);
        QCOMPARE(sources(), (QStringList{"april:2", "in:1", "march:5"}));

        const QByteArrayList grown = other + QByteArrayList{"30,Compute,i-5,8.10,9"};
        write("in/april.csv", csvOf(april, grown));
        const auto extended = import("in");
        QVERIFY2(extended, qPrintable(told(extended)));
        QCOMPARE(total(), kMarchCents + centsOf(grown) + 101);
        QVERIFY(import("in"));
        QCOMPARE(total(), kMarchCents + centsOf(grown) + 101);
        for (const char* again : {"in/march.csv", "in/april.csv", "in/third.csv"}) {
            const auto single = import(again);
            QVERIFY2(single, qPrintable(told(single)));
            QCOMPARE(total(), kMarchCents + centsOf(grown) + 101);
        }
        for (const ProofLine& line : *answer(*m_engine->snapshot(), ProofQuestion{}, {}))
            QVERIFY(line.reconciled());
    }

    void siblingsOneByOne_thenTheirFolder()
    {
        const QByteArrayList a{"01,Compute,i-1,10.50,24", "02,Compute,i-1,10.75,24"};
        const QByteArrayList b{"01,Storage,v-1,6.25,100", "02,Storage,v-1,6.50,100", "03,Storage,v-1,6.75,100"};
        write("in/a.csv", csvOf({}, a));
        write("in/b.csv", csvOf({}, b));
        QVERIFY(import("in/a.csv"));
        QVERIFY(import("in/b.csv"));
        const auto known = import("in");
        QVERIFY2(known && told(known).contains("the sources \"a\", \"b\""), qPrintable(told(known)));
        QCOMPARE(total(), centsOf(a + b));
        QCOMPARE(sources(), (QStringList{"a:2", "b:3"}));
        write("in/b.csv", csvOf({}, b + QByteArrayList{"04,Storage,v-1,7.00,100"}));
        const auto grown = import("in");
        QVERIFY2(grown, qPrintable(told(grown)));
        QCOMPARE(total(), centsOf(a + b) + 700);
    }

    void monthsWithUnreadableLines_oneByOne_thenTheirFolder()
    {
        const Bill april{"AWS", "111", "USD", "2026-04"};
        const QByteArrayList other{"28,Compute,i-5,8.08,9", "29,Compute,i-5,8.09,9"};
        write("in/march.csv", csvOf({}, kMarch + QByteArrayList{"99,Compute,i-1,7.77,24"}));
        write("in/april.csv", csvOf(april, other));
        QVERIFY(import("in/march.csv"));
        QVERIFY(import("in/april.csv"));
        const auto folder = import("in");
        QVERIFY2(folder, qPrintable(told(folder)));
        QCOMPARE(total(), kMarchCents + centsOf(other));
        std::uint64_t unequal = 0;
        for (const ProofLine& line : *answer(*m_engine->snapshot(), ProofQuestion{}, {}))
            unequal += line.reconciled() ? 0U : 1U;
        QCOMPARE(unequal, std::uint64_t{2}); // both costs of March, once
    }

    void siblingsWithOneEqualLine_oneByOneAsInTheirFolder()
    {
        const QByteArrayList a{"01,Support,,15,1", "01,Compute,i-1,10.50,24", "02,Compute,i-1,10.75,24",
                               "03,Compute,i-1,11.00,24"};
        const QByteArrayList b{"01,Support,,15,1", "05,Storage,v-1,6.25,100", "06,Storage,v-1,6.50,100",
                               "07,Storage,v-1,6.75,100"};
        write("in/a.csv", csvOf({}, a));
        write("in/b.csv", csvOf({}, b));
        QVERIFY(import("in"));
        QCOMPARE(total(), centsOf(a + b));
        init();
        write("a.csv", csvOf({}, a));
        write("b.csv", csvOf({}, b));
        QVERIFY(import("a.csv"));
        const auto second = import("b.csv");
        QVERIFY2(second && told(second).contains("1 line stands in both, and all count"), qPrintable(told(second)));
        QCOMPARE(total(), centsOf(a + b));
        QVERIFY(import("a.csv") && import("b.csv"));
        QCOMPARE(total(), centsOf(a + b));
    }

    void bothCount_underOneFileName_whereItIsSaid()
    {
        const QByteArrayList other{"01,Compute,i-8,1.23,24", "02,Compute,i-8,1.24,24"};
        write("x/bill.csv", csvOf({}, kMarch));
        write("y/bill.csv", csvOf({}, other));
        QVERIFY(import("x/bill.csv"));
        checkRefused(import("y/bill.csv"), {"--keep-both"}, kMarchCents);
        const auto kept = import("y/bill.csv", both());
        QVERIFY2(kept, qPrintable(told(kept)));
        QCOMPARE(sources(), (QStringList{"bill:5", "bill 2:2"}));
        QCOMPARE(total(), kMarchCents + centsOf(other));
        for (const char* again : {"x/bill.csv", "y/bill.csv"}) {
            const auto same = import(again);
            QVERIFY2(same, qPrintable(told(same)));
        }
        QCOMPARE(total(), kMarchCents + centsOf(other));
    }

    // what was there before

    void earlierState_underItsOwnName_isNoNewerOne()
    {
        const QByteArrayList later = restated(kMarch, 1.1);
        write("march.csv", csvOf({}, kMarch));
        QVERIFY(import("march.csv"));
        write("march.csv", csvOf({}, later));
        QVERIFY(import("march.csv"));
        QCOMPARE(total(), centsOf(later));
        write("march.csv", csvOf({}, kMarch));
        checkRefused(import("march.csv"), {"were stored before", "an earlier state", "--replace"}, centsOf(later));
        QVERIFY(import("march.csv", replacing()));
        QCOMPARE(total(), kMarchCents);
        QVERIFY(import("march.csv")); // what is stored is no earlier state
    }

    void sameFileThatHoldsAnotherPart_isRefused_data()
    {
        QTest::addColumn<QByteArrayList>("part");
        QTest::newRow("fewer lines") << kMarch.mid(0, 4);
        QTest::newRow("fewer days") << kMarch.mid(0, 4) + QByteArrayList{"02,Tax,,1.11,", "02,Tax,,2.22,"};
        QTest::newRow("others") << QByteArrayList{"01,Tax,,1,", "01,Tax,,2,", "02,Tax,,3,", "02,Tax,,4,", "03,Tax,,5,"};
    }
    void sameFileThatHoldsAnotherPart_isRefused()
    {
        QFETCH(QByteArrayList, part);
        write("march.csv", csvOf({}, kMarch));
        QVERIFY(import("march.csv"));
        write("march.csv", csvOf({}, part));
        checkRefused(import("march.csv"), {"BilledCost 36.63 USD (5 lines", "--replace"}, kMarchCents);
        QVERIFY(import("march.csv", replacing()));
        QCOMPARE(total(), centsOf(part));
    }

    void packedNothing_isAFileWithoutLines()
    {
        write("in/a.csv", csvOf({}, kMarch));
        QVERIFY(import("in"));
        write("in/part-2.csv.gz", QByteArray("\x1F\x8B\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0", 20));
        write("in/a.csv", csvOf({}, kMarch + QByteArrayList{"04,Compute,i-1,10.50,24"}));
        const auto report = import("in");
        QVERIFY2(report && told(report).contains("file-not-read: part-2.csv.gz: is empty"), qPrintable(told(report)));
        QCOMPARE(total(), kMarchCents + 1050);
    }
};

QTEST_GUILESS_MAIN(TestSameCharges)
#include "tst_samecharges.moc"

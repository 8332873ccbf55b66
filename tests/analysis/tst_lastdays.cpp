#include <QTest>

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/overviewfigures.h"
#include "models/facts/knowndays.h"
#include "tests/testkit/deliveryworld.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <cmath>

using namespace altimeter;
using namespace altimeter::analysis;
using testkit::DeliveryWorld;
using testkit::PlannedAccount;
using testkit::Rhythm;
using testkit::rounds;

namespace {

Day day(int month, int dayOfMonth)
{
    return Day::fromYmd(2025, month, dayOfMonth);
}

/// Part of what account `account` is charged; several of them make one account.
PlannedAccount part(const char* account, Day first, Day through, int cost, int lines = 1,
                    const char* category = "Usage")
{
    PlannedAccount made;
    made.source = "a";
    made.provider = "AWS";
    made.account = account;
    made.first = first;
    made.through = through;
    made.cost = cost;
    made.lines = lines;
    made.category = category;
    made.importedAt = {std::int64_t{day(11, 30).number} * 86400};
    return made;
}

KnownAccount known(const DeliveryWorld& world, const char* account = "1")
{
    for (const KnownAccount& each : knownDaysOf(*world.facts()).accounts) {
        if (each.billingAccount == account)
            return each;
    }
    return {};
}

double monthEnd(const DeliveryWorld& world)
{
    const auto overview = overviewFigures(*world.costs(), CostLens::Effective, {Currency("USD")}, {});
    return overview->currencies.front().monthEndMean;
}

std::vector<Day> marked(const DeliveryWorld& world)
{
    std::vector<Day> days;
    const auto set = costSeries(*world.costs(), {}, {});
    for (const AnomalyMark& mark : set->series.front().anomalies)
        days.push_back(mark.period);
    return days;
}

std::string said(const DeliveryWorld& world)
{
    const KnownDays days = knownDaysOf(*world.facts());
    return lateSentence(days.accounts, days.data.last);
}

#define ABOUT(actual, expected)                                                                                        \
    do {                                                                                                               \
        const double is = (actual);                                                                                    \
        QVERIFY2(std::abs(is - (expected)) <= 0.003 * std::max(1.0, std::abs(double(expected))),                       \
                 qPrintable(QString("%1 instead of %2").arg(is).arg(double(expected))));                               \
    } while (false)

} // namespace

/// The end of a running export, of which some is still to come, and ends that nobody told.
class TestLastDays : public QObject {
    Q_OBJECT

private slots:
    void aService_thatComesDaysLater_isExpected_data()
    {
        QTest::addColumn<int>("behind");
        for (const int behind : {1, 2, 3, 4})
            QTest::addRow("%d", behind) << behind;
    }

    void aService_thatComesDaysLater_isExpected()
    {
        QFETCH(int, behind);
        const Day last = day(11, 29);
        const DeliveryWorld world{{part("1", day(6, 1), last - behind, 100), part("1", day(6, 1), last, 2)}, {}, {}};
        const KnownAccount account = known(world);
        QVERIFY(account.through == last - behind && account.running == last - behind + 1);
        QVERIFY(account.partThrough == last && knownDaysOf(*world.facts()).data.last == last);
        ABOUT(monthEnd(world), 3060);
        QVERIFY(marked(world).empty());
        QVERIFY2(said(world).find("known through " + toString(last - behind) + " only") != std::string::npos,
                 said(world).c_str());
    }

    void whatStaysAway_isAFall_onceLaterDaysTellIt()
    {
        const DeliveryWorld world{
            {part("1", day(6, 1), day(11, 24), 100), part("1", day(6, 1), day(11, 29), 2)}, {}, {}};
        QVERIFY(known(world).through == day(11, 29));
        const std::vector<Day> falls = marked(world);
        QVERIFY(!falls.empty() && falls.front() == day(11, 25));
    }

    void aFall_ofWhoWorksOnWeekdays_isToldInAWeek()
    {
        for (const int days : {7, 8, 9, 10, 11, 14, 20}) {
            const Day last = day(11, 28); // Friday
            DeliveryWorld world{{part("1", day(6, 1), last - days, 100), part("1", day(6, 1), last, 2)}, {}, {}};
            world.accounts[0].rhythm = world.accounts[1].rhythm = Rhythm::Weekdays;
            QVERIFY2(known(world).through == last, qPrintable(QString::number(days)));
        }
    }

    /// Once a week: the first two such days may be told in part, the third is no longer.
    void aFall_ofWhoWorksOnceAWeek_isToldByTheThird()
    {
        for (const int days : {14, 21, 28}) {
            const Day last = day(11, 23); // Sunday
            DeliveryWorld world{{part("1", day(6, 1), last - days, 100), part("1", day(6, 1), last, 2)}, {}, {}};
            world.accounts[0].rhythm = world.accounts[1].rhythm = Rhythm::Weekly;
            QVERIFY2(known(world).through == last, qPrintable(QString::number(days)));
        }
    }

    void aDayOfHours_isPartly_whereFewOfThemCame_data()
    {
        QTest::addColumn<int>("hours");
        QTest::addColumn<bool>("isPart");
        QTest::newRow("1") << 1 << true;
        QTest::newRow("6") << 6 << true;
        QTest::newRow("12") << 12 << true;
        QTest::newRow("13") << 13 << false;
        QTest::newRow("24") << 24 << false;
    }

    void aDayOfHours_isPartly_whereFewOfThemCame()
    {
        QFETCH(int, hours);
        QFETCH(bool, isPart);
        const DeliveryWorld world{
            {part("1", day(6, 1), day(11, 28), 240, 24), part("1", day(11, 29), day(11, 29), 10 * hours, hours)},
            {},
            {}};
        QCOMPARE(known(world).through == day(11, 28), isPart);
        if (isPart) {
            ABOUT(monthEnd(world), 7200);
            QVERIFY(marked(world).empty());
            QVERIFY(said(world).find("was not over") == std::string::npos);
        }
    }

    void aTaxBehindTheUsage_isNotToday_data()
    {
        QTest::addColumn<int>("cost");
        QTest::addColumn<Day>("of");
        for (const int cost : {55, -55}) {
            for (const Day of : {day(3, 11), day(3, 12), day(3, 13), day(3, 20), day(3, 31)})
                QTest::addRow("%d %s", cost, toString(of).c_str()) << cost << of;
        }
    }

    void aTaxBehindTheUsage_isNotToday()
    {
        QFETCH(int, cost);
        QFETCH(Day, of);
        DeliveryWorld world{{part("1", day(1, 1), day(3, 10), 100), part("1", of, of, cost, 1, "Tax")}, {}, {}};
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(3, 10) && known(world).through == day(3, 10));
        ABOUT(monthEnd(world), 3100 + cost);
        const Instant fresh{std::int64_t{(of + 1).number} * 86400};
        for (PlannedAccount& account : world.accounts)
            account.importedAt = fresh;
        world.importedAt = fresh;
        ABOUT(monthEnd(world), 3100 + cost);
    }

    void aTaxOnADayThatIsNoWorkday_isOrdinary()
    {
        DeliveryWorld world{
            {part("1", day(1, 1), day(3, 14), 100), part("1", day(3, 15), day(3, 15), 55, 1, "Tax")}, {}, {}};
        world.accounts.front().rhythm = Rhythm::Weekdays; // to Friday
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(3, 15) && known(world).through == day(3, 16) - 1);
    }

    void whoHasStopped_isZeroInGoodTime_whateverIsTaxed()
    {
        DeliveryWorld world{{part("1", day(1, 1), day(3, 1), 100), part("1", day(3, 5), day(3, 5), 50, 1, "Tax"),
                             part("2", day(1, 1), day(3, 12), 100)},
                            {},
                            {}};
        QVERIFY(known(world).through == day(3, 1) && !known(world).ended.isValid());
        world.accounts[2].through = day(3, 20);
        QVERIFY(known(world).through == day(3, 20) && known(world).ended == day(3, 1));
        QCOMPARE(QString::fromStdString(said(world)),
                 QString("AWS (account 1) has delivered nothing since 2025-03-01: taken as ended."));
    }

    /// The files of two providers in one folder are one source.
    void anotherProviderOfTheSource_doesNotTellAnEnd()
    {
        DeliveryWorld world{{part("1", day(3, 1), day(11, 28), 100), part("B", day(3, 1), day(10, 31), 200)}, {}, {}};
        world.accounts[1].provider = "Microsoft";
        QVERIFY(known(world, "B").through == day(10, 31));
        ABOUT(monthEnd(world), 9000);
        QVERIFY(marked(world).empty());
    }

    void whatIsTakenForNone_isSaid_andNoFall()
    {
        DeliveryWorld world{{part("1", day(3, 1), day(11, 28), 100), part("B", day(3, 1), day(10, 1), 200)}, {}, {}};
        world.accounts[1].provider = "Microsoft";
        world.accounts[1].source = "b";
        const KnownAccount account = known(world, "B");
        QVERIFY(account.through == day(11, 28) && account.ended == day(10, 1) && !account.isEndTold);
        QVERIFY(account.isTakenForNone(day(10, 2)) && !account.isTakenForNone(day(10, 1)));
        QVERIFY2(said(world).find("Microsoft (account B) has delivered nothing since 2025-10-01: taken as ended.") == 0,
                 said(world).c_str());
        QVERIFY(marked(world).empty());
        ABOUT(monthEnd(world), 3000);
        const auto overview = overviewFigures(*world.costs(), CostLens::Effective, {Currency("USD")}, {});
        QCOMPARE(overview->currencies.front().late.size(), std::size_t{1});
        world.accounts.push_back(world.accounts[1]); // goes on under another name
        world.accounts[2].source = "c";
        world.accounts[2].first = day(10, 2);
        world.accounts[2].through = day(11, 28);
        QVERIFY(said(world).empty() && !known(world, "B").ended.isValid());
        ABOUT(monthEnd(world), 9000);
    }

    /// Whatever is told of the last days, the month ends as it is in truth.
    void law_aRunningExport_endsAsItIsInTruth()
    {
        for (int round = 0; round < rounds(40); ++round) {
            QRandomGenerator random(static_cast<quint32>(round));
            const Day last = day(8, 1) + static_cast<int>(random.bounded(60));
            const int big = random.bounded(20, 400);
            const int small = random.bounded(1, 20);
            const int behind = random.bounded(1, 5);
            DeliveryWorld world{{part("1", day(1, 1), last - behind, big), part("1", day(1, 1), last, small)}, {}, {}};
            for (PlannedAccount& account : world.accounts)
                account.rhythm = Rhythm::Daily;
            const int days = last.firstOfMonth().addMonths(1) - last.firstOfMonth();
            ABOUT(monthEnd(world), days * (big + small));
        }
    }
};

QTEST_APPLESS_MAIN(TestLastDays)
#include "tst_lastdays.moc"

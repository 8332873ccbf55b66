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

Day day(int month, int dayOfMonth, int year = 2025)
{
    return Day::fromYmd(year, month, dayOfMonth);
}

Instant noon(Day at)
{
    return {std::int64_t{at.number} * 86400 + 43200};
}

PlannedAccount plan(const char* source, const char* account, Day first, Day through, int cost = 100)
{
    PlannedAccount made;
    made.source = source;
    made.provider = "AWS";
    made.account = account;
    made.first = first;
    made.through = through;
    made.cost = cost;
    return made;
}

/// 100 a day from January, brought at noon of 11 March with `seen` of that day (0: nothing yet).
DeliveryWorld runningWorld(int seen)
{
    DeliveryWorld world{{plan("a", "1", day(1, 1), day(3, 10))}, {}, noon(day(3, 11)), seen, {}};
    if (seen != 0)
        world.stray.emplace_back(0, day(3, 11));
    return world;
}

std::shared_ptr<const CostSource> costsOf(const FactSet& facts)
{
    const auto held = std::make_shared<const FactSet>(facts);
    return std::make_shared<const FactAnswers>(held, std::make_shared<const Attribution>(*attribute(*held, {})));
}

Overview overviewOf(const CostSource& costs, const char* currency = "USD")
{
    auto overview = overviewFigures(costs, CostLens::Effective, {Currency(currency)}, {});
    return overview ? overview.take() : Overview();
}

Overview::PerCurrency figuresOf(const DeliveryWorld& world, const char* currency = "USD")
{
    return overviewOf(*world.costs(), currency).currencies.front();
}

CostSeries totalOf(const CostSource& costs, int forecastSteps = 0, const char* currency = "USD")
{
    SeriesQuestion question;
    question.forecastSteps = forecastSteps;
    const auto set = costSeries(costs, question, {});
    for (const CostSeries& series : set->series) {
        if (series.currency == Currency(currency))
            return series;
    }
    return {};
}

QStringList marksOf(const CostSource& costs, const char* currency = "USD")
{
    QStringList marks;
    for (const AnomalyMark& mark : totalOf(costs, 0, currency).anomalies)
        marks << QString::fromStdString(toString(mark.period) + ' ' + mark.kind);
    return marks;
}

#define ABOUT(actual, expected)                                                                                        \
    do {                                                                                                               \
        const double is = (actual);                                                                                    \
        QVERIFY2(std::abs(is - (expected)) <= 0.002 * std::max(1.0, std::abs(double(expected))),                       \
                 qPrintable(QString("%1 instead of %2").arg(is).arg(double(expected))));                               \
    } while (false)

} // namespace

/// The day that runs while its source is asked, charges dated ahead, costs that are not stated, and beginnings.
class TestRunningDays : public QObject {
    Q_OBJECT

private slots:
    void theRunningDay_isSeen_notKnown_data()
    {
        QTest::addColumn<int>("seen");
        QTest::addColumn<double>("monthEnd");
        QTest::newRow("a part of it") << 30 << 3100.0;
        QTest::newRow("as much as ever") << 100 << 3100.0;
        QTest::newRow("more than ever") << 460 << 3460.0;
        QTest::newRow("a correction") << -40 << 3060.0;
        QTest::newRow("nothing yet") << 0 << 3100.0;
    }

    void theRunningDay_isSeen_notKnown()
    {
        QFETCH(int, seen);
        QFETCH(double, monthEnd);
        const DeliveryWorld world = runningWorld(seen);
        const auto known = knownDaysOf(*world.facts());
        const KnownAccount& account = known.accounts.front();
        QVERIFY(account.through == day(3, 10) && known.data.last == (seen == 0 ? day(3, 10) : day(3, 11)));
        const auto figures = figuresOf(world);
        QVERIFY(figures.monthToDate == Amount::fromUnits(1000 + seen));
        QVERIFY(figures.comparedToDate() == Amount::fromUnits(1000));
        QVERIFY(figures.sameDaysLastMonth == Amount::fromUnits(1000));
        QVERIFY(figures.teamMovers.empty() && figures.serviceMovers.empty());
        ABOUT(figures.monthEndMean, monthEnd);
        QVERIFY(figures.monthEndLo95 >= 1000 + seen - 1e-6);
        const CostSeries total = totalOf(*world.costs(), 10);
        QVERIFY(total.anomalies.empty());
        double forecast = 0;
        for (const ForecastPoint& point : total.forecast)
            forecast += point.mean;
        ABOUT(forecast, 1000);
        if (seen != 0) {
            QVERIFY(account.running == day(3, 11));
            QVERIFY(total.points.back().known && !total.points.back().isWhole);
            const std::string said = lateSentence(known.accounts, known.data.last);
            QVERIFY2(said.starts_with("2025-03-11 was not over yet"), said.c_str());
        }
    }

    void aDayThatWasOver_isKnown()
    {
        DeliveryWorld world = runningWorld(30);
        world.importedAt = {std::int64_t{day(3, 12).number} * 86400}; // at midnight
        const auto known = knownDaysOf(*world.facts());
        QVERIFY(known.accounts.front().through == day(3, 11) && !known.accounts.front().running.isValid());
        QVERIFY(figuresOf(world).comparedToDate() == Amount::fromUnits(1030));
    }

    void aDayThatWasAskedForWhileItRan_isSeen_notKnown()
    {
        DeliveryWorld world = runningWorld(30);
        world.importedAt = noon(day(4, 20)); // of another source
        FactSet facts = *world.facts();
        for (Day each = day(1, 1); each <= day(3, 11); each = each + 1)
            facts.asked["a"].push_back({each, false, noon(each + 1)});
        QVERIFY(knownDaysOf(facts).accounts.front().through == day(3, 11));
        facts.asked["a"].back().askedAt = noon(day(3, 11));
        facts.asked["a"][40].askedAt = noon(day(2, 10)); // and never again
        const KnownAccount account = knownDaysOf(facts).accounts.front();
        QVERIFY(account.through == day(3, 10) && account.running == day(3, 11));
        QVERIFY((account.gaps == std::vector<DateRange>{{day(2, 10), day(2, 11)}}));
        ABOUT(overviewOf(*costsOf(facts)).currencies.front().monthEndMean, 3100);
        facts.asked["a"].back().isFinal = true; // whatever it says of the time
        QVERIFY(knownDaysOf(facts).accounts.front().through == day(3, 11));
    }

    void aMonthOfWhichNoDayIsOver_isNotCompared()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(2, 28))}, {{0, day(3, 1)}}, noon(day(3, 1)), 30, {}};
        world.accounts.push_back(plan("a", "1", day(3, 1), day(3, 1), 30));
        world.stray.clear();
        const Overview overview = overviewOf(*world.costs());
        const auto& figures = overview.currencies.front();
        QVERIFY(overview.month == day(3, 1) && figures.monthToDate == Amount::fromUnits(30));
        QVERIFY(figures.hasLastMonth && !figures.isComparable(overview.month) && figures.teamMovers.empty());
        ABOUT(figures.monthEndMean, 3100);
    }

    void theLastDayOfAMonth_mayRun()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(2, 27))}, {{0, day(2, 28)}}, noon(day(2, 28)), 20, {}};
        ABOUT(figuresOf(world).monthEndMean, 2800);
        world.strayCost = 250;
        ABOUT(figuresOf(world).monthEndMean, 2950);
    }

    void eachSource_hasItsOwnRunningDay()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(3, 11)), plan("b", "2", day(1, 1), day(3, 20), 7)}, {}, {}, 0, {}};
        world.accounts[0].importedAt = noon(day(3, 11));
        world.accounts[1].importedAt = noon(day(3, 21));
        const auto known = knownDaysOf(*world.facts());
        QVERIFY(known.accounts[0].through == day(3, 10) && known.accounts[1].through == day(3, 20));
        ABOUT(figuresOf(world).monthEndMean, 3317);
        world.accounts[1].through = day(3, 21);
        const std::string said = lateSentence(knownDaysOf(*world.facts()).accounts, day(3, 21));
        QVERIFY2(said.find("known through 2025-03-10 only") != std::string::npos &&
                     said.find("2025-03-21 was not over yet") != std::string::npos,
                 said.c_str());
    }

    void aClockThatWasWrong_isNotBelieved()
    {
        DeliveryWorld world = runningWorld(30);
        world.importedAt = noon(day(1, 2));
        const auto known = knownDaysOf(*world.facts());
        QVERIFY(known.data.last == day(3, 11) && known.accounts.front().through == day(3, 11));
    }

    void aChargeDatedAhead_movesNeitherTodayNorTheReach_andIsCountedOnce_data()
    {
        QTest::addColumn<int>("ahead"); // days
        for (const int ahead : {1, 2, 5, 9})
            QTest::addRow("%d days", ahead) << ahead;
    }

    void aChargeDatedAhead_movesNeitherTodayNorTheReach_andIsCountedOnce()
    {
        QFETCH(int, ahead);
        const Day at = day(6, 11) + ahead;
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(6, 10))}, {{0, at}}, noon(day(6, 11)), 500, {}};
        const auto known = knownDaysOf(*world.facts());
        QVERIFY(known.data.last == day(6, 10) && known.accounts.front().through == day(6, 10));
        auto figures = figuresOf(world);
        QVERIFY(figures.chargedAhead == Amount::fromUnits(500) && figures.monthToDate == Amount::fromUnits(1000));
        ABOUT(figures.monthEndMean, 3500); // it was never there before
        for (int month = 1; month < 6; ++month)
            world.stray.emplace_back(0, day(month, at.dayOfMonth()));
        figures = figuresOf(world); // and now it was, each month
        QVERIFY2(std::abs(figures.monthEndMean - 3500) < 30, qPrintable(QString::number(figures.monthEndMean)));
        world.stray.erase(world.stray.begin()); // it is still to come
        figures = figuresOf(world);
        QVERIFY2(std::abs(figures.monthEndMean - 3500) < 30, qPrintable(QString::number(figures.monthEndMean)));
    }

    void aChargeDatedAhead_ofAnEarlierDelivery_movesNothingEither()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(3, 10)), plan("b", "2", day(1, 1), day(3, 19), 7)},
                            {{0, day(3, 13)}},
                            {},
                            500,
                            {}};
        world.accounts[0].importedAt = noon(day(3, 11));
        world.accounts[1].importedAt = noon(day(3, 20));
        QVERIFY(knownDaysOf(*world.facts()).accounts.front().through == day(3, 10));
        ABOUT(figuresOf(world).monthEndMean, 3100 + 500 + 217);
    }

    void aFeeOfEachDay_datedAhead_isTheOneThatIsExpected_data()
    {
        QTest::addColumn<int>("ahead"); // days
        for (const int ahead : {1, 4, 20})
            QTest::addRow("%d days", ahead) << ahead;
    }

    void aFeeOfEachDay_datedAhead_isTheOneThatIsExpected()
    {
        QFETCH(int, ahead);
        DeliveryWorld world = runningWorld(30);
        world.accounts.front().category = "Usage";
        world.accounts.push_back(plan("a", "1", day(1, 1), day(3, 11) + ahead, 50));
        world.accounts.back().category = "Purchase";
        const auto figures = figuresOf(world);
        QVERIFY(figures.monthToDate == Amount::fromUnits(1000 + 30 + 550));
        QVERIFY(figures.chargedAhead == Amount::fromUnits(50 * ahead));
        QVERIFY(figures.comparedToDate() == Amount::fromUnits(1500));
        ABOUT(figures.monthEndMean, 3100 + 1550);
    }

    void aMonthThatIsOver_isComparedWithAsManyDays()
    {
        DeliveryWorld world{{plan("a", "1", day(11, 1, 2023), day(2, 29, 2024))}, {}, {}, 0, {}};
        QVERIFY(figuresOf(world).sameDaysLastMonth == Amount::fromUnits(2900));
        QVERIFY(figuresOf(world).teamMovers.empty());
        world.accounts.front().through = day(3, 31, 2024); // and there are no more
        QVERIFY(figuresOf(world).sameDaysLastMonth == Amount::fromUnits(2900));
        QVERIFY(figuresOf(world).monthToDate == Amount::fromUnits(3100));
        ABOUT(figuresOf(world).monthEndMean, 3100);
    }

    void aCurrencyThatIsLate_isComparedByItsOwnDays()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(3, 20)), plan("b", "2", day(1, 1), day(3, 12), 7)}, {}, {}, 0, {}};
        world.accounts.back().currency = "EUR";
        const auto figures = figuresOf(world, "EUR");
        QVERIFY(figures.monthToDate == Amount::fromUnits(84) && figures.sameDaysLastMonth == Amount::fromUnits(84));
        QVERIFY(figures.teamMovers.empty());
    }

    void aWeeklyCharge_datedAhead_isTheOneThatIsExpected()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(6, 8), 700)}, {{0, day(6, 15)}}, noon(day(6, 10)), 700, {}};
        world.accounts.front().rhythm = Rhythm::Weekly; // Sundays
        ABOUT(figuresOf(world).monthEndMean, 5 * 700);
    }

    void costsThatAreNotStated_makeADayUnknown_notLow()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(4, 20), 100)}, {}, {}, 0, {}};
        world.accounts.front().lines = 10;
        for (const Day each : {day(3, 20), day(3, 21), day(4, 4), day(4, 20)})
            world.unstated[{0, each}] = 7;
        const auto costs = world.costs();
        const CostSeries total = totalOf(*costs, 10);
        QVERIFY(total.anomalies.empty());
        QVERIFY(total.points.back().known && !total.points.back().isWhole);
        QVERIFY(total.points.back().cost == Amount::fromUnits(30));
        for (const ForecastPoint& point : total.forecast)
            ABOUT(point.mean, 100);
        const auto figures = figuresOf(world);
        QVERIFY(figures.monthToDate == Amount::fromUnits(2000 - 140) && figures.unknownRows == 14);
        ABOUT(figures.monthEndMean, 3000);
    }

    void costsThatAreNeverStated_areUsual()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(4, 20), 100)}, {}, {}, 0, {}};
        world.accounts.front().lines = 10;
        for (Day each = day(1, 1); each <= day(4, 20); each = each + 1)
            world.unstated[{0, each}] = 2 + each.number % 2;
        world.stray.emplace_back(0, day(4, 9));
        world.strayCost = 3000;
        const auto costs = world.costs();
        QCOMPARE(marksOf(*costs), QStringList{"2025-04-09 spike"});
        world.unstated[{0, day(4, 9)}] = 9;
        QCOMPARE(marksOf(*world.costs()), QStringList());
    }

    void oneAccountThatStatesNothing_doesNotReadAsADrop()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(4, 20), 100), plan("b", "2", day(1, 1), day(4, 18), 50)}, {}, {}, 0, {}};
        world.unstated[{0, day(4, 10)}] = 1;
        QCOMPARE(marksOf(*world.costs()), QStringList());
    }

    void aSourceThatJoins_isNoNews_andHidesNone()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(6, 20)), plan("b", "2", day(3, 5), day(6, 20), 300)}, {}, {}, 0, {}};
        QVERIFY(knownDaysOf(*world.facts()).accounts[1].since == day(3, 5));
        QCOMPARE(marksOf(*world.costs()), QStringList());
        ABOUT(figuresOf(world).monthEndMean, 12000);
        world.strayCost = 3000;
        world.stray.emplace_back(0, day(3, 12)); // beside its first days
        world.stray.emplace_back(1, day(5, 14));
        QCOMPARE(marksOf(*world.costs()), (QStringList{"2025-03-12 spike", "2025-05-14 spike"}));
    }

    void anAccountThatJoinsItsSource_isNews_once()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(6, 20)), plan("a", "2", day(3, 5), day(6, 20), 300)}, {}, {}, 0, {}};
        QVERIFY(!knownDaysOf(*world.facts()).accounts[1].since.isValid());
        const QStringList marks = marksOf(*world.costs());
        QVERIFY2(!marks.isEmpty() && marks.front().startsWith("2025-03-05") && marks.back() < QString("2025-03-12"),
                 qPrintable(marks.join(", ")));
        FactSet facts = *DeliveryWorld{
            {plan("a", "1", day(1, 1), day(6, 20)), plan("b", "2", day(3, 5), day(6, 20), 300)},
            {},
            {},
            0,
            {}}.facts();
        for (Day each = day(1, 1); each <= day(6, 20); each = each + 1)
            facts.asked["b"].push_back({each, true, {}}); // and there was nothing
        QVERIFY(!marksOf(*costsOf(facts)).isEmpty());
    }

    void anAccountThatGoesOnInAnotherSource_isNotNew()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(2, 28)), plan("b", "1", day(3, 1), day(6, 20), 300)}, {}, {}, 0, {}};
        QVERIFY(!knownDaysOf(*world.facts()).accounts[1].since.isValid());
    }

    void aCurrencyThatStops_isMarked_whileTheOtherGoesOn()
    {
        DeliveryWorld world{
            {plan("a", "1", day(1, 1), day(6, 20)), plan("a", "1", day(1, 1), day(4, 30), 80)}, {}, {}, 0, {}};
        world.accounts.back().currency = "EUR";
        const QStringList marks = marksOf(*world.costs(), "EUR");
        QVERIFY2(!marks.isEmpty() && marks.front() == "2025-05-01 drop", qPrintable(marks.join(", ")));
        QVERIFY(totalOf(*world.costs(), 0, "EUR").points.back().period == day(6, 20));
        ABOUT(figuresOf(world, "EUR").monthEndMean, 0);
    }

    /// Whoever was told while the last day ran: the month ends at what it truly costs, and nobody knows that day.
    void law_monthEnd_isTheTruth_whileADayRuns()
    {
        QRandomGenerator random(21);
        for (int round = 0; round < rounds(3); ++round) {
            DeliveryWorld world = testkit::randomDeliveryWorld(random);
            const Day last = knownDaysOf(*world.facts()).data.last;
            world.importedAt = noon(last);
            const auto known = knownDaysOf(*world.facts());
            QVERIFY(known.data.last == last);
            std::map<std::string, double> truth;
            for (const PlannedAccount& account : world.accounts) {
                for (Day each = last.firstOfMonth(); each < last.addMonths(1); each = each + 1)
                    truth[account.currency] += account.costOn(each);
                const auto found = std::find_if(known.accounts.begin(), known.accounts.end(),
                                                [&](const auto& one) { return one.billingAccount == account.account; });
                if (found != known.accounts.end() && account.rhythm == Rhythm::Daily && !account.stopped.isValid())
                    QVERIFY(!found->knows(last));
            }
            for (const auto& [currency, expected] : truth) {
                const auto figures = figuresOf(world, currency.c_str());
                if (!figures.hasForecast)
                    continue;
                QVERIFY2(std::abs(figures.monthEndMean - expected) <= 0.01 * std::abs(expected) + 1,
                         qPrintable(QString("round %1, %2: %3 instead of %4, data through %5")
                                        .arg(round)
                                        .arg(QString::fromStdString(currency))
                                        .arg(figures.monthEndMean)
                                        .arg(expected)
                                        .arg(QString::fromStdString(toString(last)))));
                QVERIFY(figures.monthEndLo95 >= figures.monthToDate.toDouble() - 1e-6);
            }
        }
    }

    void usageAfterAPause_isNotChargedAhead()
    {
        DeliveryWorld world{{plan("a", "1", day(1, 1), day(5, 10))}, {{0, day(5, 25)}}, noon(day(11, 30)), 1200, {}};
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(5, 10));
        world.accounts.front().category = "Usage";
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(5, 25));
        world.stray.front().second = day(5, 10) + 120; // a date that is wrong
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(5, 10));
    }
};

QTEST_APPLESS_MAIN(TestRunningDays)
#include "tst_runningdays.moc"

#include <QTest>

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/overviewfigures.h"
#include "models/facts/knowndays.h"
#include "tests/testkit/deliveryworld.h"
#include "tests/testkit/rounds.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace altimeter;
using namespace altimeter::analysis;
using testkit::DeliveryWorld;
using testkit::PlannedAccount;
using testkit::Rhythm;
using testkit::rounds;

namespace {

const Day kStart = Day::fromYmd(2025, 1, 1);

PlannedAccount plan(const char* source, const char* account, Rhythm rhythm, Day through, int cost = 100)
{
    PlannedAccount made;
    made.source = source;
    made.provider = "AWS";
    made.account = account;
    made.rhythm = rhythm;
    made.first = kStart;
    made.through = through;
    made.cost = cost;
    return made;
}

Day day(int month, int dayOfMonth, int year = 2025)
{
    return Day::fromYmd(year, month, dayOfMonth);
}

const KnownAccount* accountNamed(const KnownDays& known, const std::string& name)
{
    const auto found = std::find_if(known.accounts.begin(), known.accounts.end(),
                                    [&name](const KnownAccount& each) { return each.billingAccount == name; });
    return found == known.accounts.end() ? nullptr : &*found;
}

QString throughOf(const DeliveryWorld& world, const char* account)
{
    const auto known = knownDaysOf(*world.facts());
    const KnownAccount* found = accountNamed(known, account);
    return found ? QString::fromStdString(toString(found->through)) : QString("none");
}

Overview::PerCurrency figuresOf(const DeliveryWorld& world, const char* currency = "USD")
{
    const auto overview = overviewFigures(*world.costs(), CostLens::Effective, {Currency(currency)}, {});
    return overview ? overview->currencies.front() : Overview::PerCurrency();
}

std::shared_ptr<const CostSource> costsOf(const FactSet& facts)
{
    const auto held = std::make_shared<const FactSet>(facts);
    return std::make_shared<const FactAnswers>(held, std::make_shared<const Attribution>(*attribute(*held, {})));
}

/// The days of the total that are marked.
std::vector<Day> markedDays(const CostSource& costs)
{
    const auto set = costSeries(costs, {}, {});
    std::vector<Day> marked;
    for (const AnomalyMark& mark : set->series.front().anomalies)
        marked.push_back(mark.period);
    return marked;
}

/// What the accounts named so are expected to cost, by day.
std::map<Day, double> expectedOf(const DeliveryWorld& world, const std::string& account, int steps)
{
    SeriesQuestion question;
    question.query.by = {Dim{Dim::Kind::BillingAccount, {}}};
    question.forecastSteps = steps;
    const auto set = costSeries(*world.costs(), question, {});
    std::map<Day, double> expected;
    for (const CostSeries& series : set->series) {
        for (const ForecastPoint& point : series.forecast)
            expected[point.period] += series.keys.front() == account ? point.mean : 0;
    }
    return expected;
}

double sumOf(const std::map<Day, double>& expected)
{
    double sum = 0;
    for (const auto& [each, mean] : expected)
        sum += mean;
    return sum;
}

double forecastSum(const DeliveryWorld& world, int steps, Granularity granularity = Granularity::Day)
{
    SeriesQuestion question;
    question.query.granularity = granularity;
    question.forecastSteps = steps;
    const auto set = costSeries(*world.costs(), question, {});
    double sum = 0;
    for (const ForecastPoint& point : set->series.front().forecast)
        sum += point.mean;
    return sum;
}

bool isNear(double a, double b)
{
    return std::abs(a - b) <= 0.002 * std::max(1.0, std::abs(b));
}

} // namespace

class TestKnownDays : public QObject {
    Q_OBJECT

private slots:
    void anEmptyWorkspace_knowsNothing()
    {
        const KnownDays known = knownDaysOf(FactSet());
        QVERIFY(!known.data.first.isValid() && known.accounts.empty());
    }

    void oneCharge_isKnown_andTooLittleToLearnFrom()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, kStart)}, {}, {}};
        QCOMPARE(throughOf(world, "1"), QString("2025-01-01"));
        QVERIFY(!figuresOf(world).hasForecast);
    }

    void aWeeklyJob_isZeroBetween()
    {
        DeliveryWorld world{{plan("a", "job", Rhythm::Weekly, day(4, 6), 700)}, {}, {}};
        const auto known = knownDaysOf(*world.facts());
        for (Day each = day(1, 5); each <= day(4, 6); each = each + 1)
            QVERIFY(known.accounts.front().knows(each));
        QVERIFY(isNear(forecastSum(world, 28), 2800));
        QVERIFY(isNear(forecastSum(world, 2, Granularity::Week), 1400));
    }

    void chargesOfTheFirst_standForTheirMonth()
    {
        DeliveryWorld world{
            {plan("bills", "m", Rhythm::Monthly, day(3, 1), 1010), plan("a", "d", Rhythm::Daily, day(3, 11))}, {}, {}};
        QCOMPARE(throughOf(world, "m"), QString("2025-03-31"));
        QCOMPARE(throughOf(world, "d"), QString("2025-03-11"));
        const auto figures = figuresOf(world);
        QVERIFY(figures.monthToDate == Amount::fromUnits(1010 + 1100));
        QVERIFY(isNear(figures.monthEndMean, 1010 + 3100));
        QVERIFY(figures.late.empty());
    }

    void whoIsLate_isExpected_notZero_andComparedByItsOwnDays()
    {
        for (const char* second : {"a", "b"}) { // in one source with the other, and in its own
            DeliveryWorld world{
                {plan("a", "1", Rhythm::Daily, day(3, 16)), plan(second, "2", Rhythm::Daily, day(3, 10), 200)}, {}, {}};
            QCOMPARE(throughOf(world, "2"), QString("2025-03-10"));
            const auto figures = figuresOf(world);
            QVERIFY(isNear(figures.monthEndMean, 9300));
            QVERIFY(figures.monthToDate == figures.sameDaysLastMonth);
            QVERIFY(figures.teamMovers.empty());
            QCOMPARE(figures.late.size(), std::size_t{1});
            QVERIFY(isNear(forecastSum(world, 10), 3000));
            SeriesQuestion question;
            question.query.by = {Dim{Dim::Kind::BillingAccount, {}}};
            const auto set = costSeries(*world.costs(), question, {});
            for (const CostSeries& series : set->series)
                QVERIFY(series.anomalies.empty());
        }
    }

    void whoStopped_isZero_onceTheOthersWentOn()
    {
        PlannedAccount gone = plan("a", "gone", Rhythm::Daily, day(3, 20), 50);
        gone.stopped = day(3, 2);
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 20)), gone}, {}, {}};
        QCOMPARE(throughOf(world, "gone"), QString("2025-03-20"));
        gone.stopped = day(3, 14); // a week ago it may as well be late
        world.accounts.back() = gone;
        QCOMPARE(throughOf(world, "gone"), QString("2025-03-14"));
    }

    void aSourceThatEndedASeasonAgo_isNotMissed()
    {
        DeliveryWorld world{
            {plan("a", "1", Rhythm::Daily, day(6, 20)), plan("old", "2", Rhythm::Daily, day(3, 31))}, {}, {}};
        QCOMPARE(throughOf(world, "2"), QString("2025-06-20"));
        QVERIFY(isNear(figuresOf(world).monthEndMean, 3000));
        world.accounts.back().through = day(5, 31); // last month's files: those of June will come
        QCOMPARE(throughOf(world, "2"), QString("2025-05-31"));
        QVERIFY(isNear(figuresOf(world).monthEndMean, 6000));
    }

    void aWeekend_isNoDelay()
    {
        DeliveryWorld world{
            {plan("a", "1", Rhythm::Daily, day(3, 16)), plan("a", "w", Rhythm::Weekdays, day(3, 14))}, {}, {}};
        QCOMPARE(throughOf(world, "w"), QString("2025-03-16")); // Friday 14th, and Sunday 16th
        world.accounts.front().through = day(3, 18);
        QCOMPARE(throughOf(world, "w"), QString("2025-03-16"));
    }

    void chargedAhead_isNeitherTodayNorTheRange_data()
    {
        QTest::addColumn<QString>("stray");
        for (const char* date : {"2026-01-01", "2025-12-31", "2026-06-30", "9999-12-30", "2028-01-01"})
            QTest::newRow(date) << QString(date);
    }

    void chargedAhead_isNeitherTodayNorTheRange()
    {
        QFETCH(QString, stray);
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(12, 10))}, {{0, *parseDay(stray.toStdString())}}, {}};
        const auto known = knownDaysOf(*world.facts());
        QCOMPARE(QString::fromStdString(toString(known.data.last)), QString("2025-12-10"));
        const auto far = farChargesOf(*world.facts(), known.data);
        QCOMPARE(far.size(), std::size_t{1});
        QCOMPARE(far.front().rows, std::uint64_t{1});
        const auto figures = figuresOf(world);
        const bool isOfTheMonth = stray == "2025-12-31";
        QVERIFY2(isNear(figures.monthEndMean, isOfTheMonth ? 4300 : 3100),
                 qPrintable(QString::number(figures.monthEndMean)));
    }

    void aYearPaidAtOnce_isAhead_howeverManyItsCharges_data()
    {
        QTest::addColumn<int>("months");
        for (const int months : {1, 2, 3, 6, 12})
            QTest::addRow("%d", months) << months;
    }

    void aYearPaidAtOnce_isAhead_howeverManyItsCharges()
    {
        QFETCH(int, months);
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 10))}, {}, {}};
        for (int at = 0; at < months; ++at)
            world.stray.emplace_back(0, day(4, 1).addMonths(at)); // billed in March
        const auto known = knownDaysOf(*world.facts());
        QVERIFY(known.data.last == day(3, 10) && known.accounts.front().through == day(3, 10));
        QVERIFY(isNear(figuresOf(world).monthEndMean, 3100));
        const auto far = farChargesOf(*world.facts(), known.data);
        QVERIFY(far.size() == 1 && far.front().rows == static_cast<std::uint64_t>(months));
    }

    /// As many as there are within, and as close to each other: a bill from the 15th to the 15th.
    void daysBehindTheirMonth_areOrdinary_whereTheyAreAsClose()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 31))}, {}, {}};
        FactSet facts = *world.facts();
        for (FactPartition& partition : facts.partitions) {
            if (partition.billingPeriod == day(3, 1))
                partition.billingPeriod = day(2, 1);
        }
        QVERIFY(knownDaysOf(facts).data.last == day(3, 31));
    }

    void aForecastOfARangeThatEndsBefore_isThatOfItsEnd_data()
    {
        QTest::addColumn<Day>("to");
        for (const Day to : {day(3, 21), day(3, 20), day(3, 19), day(3, 1), day(2, 2)})
            QTest::newRow(toString(to).c_str()) << to;
    }

    void aForecastOfARangeThatEndsBefore_isThatOfItsEnd()
    {
        QFETCH(Day, to);
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 20)), plan("a", "2", Rhythm::Daily, day(3, 20), 7)},
                            {{0, day(3, 19)}},
                            {}};
        world.accounts[1].first = day(3, 15); // not there yet
        SeriesQuestion question;
        question.forecastSteps = 3;
        question.query.range.to = to;
        const auto set = costSeries(*world.costs(), question, {});
        QCOMPARE(set->series.size(), std::size_t{1});
        const auto& forecast = set->series.front().forecast;
        QCOMPARE(forecast.size(), std::size_t{3});
        QVERIFY(forecast.front().period == to);
        if (to <= day(3, 15))
            QVERIFY(isNear(forecast.front().mean, 100) && isNear(forecast.back().mean, 100));
        question.query.range.to = day(1, 1); // nothing to learn from
        const auto none = costSeries(*world.costs(), question, {});
        QVERIFY(none->series.empty() || none->series.front().forecast.empty());
    }

    void aChargeLongBefore_doesNotStretchTheRange()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(5, 10))}, {{0, Day::fromYmd(2023, 7, 4)}}, {}};
        QVERIFY(knownDaysOf(*world.facts()).data.first == kStart);
    }

    void theFirstDayOfNewData_isToday()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(5, 10))}, {{0, day(5, 30)}}, {}};
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(5, 10));
        world.importedAt = {std::int64_t{day(5, 31).number} * 86400};
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(5, 30));
        world.importedAt = {std::int64_t{day(5, 20).number} * 86400}; // it was not yet
        QVERIFY(knownDaysOf(*world.facts()).data.last == day(5, 10));
    }

    void daysThatWereAskedFor_areKnown_othersAreNot()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 10))}, {}, {}};
        FactSet facts = *world.facts();
        for (Day each = day(1, 1); each <= day(3, 10); each = each + 1) {
            if (each != day(2, 5))
                facts.asked["a"].push_back({each, true});
        }
        QVERIFY(knownDaysOf(facts).accounts.front().gaps.empty()); // it has charges of that day
        facts.asked["b"] = {};
        DeliveryWorld sparse{
            {plan("a", "1", Rhythm::Weekly, day(3, 9)), plan("c", "2", Rhythm::Daily, day(3, 12))}, {}, {}};
        facts = *sparse.facts();
        for (Day each = day(1, 1); each <= day(3, 12); each = each + 1) {
            if (each != day(2, 5))
                facts.asked["a"].push_back({each, each < day(3, 1)});
        }
        const auto known = knownDaysOf(facts);
        const KnownAccount& account = *accountNamed(known, "1");
        QVERIFY(!account.knows(day(2, 5)) && account.knows(day(2, 4)) && account.knows(day(3, 12)));
    }

    void aMonthThatWasNotDelivered_isAGap_forWhoHasChargesEveryDay()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(4, 20))}, {}, {}};
        FactSet facts = *world.facts();
        std::erase_if(facts.chunks, [&](const FactSet::Part& part) {
            return facts.partitions[part.partition].billingPeriod == day(2, 1);
        });
        const auto known = knownDaysOf(facts);
        QCOMPARE(known.accounts.front().gaps.size(), std::size_t{1});
        QVERIFY((known.accounts.front().gaps.front() == DateRange{day(2, 1), day(3, 1)}));
    }

    void aMonthOfPause_isKnown_whereTheSameDeliveryBroughtTheOthers()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(4, 20)), plan("a", "2", Rhythm::Daily, day(4, 20))},
                            {{0, day(2, 14)}},
                            {}};
        FactSet facts = *world.facts();
        std::erase_if(facts.chunks, [&](const FactSet::Part& part) {
            const FactPartition& partition = facts.partitions[part.partition];
            return partition.billingAccount == "2" && partition.billingPeriod == day(2, 1);
        });
        QVERIFY(accountNamed(knownDaysOf(facts), "2")->gaps.empty());
        const auto marked = markedDays(*costsOf(facts));
        QVERIFY(std::find(marked.begin(), marked.end(), day(2, 14)) != marked.end());
        for (FactPartition& partition : facts.partitions) // a file for each account and month: hers is missing
            partition.delivery = partition.id;
        QCOMPARE(accountNamed(knownDaysOf(facts), "2")->gaps.size(), std::size_t{1});
    }

    void aDayThatOthersReach_isNotAlone_andIsNotExpectedAgain()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(2, 17)), plan("a", "2", Rhythm::Daily, day(2, 10))},
                            {{1, day(2, 17)}},
                            {}};
        world.strayCost = 5000;
        for (const bool isLong : {false, true}) {
            if (isLong)
                world.importedAt = {std::int64_t{day(7, 30).number} * 86400};
            QCOMPARE(throughOf(world, "2"), QString("2025-02-17"));
            const auto figures = figuresOf(world);
            QVERIFY(figures.monthToDate == Amount::fromUnits(1700 + 1000 + 5000));
            QVERIFY2(std::abs(figures.monthEndMean - (7700 + 2200)) < 400,
                     qPrintable(QString::number(figures.monthEndMean)));
            const auto marked = markedDays(*world.costs());
            QVERIFY(std::find(marked.begin(), marked.end(), day(2, 17)) != marked.end());
        }
        world.accounts.back().source = "b"; // over at the import, and no later than the data are
        QCOMPARE(throughOf(world, "2"), QString("2025-02-17"));
    }

    void chargesOnFirsts_areMonthly_onlyWhereTheyAreInNearlyEveryMonth()
    {
        DeliveryWorld world{
            {plan("a", "1", Rhythm::Daily, day(6, 20)), plan("a", "q", Rhythm::Quarterly, day(6, 20), 3000)}, {}, {}};
        QVERIFY(!accountNamed(knownDaysOf(*world.facts()), "q")->isMonthly);
        world.accounts.back().first = day(1, 1, 2024);
        world.accounts.front().first = day(1, 1, 2024);
        const auto expected = expectedOf(world, "q", 40); // the last of them is older than a series lives
        QVERIFY2(isNear(expected.at(day(7, 1)), 3000), qPrintable(QString::number(expected.at(day(7, 1)))));
        QVERIFY(isNear(sumOf(expected), 3000));
        world.accounts.back().rhythm = Rhythm::Monthly;
        QVERIFY(accountNamed(knownDaysOf(*world.facts()), "q")->isMonthly);

        DeliveryWorld market{{plan("a", "1", Rhythm::Daily, day(3, 20)), plan("a", "once", Rhythm::Monthly, day(1, 1))},
                             {{1, day(3, 1)}},
                             {}};
        market.strayCost = 100;
        const auto bought = expectedOf(market, "once", 20); // two purchases are no rhythm
        QVERIFY2(bought.at(day(4, 1)) < 20, qPrintable(QString::number(bought.at(day(4, 1)))));
    }

    void aDayThatSomeAreLateFor_isJudgedByTheOthers()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(4, 25)), plan("b", "2", Rhythm::Daily, day(4, 18), 70)},
                            {{0, day(4, 22)}},
                            {}};
        for (const Rhythm rhythm : {Rhythm::Daily, Rhythm::Monthly}) {
            world.accounts.back().rhythm = rhythm;
            if (rhythm == Rhythm::Monthly) // the invoice of April is not here yet
                world.accounts.back().through = day(3, 1);
            QVERIFY(!accountNamed(knownDaysOf(*world.facts()), "2")->knows(day(4, 22)));
            QCOMPARE(markedDays(*world.costs()).size(), std::size_t{1});
            QVERIFY(markedDays(*world.costs()).front() == day(4, 22));
        }
    }

    void everyCurrency_isForecastFromTheSameDay()
    {
        DeliveryWorld world{
            {plan("a", "1", Rhythm::Daily, day(3, 20)), plan("b", "2", Rhythm::Daily, day(2, 20), 7)}, {}, {}};
        world.accounts.back().currency = "EUR";
        SeriesQuestion question;
        question.forecastSteps = 5;
        const auto set = costSeries(*world.costs(), question, {});
        QCOMPARE(set->series.size(), std::size_t{2});
        for (const CostSeries& series : set->series) {
            QCOMPARE(series.forecast.size(), std::size_t{5});
            QVERIFY(series.forecast.front().period == day(3, 21));
        }
    }

    void theEndOfAMonth_thatALaterDeliveryDidNotBring_isAGap()
    {
        PlannedAccount early = plan("a", "1", Rhythm::Daily, day(2, 15));
        PlannedAccount later = plan("a", "1", Rhythm::Daily, day(4, 10));
        later.first = day(3, 1);
        DeliveryWorld world{{early, later}, {}, {}};
        FactSet facts = *world.facts();
        QVERIFY(knownDaysOf(facts).accounts.front().gaps.empty()); // of one delivery it was a pause
        for (FactPartition& partition : facts.partitions)
            partition.delivery = partition.billingPeriod < day(3, 1) ? 1 : 2;
        const auto known = knownDaysOf(facts);
        QVERIFY((known.accounts.front().gaps == std::vector<DateRange>{{day(2, 16), day(3, 1)}}));
    }

    void theRunningWeekOrMonth_isNotLearntFrom()
    {
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 5), 70)}, {}, {}};
        QVERIFY(isNear(forecastSum(world, 1, Granularity::Week), 490));
        QVERIFY(isNear(forecastSum(world, 1, Granularity::Month), 2100));
        QVERIFY(isNear(forecastSum(world, 3, Granularity::Month), 70 * (30 + 31 + 30)));
        SeriesQuestion question;
        question.query.granularity = Granularity::Month;
        const auto set = costSeries(*world.costs(), question, {});
        const auto& points = set->series.front().points;
        QVERIFY(points.front().isWhole && points.back().known && !points.back().isWhole);
    }

    void currencies_areForecastApart()
    {
        DeliveryWorld world{
            {plan("a", "1", Rhythm::Daily, day(3, 16)), plan("b", "2", Rhythm::Daily, day(3, 12), 7)}, {}, {}};
        world.accounts.back().currency = "EUR";
        QVERIFY(isNear(figuresOf(world, "USD").monthEndMean, 3100));
        QVERIFY(isNear(figuresOf(world, "EUR").monthEndMean, 217));
        QVERIFY(figuresOf(world, "USD").late.empty());
    }

    void monthEnd_isNeverBelowWhatIsSpent_butForCredits()
    {
        QRandomGenerator random(5);
        for (int round = 0; round < rounds(4); ++round) {
            DeliveryWorld world{
                {plan("a", "1", Rhythm::Daily, day(3, 1) + static_cast<int>(random.bounded(50)), 3)}, {}, {}};
            for (int i = 0; i < 6; ++i)
                world.stray.emplace_back(0, kStart + static_cast<int>(random.bounded(60)));
            const auto figures = figuresOf(world);
            QVERIFY(figures.hasForecast);
            QVERIFY(figures.monthEndLo95 >= figures.monthToDate.toDouble() - 1e-6);
        }
        DeliveryWorld world{{plan("a", "1", Rhythm::Daily, day(3, 19), 10)}, {}, {}};
        world.accounts.front().credit = 500;
        QVERIFY(figuresOf(world).monthEndLo95 >= 190 - 500 - 1e-6);
    }

    /// What the rule takes for known is what was delivered, up to the first charge that is missed.
    void law_knownDays_areThoseThatWereDelivered()
    {
        QRandomGenerator random(11);
        for (int round = 0; round < rounds(60); ++round) {
            const DeliveryWorld world = testkit::randomDeliveryWorld(random);
            const auto known = knownDaysOf(*world.facts());
            for (const PlannedAccount& account : world.accounts) {
                const KnownAccount* found = accountNamed(known, account.account);
                QVERIFY(found);
                Day reach = account.through; // of its source
                for (const PlannedAccount& other : world.accounts) {
                    if (other.source == account.source && other.rhythm == Rhythm::Daily && !other.stopped.isValid())
                        reach = std::max(reach, other.through);
                }
                const bool isStopped = account.stopped.isValid();
                for (Day each = account.first; each <= account.through && !isStopped; each = each + 1)
                    QVERIFY2(each < found->first || found->knows(each) || each > found->through,
                             (account.account + ' ' + toString(each)).c_str());
                if (account.rhythm == Rhythm::Daily && !isStopped && account.through < reach)
                    QCOMPARE(QString::fromStdString(toString(found->through)),
                             QString::fromStdString(toString(account.through)));
                if (!isStopped)
                    QVERIFY2(found->through < account.missedFrom(),
                             (account.account + ' ' + toString(found->through)).c_str());
                if (isStopped) // its source went on, or ended itself
                    QVERIFY(found->through > account.stopped + KnownDays::kEnded);
            }
        }
    }

    /// Without noise the month ends at what it truly costs, however late each account is.
    void law_monthEnd_isTheTruth()
    {
        QRandomGenerator random(12);
        for (int round = 0; round < rounds(12); ++round) {
            const DeliveryWorld world = testkit::randomDeliveryWorld(random);
            const Day last = knownDaysOf(*world.facts()).data.last;
            std::map<std::string, double> truth;
            for (const PlannedAccount& account : world.accounts) {
                for (Day each = last.firstOfMonth(); each < last.addMonths(1); each = each + 1)
                    truth[account.currency] += account.costOn(each);
            }
            for (const auto& [currency, expected] : truth) {
                const auto figures = figuresOf(world, currency.c_str());
                if (!figures.hasForecast)
                    continue;
                QVERIFY2(std::abs(figures.monthEndMean - expected) <= 0.01 * std::abs(expected) + 1,
                         qPrintable(QString("round %1, %2: %3 instead of %4, month to date %5, data through %6")
                                        .arg(round)
                                        .arg(QString::fromStdString(currency))
                                        .arg(figures.monthEndMean)
                                        .arg(expected)
                                        .arg(figures.monthToDate.toDouble())
                                        .arg(QString::fromStdString(toString(last)))));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestKnownDays)
#include "tst_knowndays.moc"

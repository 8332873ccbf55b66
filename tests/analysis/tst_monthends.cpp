#include <QTest>

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/overviewfigures.h"
#include "tests/testkit/deliveryworld.h"

#include <cmath>
#include <functional>

using namespace altimeter;
using namespace altimeter::analysis;
using testkit::DeliveryWorld;
using testkit::PlannedAccount;

namespace {

Day day(int month, int dayOfMonth, int year = 2025)
{
    return Day::fromYmd(year, month, dayOfMonth);
}

/// Charges of account "1", as they come.
struct World {
    DeliveryWorld world{};

    World& charge(Day first, Day last, int cost, const char* category = "Usage", const char* frequency = "",
                  const char* account = "1", const char* currency = "USD")
    {
        PlannedAccount made;
        made.source = std::string("files of ") + account;
        made.provider = "AWS";
        made.account = account;
        made.currency = currency;
        made.first = first;
        made.through = last;
        made.cost = cost;
        made.category = category;
        made.frequency = frequency;
        world.accounts.push_back(made);
        return *this;
    }
    World& once(Day on, int cost, const char* frequency = "One-Time")
    {
        return charge(on, on, cost, "Purchase", frequency);
    }
    Overview::PerCurrency figures(const char* currency = "USD") const
    {
        auto overview = overviewFigures(*world.costs(), CostLens::Effective, {Currency(currency)}, {});
        return overview ? overview->currencies.front() : Overview::PerCurrency();
    }
};

/// 10 a day from January through 20 March.
World steady()
{
    return World().charge(day(1, 1), day(3, 20), 10);
}

QString purchasesOf(const Overview::PerCurrency& figures)
{
    QStringList said;
    for (const OncePurchase& one : figures.purchases)
        said << QString::fromStdString(toString(one.day) + ' ' + one.cost.toString(0));
    return said.join(", ");
}

constexpr double kNone = -1e9;

} // namespace

/// What March ends at in small worlds whose answer is worked out by hand.
class TestMonthEnds : public QObject {
    Q_OBJECT

private slots:
    void monthEnd_data()
    {
        QTest::addColumn<World>("world");
        QTest::addColumn<double>("end");
        QTest::addColumn<double>("least");
        QTest::addColumn<QString>("purchases");
        const auto row = [](const char* name, const World& world, double end, double least,
                            const char* purchases = "") {
            QTest::newRow(name) << world << end << least << QString(purchases);
        };
        row("a steady cost", steady(), 310, 200);
        row("a commitment of the month", steady().once(day(3, 12), 5000), 5310, 5200, "2025-03-12 5000");
        row("a commitment today", steady().once(day(3, 20), 5000), 5310, 5200, "2025-03-20 5000");
        row("a commitment on the first", steady().once(day(3, 1), 5000), 5310, 5200, "2025-03-01 5000");
        row("a commitment last month", steady().once(day(2, 12), 5000), 310, 200);
        row("no frequency is said", steady().once(day(3, 12), 5000, ""), 5310, 5200, "2025-03-12 5000");
        row("two commitments", steady().once(day(3, 5), 4000).once(day(3, 12), 5000), 9310, 9200,
            "2025-03-05 4000, 2025-03-12 5000");
        row("the same a year before",
            World().charge(day(1, 1, 2024), day(3, 20), 10).once(day(3, 12, 2024), 5000).once(day(3, 12), 5000), 5310,
            5200, "2025-03-12 5000");
        row("a small licence is no item of its own", steady().once(day(3, 12), 20), 330, 220);
        World fees = steady();
        for (const int month : {1, 2, 3})
            fees.once(day(month, 1), 500, "Recurring");
        row("a monthly fee", fees, 810, 700);
        World licences = steady();
        for (Day monday = day(1, 6); monday <= day(3, 17); monday = monday + 7)
            licences.once(monday, 40);
        row("a licence each Monday is a level", licences, 310 + 5 * 40, 200 + 3 * 40);
        row("one charge", World().charge(day(3, 20), day(3, 20), 10), kNone, 0);
        row("three days", World().charge(day(3, 18), day(3, 20), 10), kNone, 0);
        row("six days", World().charge(day(3, 1), day(3, 6), 10), kNone, 0);
        row("six days and a commitment", World().charge(day(3, 1), day(3, 6), 10).once(day(3, 2), 5000), kNone, 0,
            "2025-03-02 5000");
        row("seven days", World().charge(day(3, 1), day(3, 7), 10), 310, 70);
        row("a commitment alone", World().once(day(3, 2), 5000), kNone, 0, "2025-03-02 5000");
        row("the month is over", World().charge(day(1, 1), day(3, 31), 10).once(day(3, 30), 900), 1210, 1210,
            "2025-03-30 900");
        row("a refund last month", steady().charge(day(2, 10), day(2, 10), -3000, "Credit"), 310, 200);
        row("a refund this month", steady().charge(day(3, 10), day(3, 10), -3000, "Credit"), -2690, -2800);
        World credits = World().charge(day(1, 1), day(3, 18), 10);
        for (const int month : {1, 2})
            credits.charge(day(month, 20), day(month, 20), -100, "Credit");
        row("a credit that is due", credits, 210, 80);
        row("credits alone", World().charge(day(1, 1), day(3, 20), -10, "Credit"), -310, -310);
        row("a late account", steady().charge(day(1, 1), day(3, 12), 5, "Usage", "", "2"), 465, 260);
        row("a young account beside an old one", steady().charge(day(3, 17), day(3, 20), 100, "Usage", "", "2"),
            310 + 1500, 600);
        row("another currency is another world",
            steady().charge(day(3, 12), day(3, 12), 9000, "Purchase", "One-Time", "1", "EUR"), 310, 200);
    }

    void monthEnd()
    {
        QFETCH(World, world);
        QFETCH(double, end);
        QFETCH(double, least);
        QFETCH(QString, purchases);
        const auto figures = world.figures();
        QCOMPARE(purchasesOf(figures), purchases);
        QCOMPARE(figures.hasForecast, end != kNone);
        if (end == kNone) {
            QVERIFY(figures.daily.forecast.empty());
            return;
        }
        QVERIFY2(std::abs(figures.monthEndMean - end) < 0.01 * std::abs(end) + 1,
                 qPrintable(QString::number(figures.monthEndMean)));
        QVERIFY2(figures.monthEndLo95 >= least - 1e-6, qPrintable(QString::number(figures.monthEndLo95)));
        QVERIFY(figures.monthEndLo95 <= figures.monthEndLo80 && figures.monthEndLo80 <= figures.monthEndMean);
        QVERIFY(figures.monthEndMean <= figures.monthEndHi80 && figures.monthEndHi80 <= figures.monthEndHi95);
        // a purchase widens no band: without it the days are as steady as ever
        if (!purchases.isEmpty())
            QVERIFY2(figures.monthEndHi95 - figures.monthEndMean < 100,
                     qPrintable(QString::number(figures.monthEndHi95)));
    }

    void theRunningMonth_endsAsTheOverviewSays()
    {
        const World world = steady().once(day(3, 12), 5000);
        SeriesQuestion question;
        question.query.granularity = Granularity::Month;
        question.query.range = {day(1, 1), day(3, 21)};
        question.forecastSteps = 1;
        const auto set = costSeries(*world.world.costs(), question, {});
        QVERIFY(set && set->series.size() == 1);
        const CostSeries& months = set->series.front();
        QVERIFY(months.running && months.running->period == day(3, 1) && !months.points.back().isWhole);
        const auto figures = world.figures();
        QVERIFY(std::abs(months.running->mean - figures.monthEndMean) < 1e-6);
        QVERIFY(std::abs(months.running->lo95 - figures.monthEndLo95) < 1e-6);
        QCOMPARE(months.forecast.size(), std::size_t(1));
        QVERIFY(std::abs(months.forecast.front().mean - 300) < 5); // April: the commitment is no level

        question.query.range.from = day(3, 5); // a part of it is no month
        QVERIFY(!costSeries(*world.world.costs(), question, {})->series.front().running);
        question.query.range.from = day(1, 1);
        question.query.granularity = Granularity::Day;
        QVERIFY(!costSeries(*world.world.costs(), question, {})->series.front().running);
    }
};

QTEST_APPLESS_MAIN(TestMonthEnds)
#include "tst_monthends.moc"

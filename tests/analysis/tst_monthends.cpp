#include <QTest>

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/overviewfigures.h"
#include "tests/testkit/chargeworld.h"

#include <cmath>

using namespace altimeter;
using namespace altimeter::analysis;
using testkit::day;
using testkit::steadyCharges;

namespace {

using World = testkit::ChargeWorld;

Overview::PerCurrency figuresOf(const World& world, const char* currency = "USD")
{
    auto overview = overviewFigures(*world.world.costs(), CostLens::Effective, {Currency(currency)}, {});
    return overview ? overview->currencies.front() : Overview::PerCurrency();
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
        row("a steady cost", steadyCharges(), 310, 200);
        row("a commitment of the month", steadyCharges().once(day(3, 12), 5000), 5310, 5200, "2025-03-12 5000");
        row("a commitment today", steadyCharges().once(day(3, 20), 5000), 5310, 5200, "2025-03-20 5000");
        row("a commitment on the first", steadyCharges().once(day(3, 1), 5000), 5310, 5200, "2025-03-01 5000");
        row("a commitment last month", steadyCharges().once(day(2, 12), 5000), 310, 200);
        row("no frequency is said", steadyCharges().once(day(3, 12), 5000, ""), 5310, 5200, "2025-03-12 5000");
        row("two commitments", steadyCharges().once(day(3, 5), 4000).once(day(3, 12), 5000), 9310, 9200,
            "2025-03-05 4000, 2025-03-12 5000");
        row("the same a year before",
            World().charge(day(1, 1, 2024), day(3, 20), 10).once(day(3, 12, 2024), 5000).once(day(3, 12), 5000), 5310,
            5200, "2025-03-12 5000");
        row("a small licence is no item of its own", steadyCharges().once(day(3, 12), 20), 330, 220);
        World fees = steadyCharges();
        for (const int month : {1, 2, 3})
            fees.once(day(month, 1), 500, "Recurring");
        row("a monthly fee", fees, 810, 700);
        World licences = steadyCharges();
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
        row("a refund last month", steadyCharges().charge(day(2, 10), day(2, 10), -3000, "Credit"), 310, 200);
        row("a refund this month", steadyCharges().charge(day(3, 10), day(3, 10), -3000, "Credit"), -2690, -2800,
            "2025-03-10 -3000");
        row("a commitment and its refund", steadyCharges().once(day(3, 5), 5000).once(day(3, 9), -5000), 310, 200,
            "2025-03-05 5000, 2025-03-09 -5000");
        row("a commitment refunded in the next month", steadyCharges().once(day(2, 5), 5000).once(day(3, 9), -5000),
            -4690, -4800, "2025-03-09 -5000");
        row("a credit ahead of six days",
            World().charge(day(3, 1), day(3, 6), 10).charge(day(3, 9), day(3, 9), -5, "Credit"), kNone, 0);
        row("a small purchase ahead of six days", World().charge(day(3, 1), day(3, 6), 10).once(day(3, 12), 25), kNone,
            0);
        World credits = World().charge(day(1, 1), day(3, 18), 10);
        for (const int month : {1, 2})
            credits.charge(day(month, 20), day(month, 20), -100, "Credit");
        row("a credit that is due", credits, 210, 80);
        row("credits alone", World().charge(day(1, 1), day(3, 20), -10, "Credit"), -310, -310);
        row("a late account", steadyCharges().charge(day(1, 1), day(3, 12), 5, "Usage", "", "2"), 465, 260);
        row("a young account beside an old one", steadyCharges().charge(day(3, 17), day(3, 20), 100, "Usage", "", "2"),
            310 + 1500, 600);
        row("another currency is another world",
            steadyCharges().charge(day(3, 12), day(3, 12), 9000, "Purchase", "One-Time", "1", "EUR"), 310, 200);
    }

    void monthEnd()
    {
        QFETCH(World, world);
        QFETCH(double, end);
        QFETCH(double, least);
        QFETCH(QString, purchases);
        const auto figures = figuresOf(world);
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
        const World world = steadyCharges().once(day(3, 12), 5000);
        SeriesQuestion question;
        question.query.granularity = Granularity::Month;
        question.query.range = {day(1, 1), day(3, 21)};
        question.forecastSteps = 1;
        const auto set = costSeries(*world.world.costs(), question, {});
        QVERIFY(set && set->series.size() == 1);
        const CostSeries& months = set->series.front();
        QVERIFY(months.running && months.running->period == day(3, 1) && !months.points.back().isWhole);
        const auto figures = figuresOf(world);
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

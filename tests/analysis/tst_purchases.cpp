#include <QTest>

#include "models/analysis/series/costseries.h"
#include "tests/testkit/chargeworld.h"

#include <cmath>

using namespace altimeter;
using namespace altimeter::analysis;
using testkit::ChargeWorld;
using testkit::day;
using testkit::steadyCharges;

namespace {

SeriesSet forecastOf(const ChargeWorld& world, int steps)
{
    SeriesQuestion question;
    question.anomalies = false;
    question.forecastSteps = steps;
    auto set = costSeries(*world.world.costs(), question, {});
    if (!set)
        qFatal("%s", set.error().text().c_str());
    return set.take();
}

/// "03-05 5000 back 2000 on 03-08, 03-08 -2000 of 03-05"
QString namesOf(const SeriesSet& set)
{
    const auto date = [](Day of) { return QString::fromStdString(toString(of)).mid(5); };
    const auto amount = [](Amount of) { return QString::fromStdString(of.toString(0)); };
    QStringList said;
    for (const OncePurchase& one : set.purchases) {
        QString text = date(one.day) + ' ' + amount(one.cost);
        if (one.refundedOn.isValid())
            text += " back " + amount(one.refunded) + " on " + date(one.refundedOn);
        if (one.refundOf.isValid())
            text += " of " + date(one.refundOf);
        said << text;
    }
    return said.join(", ");
}

} // namespace

/// What large purchases and refunds leave of a forecast, in worlds worked out by hand.
class TestPurchases : public QObject {
    Q_OBJECT

private slots:
    void purchasesAndRefunds_areApart_data()
    {
        QTest::addColumn<ChargeWorld>("world");
        QTest::addColumn<double>("mean");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const ChargeWorld& world, double mean, const char* names) {
            QTest::newRow(name) << world << mean << QString(names);
        };
        const auto bought = [] { return steadyCharges().once(day(3, 5), 5000); };
        row("bought", bought(), 10, "03-05 5000");
        row("bought and refunded", bought().once(day(3, 8), -5000), 10,
            "03-05 5000 back 5000 on 03-08, 03-08 -5000 of 03-05");
        row("refunded by a credit", bought().charge(day(3, 8), day(3, 8), -5000, "Credit", "One-Time"), 10,
            "03-05 5000 back 5000 on 03-08, 03-08 -5000 of 03-05");
        row("refunded by an adjustment", bought().charge(day(3, 8), day(3, 8), -5000, "Adjustment"), 10,
            "03-05 5000 back 5000 on 03-08, 03-08 -5000 of 03-05");
        row("cancelled on its day by a credit", bought().charge(day(3, 5), day(3, 5), -5000, "Credit"), 10,
            "03-05 5000 back 5000 on 03-05, 03-05 -5000 of 03-05");
        row("cancelled on its day by a purchase below zero", bought().once(day(3, 5), -5000), 10, "");
        row("refunded in part", bought().once(day(3, 8), -2000), 10,
            "03-05 5000 back 2000 on 03-08, 03-08 -2000 of 03-05");
        row("refunded in small part", bought().once(day(3, 8), -20), 10,
            "03-05 5000 back 20 on 03-08, 03-08 -20 of 03-05");
        row("refunded in two halves", bought().once(day(3, 8), -2500).once(day(3, 12), -2500), 10,
            "03-05 5000 back 5000 on 03-12, 03-08 -2500 of 03-05, 03-12 -2500 of 03-05");
        row("refunded on the last day", bought().once(day(3, 20), -5000), 10,
            "03-05 5000 back 5000 on 03-20, 03-20 -5000 of 03-05");
        row("refunded in the next month", steadyCharges().once(day(2, 5), 5000).once(day(3, 8), -5000), 10,
            "02-05 5000 back 5000 on 03-08, 03-08 -5000 of 02-05");
        row("more came back than was paid", bought().once(day(3, 8), -7000), 10,
            "03-05 5000 back 5000 on 03-08, 03-08 -5000 of 03-05, 03-08 -2000");
        row("refunded before it was bought", bought().once(day(3, 2), -5000), 10, "03-02 -5000, 03-05 5000");
        row("a refund alone", steadyCharges().once(day(3, 8), -5000), 10, "03-08 -5000");
        row("a credit alone", steadyCharges().charge(day(3, 8), day(3, 8), -5000, "Credit"), 10, "03-08 -5000");
        row("a credit on the last day", steadyCharges().charge(day(3, 20), day(3, 20), -5000, "Credit"), 10,
            "03-20 -5000");
        row("a correction of usage", steadyCharges().charge(day(3, 8), day(3, 8), -900).of("", "Correction"), 10,
            "03-08 -900");
        row("bought three times, refunded twice",
            steadyCharges()
                .once(day(3, 5), 5000)
                .once(day(3, 6), -5000)
                .once(day(3, 7), 5000)
                .once(day(3, 8), -5000)
                .once(day(3, 9), 5000),
            10,
            "03-05 5000 back 5000 on 03-06, 03-06 -5000 of 03-05, 03-07 5000 back 5000 on 03-08, "
            "03-08 -5000 of 03-07, 03-09 5000");
        row("two purchases, the first is refunded",
            steadyCharges()
                .once(day(2, 5), 3000)
                .of("Compute")
                .once(day(3, 5), 8000)
                .of("Database")
                .once(day(3, 8), -3000)
                .of("Compute"),
            10, "02-05 3000 back 3000 on 03-08, 03-05 8000, 03-08 -3000 of 02-05");
        row("a refund of another service is of none",
            steadyCharges().once(day(3, 5), 8000).of("Database").once(day(3, 8), -3000).of("Compute"), 10,
            "03-05 8000, 03-08 -3000");
        row("another account's refund",
            steadyCharges()
                .charge(day(1, 1), day(3, 18), 10, "Usage", "", "2")
                .once(day(3, 5), 5000)
                .charge(day(3, 8), day(3, 8), -5000, "Credit", "", "2"),
            20, "03-05 5000, 03-08 -5000");
        row("a large purchase each year",
            ChargeWorld()
                .charge(day(1, 1, 2023), day(3, 20), 10)
                .once(day(3, 5, 2023), 5000)
                .once(day(3, 5, 2024), 5200)
                .once(day(3, 5), 5400),
            10, "");
        ChargeWorld small = steadyCharges();
        small.once(day(3, 5), 25).once(day(3, 8), -25);
        row("a small purchase and its refund are days like others", small, 10, "");
    }

    void purchasesAndRefunds_areApart()
    {
        QFETCH(ChargeWorld, world);
        QFETCH(double, mean);
        QFETCH(QString, names);
        const SeriesSet set = forecastOf(world, 7);
        QCOMPARE(namesOf(set), names);
        QCOMPARE(set.series.front().forecast.size(), std::size_t(7));
        for (const ForecastPoint& point : set.series.front().forecast) {
            QVERIFY2(std::abs(point.mean - mean) < 0.03 * mean, qPrintable(QString::number(point.mean)));
            if (!names.isEmpty()) // and widens nothing: the other days are as steady as ever
                QVERIFY2(point.hi95 - point.lo95 < mean, qPrintable(QString::number(point.hi95)));
        }
    }

    void whereAllCameOnce_thereIsTooLittleHistory()
    {
        ChargeWorld world;
        world.charge(day(3, 1), day(3, 1), -100, "Credit").charge(day(3, 15), day(3, 15), -40, "Credit");
        const SeriesSet set = forecastOf(world, 7);
        QCOMPARE(namesOf(set), QString("03-01 -100, 03-15 -40"));
        QVERIFY(set.series.front().forecast.empty());
    }

    void whatRecurs_isNoRefundOfAPurchase()
    {
        ChargeWorld world = steadyCharges();
        world.once(day(1, 2), 5000);
        for (const int month : {1, 2, 3}) // a discount of each month, much smaller than the purchase
            world.charge(day(month, 10), day(month, 10), -200, "Credit", "One-Time");
        const SeriesSet set = forecastOf(world, 30);
        QCOMPARE(namesOf(set), QString("01-02 5000"));
        double sum = 0;
        for (const ForecastPoint& point : set.series.front().forecast)
            sum += point.mean;
        QVERIFY2(std::abs(sum - (30 * 10 - 200)) < 5, qPrintable(QString::number(sum))); // 10 April is due
    }
};

QTEST_APPLESS_MAIN(TestPurchases)
#include "tst_purchases.moc"

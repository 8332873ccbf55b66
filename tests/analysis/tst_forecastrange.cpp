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

SeriesSet forecastOf(const ChargeWorld& world, int steps, DateRange range)
{
    SeriesQuestion question;
    question.query.range = range;
    question.anomalies = false;
    question.forecastSteps = steps;
    question.learnsFromRange = true;
    auto set = costSeries(*world.world.costs(), question, {});
    if (!set)
        qFatal("%s", set.error().text().c_str());
    return set.take();
}

constexpr double kNone = -1;

} // namespace

/// Of which days a forecast is made, and which it tells, in worlds worked out by hand.
class TestForecastRange : public QObject {
    Q_OBJECT

private slots:
    void theRange_isWhatIsLearntFrom_data()
    {
        QTest::addColumn<Day>("from");
        QTest::addColumn<Day>("to");
        QTest::addColumn<double>("mean");
        QTest::addColumn<Day>("first");
        const Day none = Day::none();
        QTest::newRow("all days") << none << none << 40.0 << day(3, 21);
        QTest::newRow("days of the new level alone") << day(3, 14) << none << 40.0 << day(3, 21);
        QTest::newRow("three days") << day(3, 18) << none << kNone << none;
        QTest::newRow("six days") << day(3, 15) << none << kNone << none;
        QTest::newRow("seven days") << day(3, 14) << day(3, 21) << 40.0 << day(3, 21);
        QTest::newRow("a range in the past") << day(2, 1) << day(3, 1) << 10.0 << day(3, 1);
        QTest::newRow("six days in the past") << day(2, 1) << day(2, 7) << kNone << none;
        QTest::newRow("from before the data") << day(1, 1, 2020) << none << 40.0 << day(3, 21);
        QTest::newRow("to beyond the data") << day(3, 12) << day(1, 1, 2026) << 40.0 << day(3, 21);
    }

    void theRange_isWhatIsLearntFrom()
    {
        QFETCH(Day, from);
        QFETCH(Day, to);
        QFETCH(double, mean);
        QFETCH(Day, first);
        // 10 a day, and 40 from 10 March on
        ChargeWorld world;
        world.charge(day(1, 1), day(3, 9), 10).charge(day(3, 10), day(3, 20), 40);
        const SeriesSet set = forecastOf(world, 7, {from, to});
        const auto& points = set.series.front().forecast;
        QCOMPARE(points.empty(), mean == kNone);
        for (const ForecastPoint& point : points)
            QVERIFY2(std::abs(point.mean - mean) < 0.03 * mean, qPrintable(QString::number(point.mean)));
        if (!points.empty())
            QVERIFY(points.front().period == first);
    }

    void whereTheRangeIsWhatIsShown_allBeforeItIsLearntFromToo()
    {
        SeriesQuestion question;
        question.query.range = {day(3, 18), Day::none()};
        question.forecastSteps = 7;
        const auto set = costSeries(*steadyCharges().world.costs(), question, {});
        QVERIFY(set && set->series.size() == 1);
        QCOMPARE(set->series.front().points.size(), std::size_t(3));
        QCOMPARE(set->series.front().forecast.size(), std::size_t(7));
    }

    void monthsFarAhead_areSumsOfTheirDays()
    {
        SeriesQuestion question;
        question.query.granularity = Granularity::Month;
        question.forecastSteps = 30;
        const ChargeWorld world = ChargeWorld().charge(day(1, 1, 2024), day(3, 20), 10);
        const auto set = costSeries(*world.world.costs(), question, {});
        QVERIFY(set && set->series.size() == 1);
        const auto& months = set->series.front().forecast;
        QCOMPARE(months.size(), std::size_t(30));
        for (std::size_t i = 0; i < months.size(); ++i) {
            QVERIFY(months[i].period == day(4, 1).addMonths(static_cast<int>(i)));
            const double days = months[i].period.addMonths(1) - months[i].period;
            QVERIFY2(std::abs(months[i].mean - 10 * days) < 1, qPrintable(QString::number(months[i].mean)));
        }
        question.forecastSteps = 3;
        const auto few = costSeries(*world.world.costs(), question, {});
        QVERIFY(few && few->series.front().forecast.back().hi95 == months[2].hi95);
    }

    void whatLiesBeforeTheRange_changesNothing()
    {
        const DateRange range{day(2, 1), Day::none()};
        ChargeWorld quiet = steadyCharges();
        quiet.world.accounts.front().first = day(2, 1);
        ChargeWorld loud = quiet;
        loud.charge(day(12, 1, 2024), day(1, 31), 777).once(day(1, 20), 9000);
        for (const Granularity step : {Granularity::Day, Granularity::Week, Granularity::Month}) {
            SeriesQuestion question;
            question.query.range = range;
            question.query.granularity = step;
            question.forecastSteps = 3;
            question.learnsFromRange = true;
            const auto one = costSeries(*quiet.world.costs(), question, {});
            const auto two = costSeries(*loud.world.costs(), question, {});
            QVERIFY(one && two && two->purchases.empty());
            const auto& a = one->series.front().forecast;
            const auto& b = two->series.front().forecast;
            QCOMPARE(b.size(), a.size());
            QCOMPARE(a.size(), std::size_t(3));
            for (std::size_t i = 0; i < a.size(); ++i)
                QVERIFY(a[i].mean == b[i].mean && a[i].lo80 == b[i].lo80 && a[i].hi95 == b[i].hi95);
        }
    }

    void aStep_dependsNotOnHowManyAreAsked()
    {
        ChargeWorld world = steadyCharges();
        world.charge(day(3, 15), day(3, 20), 20); // six days of another level
        for (const int month : {1, 2, 3})
            world.charge(day(month, 3), day(month, 3), 300 + month, "Purchase", "Recurring");
        for (const Granularity step : {Granularity::Day, Granularity::Week, Granularity::Month}) {
            SeriesQuestion question;
            question.query.granularity = step;
            question.forecastSteps = 12;
            const auto many = costSeries(*world.world.costs(), question, {});
            for (const int steps : {1, 2, 5, 11}) {
                question.forecastSteps = steps;
                const auto few = costSeries(*world.world.costs(), question, {});
                QVERIFY(many && few);
                QCOMPARE(few->series.front().forecast.size(), static_cast<std::size_t>(steps));
                for (std::size_t i = 0; i < few->series.front().forecast.size(); ++i) {
                    const ForecastPoint& a = few->series.front().forecast[i];
                    const ForecastPoint& b = many->series.front().forecast[i];
                    QVERIFY(a.period == b.period && a.mean == b.mean && a.lo80 == b.lo80 && a.hi80 == b.hi80 &&
                            a.lo95 == b.lo95 && a.hi95 == b.hi95);
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestForecastRange)
#include "tst_forecastrange.moc"

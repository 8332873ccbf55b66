#include <QtTest/QtTest>

#include "models/analysis/series/calendarlines.h"
#include "models/analysis/series/forecast.h"

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

using namespace altimeter;
using namespace altimeter::analysis;

namespace {

constexpr double Missing = std::numeric_limits<double>::quiet_NaN();

int lengthOfMonth(Day day)
{
    return day.firstOfMonth().addMonths(1) - day.firstOfMonth();
}

bool isLastOfMonth(Day day)
{
    return (day + 1).dayOfMonth() == 1;
}

/// A daily world and what it truly costs on any day.
struct World {
    Day start;
    std::function<double(Day)> cost;

    std::vector<double> history(int days) const
    {
        std::vector<double> values;
        for (int i = 0; i < days; ++i)
            values.push_back(cost(start + i));
        return values;
    }
};

ForecastResult ahead(const std::vector<double>& history, Day start, int horizon)
{
    auto result = forecast(history, {horizon, 7, true, start});
    if (!result)
        qFatal("forecast failed: %s", result.error().text().c_str());
    return result.take();
}

bool isNear(double a, double b, double share = 1e-6)
{
    return std::abs(a - b) <= share * std::max({1.0, std::abs(a), std::abs(b)});
}

/// Every day of the horizon as the world will be.
void verifyExact(const World& world, int days, int horizon, const char* name)
{
    const auto result = ahead(world.history(days), world.start, horizon);
    double sum = 0;
    for (int h = 0; h < horizon; ++h) {
        const auto& step = result.steps[static_cast<std::size_t>(h)];
        const Day day = world.start + days + h;
        const auto said = QString("%1 from %2, %3 days: %4 says %5, is %6")
                              .arg(name, toString(world.start).c_str())
                              .arg(days)
                              .arg(toString(day).c_str())
                              .arg(step.mean)
                              .arg(world.cost(day));
        QVERIFY2(isNear(step.mean, world.cost(day)), qPrintable(said));
        QVERIFY2(step.lo95 <= step.lo80 && step.lo80 <= step.mean && step.mean <= step.hi80 && step.hi80 <= step.hi95,
                 qPrintable(said));
        sum += step.mean;
    }
    QVERIFY(isNear(result.total.mean, sum, 1e-9));
    QVERIFY(result.total.lo95 <= result.total.lo80 && result.total.lo80 <= result.total.mean);
    QVERIFY(result.total.mean <= result.total.hi80 && result.total.hi80 <= result.total.hi95);
}

} // namespace

class TestCalendarLines : public QObject {
    Q_OBJECT

private slots:
    void noiselessWorlds_areForecastExactly_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("months"); // of history that the kind needs
        for (const char* kind :
             {"first", "last", "fixed", "credit", "two", "weekly and first", "alone", "alone in weeks"})
            QTest::newRow(kind) << kind << 4;
        QTest::newRow("first workday") << "first workday" << 9;
        QTest::newRow("last workday") << "last workday" << 9;
        QTest::newRow("quarterly") << "quarterly" << 8;
        QTest::newRow("monthly and quarterly") << "monthly and quarterly" << 13;
        QTest::newRow("yearly") << "yearly" << 27;
    }

    void noiselessWorlds_areForecastExactly()
    {
        QFETCH(QString, kind);
        QFETCH(int, months);
        std::mt19937 random(20260101);
        const auto pick = [&random](int low, int high) {
            return low + static_cast<int>(random() % unsigned(high - low + 1));
        };
        for (int round = 0; round < 12; ++round) {
            const double base = kind.startsWith("alone") ? 0 : pick(10, 5000) / 7.0;
            const double charge = pick(2, 60) * (base > 0 ? base / 2 : 17);
            const int due = pick(2, 30);
            const int phase = pick(0, 2);
            const int month = pick(1, 12);
            World world;
            world.start = Day::fromYmd(2023, 1, 1) + pick(0, 1000);
            world.cost = [=](Day day) {
                const int n = day.dayOfMonth();
                const Day first = day.firstOfMonth();
                const Day last = first + (lengthOfMonth(day) - 1);
                const int early = first.weekday() < 5 ? 0 : 7 - first.weekday();
                const int late = last.weekday() < 5 ? 0 : last.weekday() - 4;
                const double weekly = base * (day.weekday() < 5 ? 1 : 0.2);
                if (kind == "first")
                    return base + (n == 1 ? charge : 0);
                if (kind == "last")
                    return base + (isLastOfMonth(day) ? charge : 0);
                if (kind == "fixed")
                    return base + (n == std::min(due, lengthOfMonth(day)) ? charge : 0);
                if (kind == "credit")
                    return base - (n == 3 ? charge : 0);
                if (kind == "two")
                    return base + (n == 1 ? charge : 0) + (n == 15 ? 2 * charge : 0);
                if (kind == "weekly and first")
                    return weekly + (n == 1 ? charge : 0);
                if (kind == "first workday")
                    return base + (day == first + early ? charge : 0);
                if (kind == "last workday")
                    return base + (day == last - late ? charge : 0);
                if (kind == "alone")
                    return n == 1 ? charge : 0.0;
                if (kind == "alone in weeks")
                    return (n == 1 ? charge : 0.0) + (day.weekday() == 6 ? 70.0 : 0.0);
                if (kind == "quarterly")
                    return base + (n == 1 && day.month() % 3 == phase ? charge : 0);
                if (kind == "monthly and quarterly")
                    return base + (n == 1 ? charge : 0) + (n == 1 && day.month() % 3 == phase ? 5 * charge : 0);
                return base + (n == 10 && day.month() == month ? charge : 0);
            };
            verifyExact(world, months * 31 + pick(0, 30), 100, qPrintable(kind));
        }
    }

    void amounts_thatGrowEvenly_goOn()
    {
        const Day start = Day::fromYmd(2025, 1, 1);
        World world{start, [start](Day day) {
                        const int months = (day.year() - start.year()) * 12 + day.month();
                        return day.dayOfMonth() == 1 ? 900.0 + 10 * months : 0.0;
                    }};
        verifyExact(world, Day::fromYmd(2026, 1, 2) - start, 100, "growing rows");
    }

    void amounts_thatFellBackOnce_areNoTrend()
    {
        // 1010 in January, ten more each month, and 1010 in January again: 1020 follows, not 960.
        const Day start = Day::fromYmd(2025, 1, 1);
        World world{start, [](Day day) { return day.dayOfMonth() == 1 ? 1000.0 + 10 * day.month() : 0.0; }};
        verifyExact(world, Day::fromYmd(2026, 1, 2) - start, 50, "rows of the month");
    }

    void line_seenTwice_isBelievedWithSomeDoubt()
    {
        const Day start = Day::fromYmd(2025, 11, 20);
        World world{start, [](Day day) { return 40.0 + (day.dayOfMonth() == 5 ? 900 : 0); }};
        const auto result = ahead(world.history(60), start, 31);
        QVERIFY(isNear(result.total.mean, 31 * 40 + 900));
        QVERIFY(result.total.hi80 > result.total.mean + 10);
    }

    void line_widensItsOwnDayAlone()
    {
        std::mt19937 random(4);
        std::normal_distribution<double> noise;
        const Day start = Day::fromYmd(2025, 1, 1);
        std::vector<double> plain;
        std::vector<double> charged;
        for (int i = 0; i < 400; ++i) {
            plain.push_back(100 + 3 * noise(random));
            const bool isDue = (start + i).dayOfMonth() == 1;
            charged.push_back(plain.back() + (isDue ? 3000 + 300 * noise(random) : 0));
        }
        const auto without = ahead(plain, start, 31);
        const auto with = ahead(charged, start, 31);
        for (std::size_t h = 0; h < 31; ++h) {
            const bool isDue = (start + 400 + static_cast<int>(h)).dayOfMonth() == 1;
            const double width = with.steps[h].hi80 - with.steps[h].lo80;
            const double usual = without.steps[h].hi80 - without.steps[h].lo80;
            QVERIFY(isDue ? width > 200 : width < 1.5 * usual);
        }
    }

    void line_thatMissedItsDay_isNotForecastFurther()
    {
        const Day start = Day::fromYmd(2025, 1, 1);
        for (const double base : {0.0, 100.0}) {
            World world{start, [base](Day day) {
                            const bool isPaid = day < Day::fromYmd(2025, 12, 15);
                            return base + (day.dayOfMonth() == 1 && isPaid ? 3000 : 0);
                        }};
            verifyExact(world, Day::fromYmd(2026, 1, 10) - start, 40, "line that ended");
        }
    }

    void line_dueOnTheNewestDay_mayStillCome()
    {
        const Day start = Day::fromYmd(2025, 1, 1);
        World world{start, [](Day day) { return 100.0 + (day.dayOfMonth() == 1 ? 3000 : 0); }};
        auto history = world.history(Day::fromYmd(2025, 9, 2) - start);
        history.back() = 100;
        QVERIFY(isNear(ahead(history, start, 30).total.mean, 6000));
    }

    void line_withAnUnknownDueDay_isStillFound()
    {
        const Day start = Day::fromYmd(2025, 1, 1);
        World world{start, [](Day day) { return 100.0 + (day.dayOfMonth() == 1 ? 3000 : 0); }};
        auto history = world.history(Day::fromYmd(2025, 9, 10) - start);
        for (const Day day : {Day::fromYmd(2025, 5, 1), Day::fromYmd(2025, 9, 1)})
            history[static_cast<std::size_t>(day - start)] = Missing;
        QVERIFY(isNear(ahead(history, start, 30).total.mean, 6000));
    }

    void leapDay_isTheLastOfFebruary()
    {
        const Day start = Day::fromYmd(2023, 11, 5);
        World world{start, [](Day day) { return 10.0 + (isLastOfMonth(day) ? 90 : 0); }};
        verifyExact(world, Day::fromYmd(2024, 2, 20) - start, 30, "last day before a leap day");
    }

    void randomCharges_areNoLines()
    {
        std::mt19937 random(7);
        std::uniform_real_distribution<double> chance;
        std::normal_distribution<double> noise;
        int wrong = 0;
        for (int round = 0; round < 100; ++round) {
            std::vector<double> values;
            for (int i = 0; i < 300; ++i)
                values.push_back(chance(random) < 0.02 + 0.003 * round ? std::exp(3 + noise(random)) : 0);
            for (const auto& line : splitCalendar(values, Day::fromYmd(2025, 1, 1) + round).lines)
                wrong += line.isLive ? 1 : 0;
        }
        QVERIFY2(wrong <= 6, qPrintable(QString::number(wrong)));
    }

    void history_scaled_scalesTheLines()
    {
        const Day start = Day::fromYmd(2025, 1, 1);
        World world{start,
                    [](Day day) { return 100.0 + day.weekday() + (day.dayOfMonth() == 1 ? 300 + day.month() : 0); }};
        const auto history = world.history(300);
        auto scaled = history;
        for (double& value : scaled)
            value *= 1024;
        const auto one = splitCalendar(history, start);
        const auto many = splitCalendar(scaled, start);
        QCOMPARE(one.lines.size(), std::size_t{1});
        QCOMPARE(many.lines.size(), std::size_t{1});
        QVERIFY(isNear(1024 * one.lines[0].amount, many.lines[0].amount, 1e-9));
        QVERIFY(isNear(1024 * one.lines[0].spread, many.lines[0].spread, 1e-9));
        QVERIFY(one.lines[0].days == many.lines[0].days);
    }

    void tinyHistories_haveNoLinesAndNoHarm()
    {
        const Day start = Day::fromYmd(2025, 1, 31);
        for (const auto& values : {std::vector<double>{},
                                   {5},
                                   {5, 0, 5},
                                   {Missing, 1, Missing},
                                   std::vector<double>(40, 0.0),
                                   std::vector<double>(40, Missing),
                                   std::vector<double>(400, 3.0)}) {
            const auto split = splitCalendar(values, start);
            QVERIFY(split.lines.empty());
            QCOMPARE(split.rest.size(), values.size());
        }
    }
};

QTEST_APPLESS_MAIN(TestCalendarLines)
#include "tst_calendarlines.moc"

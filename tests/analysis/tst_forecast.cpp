#include <QtTest/QtTest>

#include "models/analysis/series/forecast.h"
#include "tests/analysis/sharedsuite.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace altimeter;
using namespace altimeter::analysis;

namespace {

constexpr double Missing = std::numeric_limits<double>::quiet_NaN();

/// A repeatable number in [0, 1).
double noise(std::size_t i)
{
    const auto mixed = (static_cast<std::uint32_t>(i) + 1U) * 2654435761U;
    return static_cast<double>((mixed ^ (mixed >> 15U)) % 10007U) / 10007.0;
}

/// Weekly pattern with noise.
std::vector<double> office(std::size_t days, double scale = 1)
{
    constexpr double Pattern[7] = {100, 104, 98, 101, 97, 30, 28};
    std::vector<double> values;
    for (std::size_t i = 0; i < days; ++i)
        values.push_back(scale * Pattern[i % 7] * (0.9 + 0.2 * noise(i)));
    return values;
}

/// 100 a day for 65 days, then 200 for some.
std::vector<double> freshLevel(int days)
{
    std::vector<double> values(65, 100);
    values.insert(values.end(), static_cast<std::size_t>(days), 200);
    return values;
}

ForecastResult mustForecast(const std::vector<double>& history, int horizon, int season = 0, bool daily = true)
{
    auto result = forecast(history, {horizon, season, daily});
    if (!result)
        qFatal("forecast failed: %s", result.error().text().c_str());
    return result.take();
}

bool isOrdered(const ForecastStep& step)
{
    return step.lo95 <= step.lo80 && step.lo80 <= step.mean && step.mean <= step.hi80 && step.hi80 <= step.hi95 &&
           std::isfinite(step.lo95) && std::isfinite(step.hi95);
}

bool isOrdered(const ForecastResult& result)
{
    for (const auto& step : result.steps)
        if (!isOrdered(step))
            return false;
    return isOrdered(result.total);
}

bool isNear(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

class TestForecast : public QObject {
    Q_OBJECT

private slots:
    void history_empty_isInvalid()
    {
        QCOMPARE(forecast(std::vector<double>{}, {7}).error().code, ErrorCode::Invalid);
        QCOMPARE(forecast(std::vector<double>{Missing, Missing}, {7}).error().code, ErrorCode::Invalid);
    }

    void options_impossible_areInvalid()
    {
        QCOMPARE(forecast(std::vector<double>{1, 2}, {0}).error().code, ErrorCode::Invalid);
        QCOMPARE(forecast(std::vector<double>{1, 2}, {3, -1}).error().code, ErrorCode::Invalid);
    }

    void history_infinite_isInvalidAndNamesThePlace()
    {
        const auto result = forecast(std::vector<double>{1, std::numeric_limits<double>::infinity(), 3}, {2});
        QVERIFY(!result);
        QVERIFY(result.error().text().find("value 2") != std::string::npos);
    }

    void history_oneValue_isItsMeanWithBands()
    {
        const auto result = mustForecast({40}, 3);
        QCOMPARE(result.steps.size(), std::size_t{3});
        // One value: spread a quarter of it, 2 and 4 of those, at step 1: 40 -+ 20 and 40 -+ 40.
        QCOMPARE(result.steps[0].mean, 40.0);
        QCOMPARE(result.steps[0].lo80, 20.0);
        QCOMPARE(result.steps[0].hi80, 60.0);
        QCOMPARE(result.steps[0].lo95, 0.0);
        QCOMPARE(result.steps[0].hi95, 80.0);
        QCOMPARE(result.total.mean, 120.0);
    }

    void history_fewDays_isTheMeanSoFar() { QCOMPARE(mustForecast({10, Missing, 20, 30}, 2).steps[1].mean, 20.0); }

    void history_constant_staysConstant()
    {
        const auto result = mustForecast(std::vector<double>(90, 12.5), 30);
        for (const auto& step : result.steps)
            QVERIFY(isNear(step.mean, 12.5));
        QVERIFY(isNear(result.total.mean, 375));
    }

    void history_allZero_staysZero()
    {
        const auto result = mustForecast(std::vector<double>(90, 0.0), 14);
        for (const auto& step : result.steps) {
            QCOMPARE(step.mean, 0.0);
            QCOMPARE(step.hi95, 0.0);
        }
    }

    void history_pureWeeklyPattern_isContinuedExactly()
    {
        std::vector<double> history;
        for (int i = 0; i < 84; ++i)
            history.push_back(i % 7 < 5 ? 100 + 5 * (i % 7) : 20);
        const auto result = mustForecast(history, 14);
        QCOMPARE(result.season, 7);
        for (int h = 0; h < 14; ++h)
            QVERIFY(isNear(result.steps[static_cast<std::size_t>(h)].mean, h % 7 < 5 ? 100 + 5 * (h % 7) : 20));
    }

    void weekend_alwaysIdle_isForecastAsZero()
    {
        auto history = office(140);
        for (std::size_t i = 0; i < history.size(); ++i)
            if (i % 7 >= 5)
                history[i] = 0;
        const auto result = mustForecast(history, 7);
        QCOMPARE(result.steps[5].mean, 0.0);
        QCOMPARE(result.steps[6].mean, 0.0);
        QVERIFY(result.steps[0].mean > 80);
    }

    void history_neverNegative_givesNoNegativeBound()
    {
        std::vector<double> history;
        for (std::size_t i = 0; i < 120; ++i)
            history.push_back(std::max(0.0, 10 - 0.1 * static_cast<double>(i)) * noise(i));
        for (const auto& step : mustForecast(history, 28).steps)
            QVERIFY(step.lo95 >= 0 && step.mean >= 0);
    }

    void history_negative_isNotClipped()
    {
        auto history = office(90);
        for (double& value : history)
            value = -value;
        const auto result = mustForecast(history, 14);
        QVERIFY(isOrdered(result));
        QVERIFY(result.steps[1].mean < -80); // day 91 is a Monday
        QVERIFY(result.total.mean < 0);
    }

    void history_scaled_scalesTheAnswer()
    {
        const auto one = mustForecast(office(200), 28);
        const auto thousand = mustForecast(office(200, 1024), 28); // a power of two: exact in binary
        for (std::size_t h = 0; h < 28; ++h) {
            QVERIFY(isNear(1024 * one.steps[h].mean, thousand.steps[h].mean));
            QVERIFY(isNear(1024 * one.steps[h].lo80, thousand.steps[h].lo80));
            QVERIFY(isNear(1024 * one.steps[h].hi95, thousand.steps[h].hi95));
        }
        QVERIFY(isNear(1024 * one.total.hi80, thousand.total.hi80));
    }

    void history_twice_givesTheSameBits()
    {
        const auto a = mustForecast(office(300), 28);
        const auto b = mustForecast(office(300), 28);
        for (std::size_t h = 0; h < 28; ++h)
            QVERIFY(a.steps[h].mean == b.steps[h].mean && a.steps[h].lo95 == b.steps[h].lo95);
        QVERIFY(a.model == b.model);
    }

    void gaps_anywhere_areBridged()
    {
        auto history = office(150);
        for (const std::size_t i : {0U, 1U, 40U, 41U, 42U, 99U, 148U, 149U})
            history[i] = Missing;
        const auto result = mustForecast(history, 14);
        QVERIFY(isOrdered(result));
        // The forecast starts after the last element, even where that is missing: 150 % 7 == 3, a Thursday.
        QVERIFY(std::abs(result.steps[0].mean - 101) < 10);
        QVERIFY(result.steps[2].mean < 40);
    }

    void bands_everyLengthAndHorizon_areOrderedAndNested_data()
    {
        QTest::addColumn<int>("days");
        for (const int days :
             {1, 2, 3, 6, 7, 8, 13, 14, 20, 21, 27, 28, 29, 35, 55, 56, 57, 100, 365, 366, 393, 430, 800})
            QTest::addRow("%d days", days) << days;
    }

    void bands_everyLengthAndHorizon_areOrderedAndNested()
    {
        QFETCH(int, days);
        for (const int horizon : {1, 2, 7, 28, 365}) {
            for (const bool daily : {true, false}) {
                const auto result = mustForecast(office(static_cast<std::size_t>(days)), horizon, 0, daily);
                QCOMPARE(static_cast<int>(result.steps.size()), horizon);
                QVERIFY(isOrdered(result));
                double sum = 0;
                for (const auto& step : result.steps)
                    sum += step.mean;
                QVERIFY(isNear(sum, result.total.mean));
            }
        }
    }

    void aStep_dependsNotOnHowManyAreAsked_data()
    {
        QTest::addColumn<std::vector<double>>("history");
        QTest::addColumn<bool>("daily");
        for (const int days : {1, 3, 7, 9, 14, 20, 29, 36, 57, 100, 400}) {
            QTest::addRow("%d days", days) << office(static_cast<std::size_t>(days)) << true;
            QTest::addRow("%d steps", days) << office(static_cast<std::size_t>(days)) << false;
        }
        for (const int fresh : {1, 3, 5, 7, 9})
            QTest::addRow("%d days of another level", fresh) << freshLevel(fresh) << true;
        std::vector<double> stopped = office(60);
        stopped.insert(stopped.end(), 30, 0);
        QTest::addRow("switched off") << stopped << true;
        std::vector<double> bursts(200, 0);
        for (std::size_t i = 0; i < bursts.size(); i += 3 + i % 5)
            bursts[i] = 100 * noise(i);
        QTest::addRow("bursts") << bursts << true;
    }

    void aStep_dependsNotOnHowManyAreAsked()
    {
        QFETCH(std::vector<double>, history);
        QFETCH(bool, daily);
        const auto ask = [&](int horizon) {
            return forecast(history, {horizon, 0, daily, daily ? Day::fromYmd(2025, 1, 1) : Day()}).take();
        };
        const auto same = [](const ForecastStep& a, const ForecastStep& b) {
            return a.mean == b.mean && a.lo80 == b.lo80 && a.hi80 == b.hi80 && a.lo95 == b.lo95 && a.hi95 == b.hi95;
        };
        const auto many = ask(100);
        for (const int horizon : {1, 2, 7, 10, 28, 40}) {
            const auto few = ask(horizon);
            for (std::size_t h = 0; h < few.steps.size(); ++h) {
                QVERIFY(same(few.steps[h], many.steps[h]));
                QVERIFY(same(few.totals[h], many.totals[h]));
            }
            QVERIFY(same(few.total, few.totals.back()));
            QVERIFY(same(few.totals.front(), few.steps.front()));
        }
    }

    void aFreshLevel_isWithinItsBands()
    {
        for (const int fresh : {3, 4, 5, 6, 7}) { // it may stay or not: neither is a surprise
            const auto result = mustForecast(freshLevel(fresh), 14);
            for (const auto& step : result.steps) {
                const QString said =
                    QString("%1 days: %2 to %3 to %4").arg(fresh).arg(step.lo80).arg(step.mean).arg(step.hi80);
                QVERIFY2(step.lo80 < step.mean && step.mean < step.hi80, qPrintable(said));
                QVERIFY2(step.mean > 100 && step.mean < 220 && step.hi95 >= 195, qPrintable(said));
            }
        }
    }

    void everySecondDay_hasAWidthToo()
    {
        std::vector<double> history;
        for (int i = 0; i < 7; ++i) {
            history.push_back(100 + (i * 3) % 5);
            history.push_back(Missing);
        }
        for (const auto& step : mustForecast(history, 7).steps)
            QVERIFY(step.lo80 < step.mean - 1 && step.mean + 1 < step.hi80 && step.hi80 < 115);
    }

    void values_farApart_stayFinite()
    {
        auto history = office(120);
        history[50] = 1e12;
        history[51] = 1e-4;
        QVERIFY(isOrdered(mustForecast(history, 28)));
    }

    void total_ofNoisyDays_isNarrowerThanAddedBands()
    {
        const auto result = mustForecast(office(300), 28);
        double added = 0;
        for (const auto& step : result.steps)
            added += step.hi80 - step.mean;
        QVERIFY(result.total.hi80 - result.total.mean < added);
        QVERIFY(result.total.hi80 > result.total.mean);
    }

    void season_ofUnknownSteps_isFound()
    {
        std::vector<double> hours;
        std::vector<double> walk{1000};
        for (std::size_t i = 0; i < 480; ++i) {
            hours.push_back(50 + 20 * std::sin(static_cast<double>(i) * 6.283185307179586 / 24) + 4 * noise(i));
            walk.push_back(walk.back() + noise(i) - 0.5);
        }
        QCOMPARE(findSeason(hours), 24);
        QCOMPARE(findSeason(office(200)), 7);
        QCOMPARE(findSeason(walk), 1);
        QCOMPARE(mustForecast(hours, 24, 0, false).season, 24);
    }

    void forecast_stopped_isCancelled()
    {
        std::stop_source source;
        source.request_stop();
        QCOMPARE(forecast(office(200), {28}, source.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(forecast(office(3), {28}, source.get_token()).error().code, ErrorCode::Cancelled);
    }

    void life_zerosBeforeABirth_areNoHistory_data()
    {
        QTest::addColumn<int>("zeros");
        QTest::addColumn<int>("days");
        for (const int zeros : {1, 10, 60, 400})
            for (const int days : {2, 5, 10, 21, 40, 90})
                QTest::addRow("%d days after %d zeros", days, zeros) << zeros << days;
    }

    void life_zerosBeforeABirth_areNoHistory()
    {
        QFETCH(int, zeros);
        QFETCH(int, days);
        std::vector<double> history(static_cast<std::size_t>(zeros), 0.0);
        history.insert(history.end(), static_cast<std::size_t>(days), 130.0);
        const auto born = mustForecast(history, 28);
        const auto own = mustForecast(std::vector<double>(static_cast<std::size_t>(days), 130.0), 28);
        QVERIFY(isNear(born.total.mean, 28 * 130));
        QVERIFY(isNear(born.total.hi95, own.total.hi95));
    }

    void life_stopped_isZeroAsSoonAsItsRhythmSaysSo_data()
    {
        QTest::addColumn<QString>("rhythm");
        QTest::addColumn<int>("idle"); // days after the last one with cost
        QTest::addColumn<bool>("hasStopped");
        QTest::newRow("daily, two") << "daily" << 2 << false;
        QTest::newRow("daily, five") << "daily" << 5 << true;
        QTest::newRow("daily, a month") << "daily" << 30 << true;
        QTest::newRow("office, a weekend") << "office" << 2 << false;
        QTest::newRow("office, nine") << "office" << 9 << true;
        QTest::newRow("weekly, six") << "weekly" << 6 << false;
        QTest::newRow("weekly, one missed") << "weekly" << 9 << false;
        QTest::newRow("weekly, three missed") << "weekly" << 21 << true;
    }

    void life_stopped_isZeroAsSoonAsItsRhythmSaysSo()
    {
        QFETCH(QString, rhythm);
        QFETCH(int, idle);
        QFETCH(bool, hasStopped);
        std::vector<double> history;
        for (int i = 0; i < 28 * 7; ++i)
            history.push_back(rhythm == "daily"    ? 50
                              : rhythm == "office" ? (i % 7 < 5 ? 50 : 0)
                              : i % 7 == 4         ? 350
                                                   : 0);
        while (history.back() == 0)
            history.pop_back();
        history.insert(history.end(), static_cast<std::size_t>(idle), 0.0);
        const auto result = mustForecast(history, 28);
        QCOMPARE(result.total.mean == 0, hasStopped);
        QVERIFY(isOrdered(result));
        QVERIFY(result.total.hi95 > 0); // it may come back
    }

    void life_restarted_isForecastAtItsNewLevel()
    {
        for (const int days : {2, 4, 9, 20, 35, 100}) {
            std::vector<double> history(100, 50.0);
            history.insert(history.end(), 120, 0.0);
            history.insert(history.end(), static_cast<std::size_t>(days), 80.0);
            const double total = mustForecast(history, 28).total.mean;
            QVERIFY2(std::abs(total - 28 * 80) < 60, qPrintable(QString("%1 days: %2").arg(days).arg(total)));
        }
    }

    void life_aSingleSpikeLongAgo_isOver()
    {
        std::vector<double> history(90, 0.0);
        history[60] = 500;
        QCOMPARE(mustForecast(history, 28).total.mean, 0.0);
    }

    void bursts_areForecastByTheirMean_data()
    {
        QTest::addColumn<double>("chance");
        QTest::addColumn<double>("base");
        for (const double chance : {0.05, 0.1, 0.25, 0.5})
            QTest::addRow("%.2f alone", chance) << chance << 0.0;
        for (const double chance : {0.05, 0.15})
            QTest::addRow("%.2f above a base", chance) << chance << 10.0;
    }

    void bursts_areForecastByTheirMean()
    {
        QFETCH(double, chance);
        QFETCH(double, base);
        std::vector<double> history;
        double sum = 0;
        for (std::size_t i = 0; i < 350; ++i) {
            const bool isBurst = noise(7 * i + 3) < chance;
            history.push_back(base + (isBurst ? 40 + 400 * noise(11 * i + 5) : 0));
            sum += history.back();
        }
        const auto result = mustForecast(history, 35);
        QVERIFY2(std::abs(result.total.mean / (35 * sum / 350) - 1) < 0.1,
                 qPrintable(QString("%1, mean %2").arg(result.total.mean).arg(35 * sum / 350)));
        QVERIFY(isOrdered(result));
    }

    void bursts_ofOtherRhythms_keepTheirTotals()
    {
        for (const int every : {10, 14, 21}) {
            std::vector<double> history;
            for (int i = 0; i < 210; ++i)
                history.push_back(i % every == 5 ? 700 : 0);
            QVERIFY(std::abs(mustForecast(history, 210).total.mean - 210.0 / every * 700) < 50);
        }
        for (const std::size_t days : {8U, 15U, 22U, 50U}) { // a young weekly job
            std::vector<double> history;
            for (std::size_t i = 0; i < days; ++i)
                history.push_back(i % 7 == 0 ? 700 : 0);
            QVERIFY(isNear(mustForecast(history, 28).total.mean, 2800));
        }
    }

    void oneOutlier_isNoBurst()
    {
        std::vector<double> history(120, 100.0);
        history[60] = 20000;
        const double total = mustForecast(history, 28).total.mean;
        QVERIFY2(total < 1.2 * 2800, qPrintable(QString::number(total)));
    }

    void level_thatCameAndStayed_isTheLevelToCome_data()
    {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<int>("before");
        for (const int before : {20, 59, 300})
            for (const auto& [from, to] : std::vector<std::pair<double, double>>{
                     {100, 1100}, {1100, 100}, {100, 500}, {100, 300}, {100, 200}, {100, 130}, {70, 47}})
                QTest::addRow("%g to %g after %d", from, to, before) << from << to << before;
        for (std::size_t i = 0; i < 6; ++i) {
            const double from = 1 + 5000 * noise(17 * i);
            const double to = from * std::pow(10, (i % 2 == 0 ? 1 : -1) * (0.15 + noise(13 * i + 1)));
            QTest::addRow("%g to %g", from, to) << from << to << 30 + static_cast<int>(200 * noise(i));
        }
    }

    void level_thatCameAndStayed_isTheLevelToCome()
    {
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(int, before);
        for (const double weekend : {1.0, 0.3, 0.0}) {
            for (const double spread : {0.0, 0.2}) {
                for (const int days : {9, 10, 13, 20, 28, 40}) {
                    std::vector<double> history;
                    for (int i = 0; i < before + days; ++i)
                        history.push_back((i < before ? from : to) * (i % 7 < 5 ? 1 : weekend) *
                                          (1 + spread * (noise(static_cast<std::size_t>(i + 5 * days)) - 0.5)));
                    const auto result = mustForecast(history, 28);
                    const double right = to * (20 + 8 * weekend);
                    QVERIFY2(std::abs(result.total.mean / right - 1) < 0.2,
                             qPrintable(QString("weekend %1, spread %2, %3 days: %4 for %5")
                                            .arg(weekend)
                                            .arg(spread)
                                            .arg(days)
                                            .arg(result.total.mean)
                                            .arg(right)));
                    QVERIFY(isOrdered(result));
                }
            }
        }
    }

    void level_thatCameAndWentAgain_isNotForecast()
    {
        for (const int back : {9, 14, 25, 40}) {
            std::vector<double> history(59, 100.0);
            history.insert(history.end(), 20, 1100.0);
            history.insert(history.end(), static_cast<std::size_t>(back), 100.0);
            const double total = mustForecast(history, 28).total.mean;
            QVERIFY2(std::abs(total / 2800 - 1) < 0.2, qPrintable(QString("%1 days: %2").arg(back).arg(total)));
        }
    }

    void level_thatComesAndGoes_isNotThePresentOne()
    {
        std::vector<double> history; // ten days in thirty, and nine of them once more
        for (int i = 0; i < 189; ++i)
            history.push_back(i % 30 < 10 ? 1100 : 100);
        const double total = mustForecast(history, 30).total.mean;
        QVERIFY2(std::abs(total / 13000 - 1) < 0.3, qPrintable(QString::number(total)));
    }

    void climb_isNoChangeOfLevel()
    {
        std::vector<double> history;
        for (int i = 0; i < 90; ++i)
            history.push_back(100 * std::pow(1.02, i));
        QVERIFY(mustForecast(history, 7).total.mean > 6.5 * history.back());
    }

    void lastDay_unlikeTheOthers_isNoLevel_howeverLongTheHistory()
    {
        for (const double last : {25.0, 60.0, 150.0, 250.0}) {
            for (std::size_t days = 20; days < 110; ++days) {
                std::vector<double> history(days, 100);
                history.back() = last;
                const double total = mustForecast(history, 28).total.mean;
                QVERIFY2(std::abs(total / 2800 - 1) < 0.02, qPrintable(QString("%1: %2").arg(days).arg(total)));
            }
        }
    }

    void oneAccident_widensTheBandsAlone_data()
    {
        QTest::addColumn<int>("days");
        QTest::addColumn<int>("at");
        QTest::addColumn<double>("amount");
        QTest::newRow("18 March, to 20 March") << 79 << 76 << 10000.0;
        QTest::newRow("10 March, to 20 March") << 79 << 68 << 10000.0;
        QTest::newRow("20 February, to 20 March") << 79 << 50 << 10000.0;
        QTest::newRow("1 April, to 20 April") << 110 << 90 << 3000.0;
        QTest::newRow("larger than all the rest") << 79 << 70 << 500000.0;
        QTest::newRow("a credit") << 79 << 70 << -4000.0;
        QTest::newRow("today") << 79 << 78 << 1500.0;
        QTest::newRow("a credit today") << 79 << 78 << -1500.0;
    }

    void oneAccident_widensTheBandsAlone()
    {
        QFETCH(int, days);
        QFETCH(int, at);
        QFETCH(double, amount);
        std::vector<double> history(static_cast<std::size_t>(days), 100.0);
        history[static_cast<std::size_t>(at)] = amount;
        const auto result = forecast(history, {30, 7, true, Day::fromYmd(2025, 1, 1)});
        QVERIFY2(isNear(result->total.mean, 3000), qPrintable(QString::number(result->total.mean)));
        QVERIFY(result->total.hi80 > 3000);
        QVERIFY(isOrdered(*result));
    }

    void aSpikeToday_behindAPause_isNoLevelToCome()
    {
        for (const std::size_t pause : {std::size_t{3}, std::size_t{11}, std::size_t{20}}) {
            std::vector<double> history(70, 100.0);
            history.resize(70 + pause, 0.0);
            history.push_back(1500);
            const double total = mustForecast(history, 30).total.mean;
            QVERIFY2(total > 0 && total < 5000, qPrintable(QString::number(total)));
        }
    }

    void twoAlike_areNoAccidents()
    {
        std::vector<double> history(100, 100.0);
        history[70] = 5000;
        history[90] = 6000;
        QVERIFY(mustForecast(history, 30).total.mean > 3050);
    }

    void weekLater_isTheSameForecast()
    {
        auto history = office(200);
        history[30] = 900;
        const Day start = Day::fromYmd(2025, 3, 3);
        const auto plain = forecast(history, {28, 7, true});
        const auto later = forecast(history, {28, 7, true, start + 7});
        const auto sooner = forecast(history, {28, 7, true, start});
        for (std::size_t h = 0; h < 28; ++h) {
            QVERIFY(later->steps[h].mean == sooner->steps[h].mean);
            QVERIFY(plain->steps[h].hi80 == sooner->steps[h].hi80);
        }
    }

    void faults_givenSeries_haveTheirRightTotals_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("horizon");
        QTest::addColumn<double>("total");
        QTest::newRow("weekly job") << "05-weekly-job.csv" << 28 << 2800.0;
        QTest::newRow("monthly rows") << "06-monthly-rows.csv" << 31 << 1020.0;
        QTest::newRow("month start") << "09-month-start-charge.csv" << 31 << 6100.0;
        QTest::newRow("intermittent") << "17-intermittent.csv" << 30 << 315.0;
    }

    void faults_givenSeries_haveTheirRightTotals()
    {
        QFETCH(QString, file);
        QFETCH(int, horizon);
        QFETCH(double, total);
        const auto series = shared::chargesByDay("data/faults/" + file);
        if (series.second.empty())
            QSKIP("the shared small inputs are not here");
        const auto result = forecast(series.second, {horizon, 7, true, series.first});
        QVERIFY2(std::abs(result->total.mean / total - 1) < 0.02, qPrintable(QString::number(result->total.mean)));
    }

    void suite_forecast_reachesItsTarget_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("group");
        QTest::addColumn<int>("horizon");
        QTest::addColumn<bool>("daily");
        QTest::addColumn<int>("season");
        QTest::addColumn<double>("worstOwa");
        QTest::newRow("daily") << "data/daily"
                               << "ALL" << 28 << true << 0 << 0.72;
        QTest::newRow("weekly") << "data/m4/weekly"
                                << "m4-weekly" << 13 << false << 0 << 0.73;
        QTest::newRow("hourly") << "data/m4/hourly"
                                << "m4-hourly" << 48 << false << 24 << 0.50;
        QTest::newRow("daily60") << "data/m4/daily60"
                                 << "m4-daily60" << 14 << false << 0 << 0.98;
    }

    void suite_forecast_reachesItsTarget()
    {
        QFETCH(QString, folder);
        QFETCH(QString, group);
        QFETCH(int, horizon);
        QFETCH(bool, daily);
        QFETCH(int, season);
        QFETCH(double, worstOwa);
        if (!shared::hasScorer(folder))
            QSKIP("the shared measuring data or python3 is not here");
        QByteArray csv = "id,h,mean,lo80,hi80,lo95,hi95\n";
        for (const auto& [name, values] : shared::raggedSeries(folder + "/train.csv.gz")) {
            const auto result = mustForecast(values, horizon, season, daily);
            for (std::size_t h = 0; h < result.steps.size(); ++h) {
                const auto& s = result.steps[h];
                csv += name + ',' + QByteArray::number(static_cast<int>(h) + 1);
                for (const double value : {s.mean, s.lo80, s.hi80, s.lo95, s.hi95})
                    csv += ',' + QByteArray::number(value, 'g', 12);
                csv += '\n';
            }
        }
        const auto score = shared::forecastScore(folder, csv, group);
        qInfo("OWA %.4f, coverage %.3f and %.3f", score.owa, score.coverage80, score.coverage95);
        QVERIFY(score.owa > 0 && score.owa <= worstOwa);
        QVERIFY(score.coverage80 >= 0.76 && score.coverage80 <= 0.88);
        QVERIFY(score.coverage95 >= 0.93 && score.coverage95 <= 0.98);
    }
};

QTEST_APPLESS_MAIN(TestForecast)
#include "tst_forecast.moc"

#include <QtTest/QtTest>

#include "models/analysis/series/anomaly.h"
#include "tests/analysis/sharedsuite.h"

#include <cmath>
#include <limits>
#include <map>
#include <vector>

using namespace altimeter;
using namespace altimeter::analysis;

namespace {

constexpr double Missing = std::numeric_limits<double>::quiet_NaN();
const Day Monday = Day::fromYmd(2026, 1, 5);

/// A repeatable number in [-1, 1).
double noise(std::size_t i)
{
    const auto mixed = (static_cast<std::uint32_t>(i) + 1U) * 2654435761U;
    return static_cast<double>((mixed ^ (mixed >> 15U)) % 10007U) / 5003.5 - 1;
}

/// Working days around 200, weekends around 60, 6 % noise; day 0 is a Monday.
std::vector<double> office(std::size_t days)
{
    std::vector<double> values;
    for (std::size_t i = 0; i < days; ++i)
        values.push_back((i % 7 < 5 ? 200 : 60) * (1 + 0.06 * noise(i)));
    return values;
}

AnomalyOptions fromMonday()
{
    AnomalyOptions options;
    options.start = Monday;
    return options;
}

std::vector<DayVerdict> judge(const std::vector<double>& values)
{
    return detectDailyAnomalies(values, fromMonday());
}

/// Verdicts on the days from `start` to `last`, which cost what `costOf` says.
template <typename CostOf> std::vector<DayVerdict> judgedWorld(Day start, Day last, CostOf costOf)
{
    std::vector<double> values;
    for (Day day = start; day <= last; day = day + 1)
        values.push_back(costOf(day));
    AnomalyOptions options;
    options.start = start;
    return detectDailyAnomalies(values, options);
}

int anomaliesIn(const std::vector<DayVerdict>& verdicts)
{
    return static_cast<int>(
        std::count_if(verdicts.begin(), verdicts.end(), [](const DayVerdict& v) { return v.anomaly; }));
}

bool isSame(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

bool isSame(const DayVerdict& a, const DayVerdict& b)
{
    return a.judged == b.judged && isSame(a.expected, b.expected) && isSame(a.lower, b.lower) &&
           isSame(a.upper, b.upper) && a.score == b.score && a.anomaly == b.anomaly && a.notify == b.notify &&
           a.kind == b.kind && a.severity == b.severity;
}

} // namespace

class TestAnomaly : public QObject {
    Q_OBJECT

private slots:
    void seriesThatBegins_afterNothing_isANewLevelWithinAWeek()
    {
        std::vector<double> values(60, 0.0);
        values.insert(values.end(), 60, 300.0);
        AnomalyOptions options;
        options.start = Day::fromYmd(2026, 3, 5);
        const auto verdicts = detectDailyAnomalies(values, options);
        QVERIFY(verdicts[60].anomaly);
        const auto late = std::count_if(verdicts.begin() + 67, verdicts.end(), [](const auto& v) { return v.anomaly; });
        QCOMPARE(late, 0);
    }

    void values_none_giveNoVerdict() { QVERIFY(judge({}).empty()); }

    void values_one_isNotJudged()
    {
        const auto verdicts = judge({5});
        QCOMPARE(verdicts.size(), std::size_t{1});
        QVERIFY(!verdicts[0].judged && !verdicts[0].anomaly);
        QVERIFY(std::isnan(verdicts[0].expected));
    }

    void history_shorterThanThreeWeeks_isNotJudged()
    {
        auto values = office(21);
        values[20] = 5000;
        for (const auto& verdict : judge(values))
            QVERIFY(!verdict.judged && !verdict.anomaly);
    }

    void series_ordinary_hasNoAnomaly()
    {
        QCOMPARE(anomaliesIn(judge(office(400))), 0);
        QCOMPARE(anomaliesIn(judge(std::vector<double>(200, 0.0))), 0);
        QCOMPARE(anomaliesIn(judge(std::vector<double>(200, 42.0))), 0);
    }

    void series_constant_hasHandCalculatedBounds()
    {
        // Level 100, floor of sigma 0.05, k 5: 25 above; the share of 25 % is the same; below the root scale gives
        // (10 - 5 * 0.05 * 10 / 2)^2 = 76.5625, and 25 % reach down to 75.
        const auto verdicts = judge(std::vector<double>(100, 100.0));
        const auto& last = verdicts[99];
        QVERIFY(last.judged);
        QCOMPARE(last.expected, 100.0);
        QCOMPARE(last.upper, 125.0);
        QCOMPARE(last.lower, 75.0);
        QCOMPARE(last.score, 0.0);
    }

    void spike_planted_isFoundAndNotifies()
    {
        auto values = office(120);
        values[101] = 700; // a Thursday
        const auto verdicts = judge(values);
        QVERIFY(verdicts[101].anomaly && verdicts[101].notify);
        QCOMPARE(verdicts[101].kind, std::string("spike"));
        QCOMPARE(verdicts[101].severity, std::string("high"));
        QVERIFY(std::abs(verdicts[101].expected - 200) < 15);
        QCOMPARE(anomaliesIn(verdicts), 1); // it teaches nothing: the days after are ordinary
    }

    void spike_onAWeekend_isJudgedByWeekends()
    {
        auto values = office(120);
        values[103] = 200; // a Saturday that looks like a working day
        const auto verdicts = judge(values);
        QVERIFY(verdicts[103].anomaly);
        QVERIFY(std::abs(verdicts[103].expected - 60) < 8);
    }

    void drop_planted_isFound()
    {
        auto values = office(120);
        values[101] = 10;
        const auto verdicts = judge(values);
        QVERIFY(verdicts[101].anomaly);
        QCOMPARE(verdicts[101].kind, std::string("drop"));
    }

    void level_doubled_isReportedThenOrdinary()
    {
        auto values = office(160);
        for (std::size_t i = 100; i < values.size(); ++i)
            values[i] *= 2;
        const auto verdicts = judge(values);
        const auto shift =
            std::find_if(verdicts.begin(), verdicts.end(), [](const DayVerdict& v) { return v.kind == "level-shift"; });
        QVERIFY(shift != verdicts.end());
        QVERIFY(shift - verdicts.begin() >= 100 && shift - verdicts.begin() <= 106);
        QVERIFY(verdicts[100].anomaly);
        for (std::size_t i = 107; i < verdicts.size(); ++i)
            QVERIFY2(!verdicts[i].anomaly, qPrintable(QString::number(i)));
        QVERIFY(std::abs(verdicts[150].expected - (150 % 7 < 5 ? 400 : 120)) < 40);
    }

    void level_backToFormer_isNewsOnce_whereItWasAwayForWeeks()
    {
        for (const int away : {12, 20, 50, 90}) {
            for (const double factor : {2.0, 0.4}) {
                auto values = office(240);
                const std::size_t back = 100 + static_cast<std::size_t>(away);
                for (std::size_t i = 100; i < back; ++i)
                    values[i] *= factor;
                const auto verdicts = judge(values);
                std::vector<std::size_t> news;
                for (std::size_t i = back; i < verdicts.size(); ++i) {
                    if (verdicts[i].anomaly)
                        news.push_back(i);
                }
                const std::string which = std::to_string(away) + " days times " + std::to_string(factor);
                QVERIFY2(news.size() == (away > 28 ? 1U : 0U), which.c_str());
                if (news.empty())
                    continue;
                QVERIFY2(news.front() <= back + 4, which.c_str());
                QCOMPARE(verdicts[news.front()].kind, std::string("level-shift"));
                QVERIFY(verdicts[news.front()].notify);
            }
        }
    }

    void birth_isNewsOnce()
    {
        for (const int every : {1, 2}) {
            std::vector<double> values(120, 0.0);
            for (std::size_t i = 60; i < values.size(); i += static_cast<std::size_t>(every))
                values[i] = 70 + static_cast<double>(i % 5);
            const auto verdicts = judge(values);
            QVERIFY(verdicts[60].anomaly && verdicts[60].kind == "spike");
            for (std::size_t i = 61; i < 70; ++i)
                QVERIFY2(!verdicts[i].anomaly, qPrintable(QString::number(i)));
            values[64] = 900; // that is more than it began with
            QVERIFY(judge(values)[64].anomaly);
        }
    }

    void growth_slow_isReportedAsLeak()
    {
        auto values = office(200);
        for (std::size_t i = 120; i < values.size(); ++i)
            values[i] *= 1 + 0.025 * static_cast<double>(i - 119);
        const auto verdicts = judge(values);
        QVERIFY(std::any_of(verdicts.begin() + 120, verdicts.end(),
                            [](const DayVerdict& v) { return v.kind == "slow-leak" || v.kind == "level-shift"; }));
    }

    void monthStart_recurringCharge_isExpected()
    {
        auto values = office(300);
        for (std::size_t i = 0; i < values.size(); ++i)
            if ((Monday + static_cast<int>(i)).dayOfMonth() == 1)
                values[i] += 500;
        const auto verdicts = judge(values);
        QCOMPARE(anomaliesIn(verdicts), 0);
        const auto sixth = static_cast<std::size_t>(Day::fromYmd(2026, 7, 1) - Monday);
        QVERIFY(std::abs(verdicts[sixth].expected - 700) < 40);
    }

    void monthTurn_withoutPrecedent_isOrdinaryUpToAFewTimesTheLevel_data()
    {
        QTest::addColumn<int>("day");      // after 1 January
        for (const int day : {29, 30, 31}) // the last two days of a month and the first of the next
            QTest::addRow("%s", toString(Day::fromYmd(2026, 1, 1) + day).c_str()) << day;
    }

    void monthTurn_withoutPrecedent_isOrdinaryUpToAFewTimesTheLevel()
    {
        QFETCH(int, day);
        AnomalyOptions options;
        options.start = Day::fromYmd(2026, 1, 1);
        std::vector<double> values(70, 100.0);
        const auto at = static_cast<std::size_t>(day);
        values[at] = 10000;
        const auto many = detectDailyAnomalies(values, options);
        QVERIFY(many[at].anomaly && many[at].notify);
        QCOMPARE(many[at].expected, 100.0);
        QCOMPARE(anomaliesIn(many), 1);
        values[at] = 400;
        QCOMPARE(anomaliesIn(detectDailyAnomalies(values, options)), 0);
        values[at] = 0; // a batch adds, it does not take away
        QVERIFY(detectDailyAnomalies(values, options)[at].anomaly);
    }

    void outlier_early_poisonsNoWeekday_data()
    {
        QTest::addColumn<double>("size");
        for (const double size : {0.0, 300.0, 1600.0, 50000.0})
            QTest::addRow("%g", size) << size;
    }

    void outlier_early_poisonsNoWeekday()
    {
        QFETCH(double, size);
        // Every start of a month and every position in the first weeks, though not every pair of them.
        for (int shift = 0; shift < 31; ++shift) {
            AnomalyOptions options;
            options.start = Day::fromYmd(2025, 3, 1) + shift;
            for (std::size_t at = static_cast<std::size_t>(shift % 7); at < 56; at += size == 1600 ? 5 : 17) {
                std::vector<double> values(at + 65, 100.0);
                values[at] = size;
                const auto verdicts = detectDailyAnomalies(values, options);
                const auto said = QString("from %1, day %2").arg(toString(options.start).c_str()).arg(at);
                QVERIFY2(anomaliesIn(verdicts) <= (verdicts[at].anomaly ? 1 : 0), qPrintable(said));
                QVERIFY2(verdicts.back().expected == 100 && verdicts.back().upper == 125, qPrintable(said));
            }
        }
    }

    void outlier_earlyAndUnjudged_hidesNoLaterOne()
    {
        for (std::size_t at = 0; at < 21; ++at) {
            std::vector<double> values(60, 100.0);
            values[at] = 1600;
            values[45] = 250; // 19 February, a Thursday
            QVERIFY2(judge(values)[45].anomaly, qPrintable(QString::number(at)));
        }
    }

    void faults_poisonedWeekday_hasItsOneMarkerAtMost()
    {
        const auto series = shared::chargesByDay("data/faults/12-poisoned-weekday.csv");
        if (series.second.empty())
            QSKIP("the shared small inputs are not here");
        AnomalyOptions options;
        options.start = series.first;
        QVERIFY(anomaliesIn(detectDailyAnomalies(series.second, options)) <= 1);
    }

    void calendarCharges_areMarkedNoMoreThanOnce_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"first", "fifteenth", "last", "31st", "credit", "credit on the first", "quarterly",
                                 "yearly", "first workday", "last workday", "alone", "alone on the 20th"})
            QTest::newRow(kind) << kind;
    }

    void calendarCharges_areMarkedNoMoreThanOnce()
    {
        QFETCH(QString, kind);
        const auto costOf = [&kind](Day day, double base) {
            const int n = day.dayOfMonth();
            const Day last = day.firstOfMonth().addMonths(1) - 1;
            Day firstWorkday = day.firstOfMonth();
            Day lastWorkday = last;
            while (firstWorkday.weekday() > 4)
                firstWorkday = firstWorkday + 1;
            while (lastWorkday.weekday() > 4)
                lastWorkday = lastWorkday - 1;
            const bool isDue = kind == "first" || kind == "credit on the first" || kind == "alone" ? n == 1
                               : kind == "fifteenth" || kind == "credit"                           ? n == 15
                               : kind == "last" || kind == "31st"                                  ? day == last
                               : kind == "quarterly"     ? n == 20 && day.month() % 3 == 1
                               : kind == "yearly"        ? n == 20 && day.month() == 7
                               : kind == "first workday" ? day == firstWorkday
                               : kind == "last workday"  ? day == lastWorkday
                                                         : n == 20;
            const double extra = (kind.startsWith("credit") ? -9 : 30) * (base + 11);
            return (kind.startsWith("alone") ? 0 : base) + (isDue ? extra : 0);
        };
        for (const int shift : {0, 17}) {
            AnomalyOptions options;
            options.start = Day::fromYmd(2023, 5, 1) + shift;
            const double base = 40.0 + 13 * shift;
            std::vector<double> values;
            for (int i = 0; i < (kind == "yearly" ? 1000 : 500); ++i)
                values.push_back(costOf(options.start + i, base));
            const int marked = anomaliesIn(detectDailyAnomalies(values, options));
            QVERIFY2(marked <= 1, qPrintable(QString("shift %1: %2").arg(shift).arg(marked)));
        }
    }

    void chargeAtMonthEnd_ofOneAnchor_isExpectedOnNoOtherDay_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"28", "29", "30", "30 or last", "31", "last", "last but one", "last workday"})
            QTest::newRow(kind) << kind;
    }

    void chargeAtMonthEnd_ofOneAnchor_isExpectedOnNoOtherDay()
    {
        QFETCH(QString, kind);
        const auto isDue = [&kind](Day day) {
            const Day last = day.firstOfMonth().addMonths(1) - 1;
            Day workday = last;
            while (workday.weekday() > 4)
                workday = workday - 1;
            return kind == "last"           ? day == last
                   : kind == "last but one" ? day == last - 1
                   : kind == "last workday" ? day == workday
                   : kind == "30 or last"   ? day.dayOfMonth() == 30 || (day == last && day.dayOfMonth() < 30)
                                            : day.dayOfMonth() == kind.toInt();
        };
        const Day end = Day::fromYmd(2026, 11, 28);
        for (const Day start : {Day::fromYmd(2025, 9, 15), Day::fromYmd(2026, 1, 1), Day::fromYmd(2026, 4, 1)}) {
            for (const double base : {100.0, 137.0}) {
                const auto verdicts = judgedWorld(
                    start, end, [&](Day day) { return base + (isDue(day) ? 3 * base + 17 * (base - 100) : 0); });
                for (std::size_t i = 0; i < verdicts.size(); ++i)
                    QVERIFY2(verdicts[i].kind != "drop", toString(start + static_cast<int>(i)).c_str());
                QVERIFY(anomaliesIn(verdicts) <= 2);
            }
        }
    }

    void charge_ended_isMissedOnce_data()
    {
        QTest::addColumn<int>("dayOfMonth"); // 31: the last
        QTest::addColumn<int>("lastMonth");
        for (const int dayOfMonth : {1, 2, 15, 30, 31})
            for (const int month : {6, 7, 9})
                QTest::addRow("the %d to month %d", dayOfMonth, month) << dayOfMonth << month;
    }

    void charge_ended_isMissedOnce()
    {
        QFETCH(int, dayOfMonth);
        QFETCH(int, lastMonth);
        const Day start = Day::fromYmd(2025, 11, 20);
        const auto isDue = [dayOfMonth](Day day) {
            return dayOfMonth == 31 ? (day + 1).dayOfMonth() == 1 : day.dayOfMonth() == dayOfMonth;
        };
        const auto verdicts = judgedWorld(start, Day::fromYmd(2026, 12, 2), [&](Day day) {
            return 90.0 + (isDue(day) && (day.year() < 2026 || day.month() <= lastMonth) ? 3000 : 0);
        });
        std::vector<Day> drops;
        for (std::size_t i = 0; i < verdicts.size(); ++i)
            if (verdicts[i].kind == "drop")
                drops.push_back(start + static_cast<int>(i));
        QCOMPARE(drops.size(), 1U);
        QVERIFY(drops.front().month() == lastMonth + 1 && isDue(drops.front()));
    }

    void charge_skippedOnce_isMissed_andItsReturnIsNoNews()
    {
        for (const int dayOfMonth : {1, 15}) {
            const Day start = Day::fromYmd(2025, 11, 20);
            const auto verdicts = judgedWorld(start, Day::fromYmd(2026, 12, 2), [&](Day day) {
                return 90.0 + (day.dayOfMonth() == dayOfMonth && day.month() != 6 ? 3000 : 0);
            });
            for (std::size_t i = 90; i < verdicts.size(); ++i) {
                const Day day = start + static_cast<int>(i);
                QCOMPARE(verdicts[i].anomaly, day == Day::fromYmd(2026, 6, dayOfMonth));
            }
        }
    }

    void charge_eachFortnight_isMarkedUntilItIsKnown()
    {
        const Day start = Day::fromYmd(2026, 3, 1);
        for (int phase = 0; phase < 14; ++phase) {
            for (const int first : {0, 120}) {
                const auto verdicts = judgedWorld(start, Day::fromYmd(2026, 11, 29), [&](Day day) {
                    const int t = day - start;
                    return (100 + (t >= first && t % 14 == phase ? 210 : 0)) *
                           (1 + 0.04 * noise(static_cast<std::size_t>(t)));
                });
                QVERIFY2(anomaliesIn(verdicts) <= (first > 0 ? 3 : 1), std::to_string(phase).c_str());
                const auto due = static_cast<std::size_t>(210 + phase);
                QVERIFY(std::abs(verdicts[due].expected - 310) < 31);
                QVERIFY(std::abs(verdicts[due + 7].expected - 100) < 10);
            }
        }
    }

    void charge_eachFortnight_ended_isMissedOnce()
    {
        const Day start = Day::fromYmd(2026, 3, 1);
        const auto verdicts = judgedWorld(start, Day::fromYmd(2026, 11, 29), [&](Day day) {
            return 100.0 + (day - start < 180 && (day - start) % 14 == 9 ? 210 : 0);
        });
        for (std::size_t i = 60; i < verdicts.size(); ++i)
            QCOMPARE(verdicts[i].anomaly, i == 191);
    }

    void charge_ofAWeekdayOfTheMonth_isMarkedTwice()
    {
        for (const int weekday : {0, 3}) {
            for (const int week : {0, 1, 2, 3, -1}) {
                const auto verdicts = judgedWorld(Day::fromYmd(2026, 1, 9), Day::fromYmd(2026, 12, 31), [&](Day day) {
                    const bool isLast = (day + 7).month() != day.month();
                    const bool isDue =
                        day.weekday() == weekday && (week < 0 ? isLast : (day.dayOfMonth() - 1) / 7 == week);
                    return 80.0 + (isDue ? 700 : 0);
                });
                QVERIFY2(anomaliesIn(verdicts) <= 2, std::to_string(week).c_str());
            }
        }
    }

    void outage_short_isToldAndItsEndIsNot()
    {
        for (const bool isWeekly : {false, true}) {
            for (const std::size_t length : {2U, 3U, 5U, 8U, 15U, 27U}) {
                std::vector<double> values(180, 37);
                for (std::size_t i = 0; i < values.size(); ++i)
                    values[i] = isWeekly ? 90 - 70 * (i % 7 > 4 ? 1 : 0) : 37 * (1 + 0.04 * noise(i));
                for (std::size_t i = 80; i < 80 + length; ++i)
                    values[i] = 0;
                const auto verdicts = judge(values);
                QVERIFY(verdicts[80].anomaly || verdicts[81].anomaly);
                for (std::size_t i = 80 + length; i < values.size(); ++i)
                    QVERIFY2(!verdicts[i].anomaly, (std::to_string(length) + ": " + std::to_string(i)).c_str());
                QVERIFY(std::abs(verdicts.back().expected / values.back() - 1) < 0.1);
            }
        }
    }

    void weeklyJob_new_isMarkedTwice_orOnceWhereNothingWasBefore()
    {
        for (const double base : {0.0, 80.0}) {
            std::vector<double> values(210, base);
            for (std::size_t i = 97; i < values.size(); i += 7)
                values[i] += 560;
            const auto verdicts = judge(values);
            QVERIFY(verdicts[97].anomaly);
            QCOMPARE(verdicts[104].anomaly, base > 0);
            QCOMPARE(anomaliesIn(verdicts), base > 0 ? 2 : 1);
            QVERIFY(std::abs(verdicts[202].expected - base - 560) < 1);
        }
    }

    void growth_steady_isToldOnce_data()
    {
        QTest::addColumn<double>("rate");
        for (const double rate : {0.003, 0.01, 0.015, 0.02, 0.03})
            QTest::addRow("%g a day", rate) << rate;
    }

    void growth_steady_isToldOnce()
    {
        QFETCH(double, rate);
        for (const bool isOffice : {false, true}) {
            std::vector<double> values;
            for (int i = 0; i < 200; ++i)
                values.push_back((isOffice && i % 7 > 4 ? 30 : 100) * std::exp(rate * i));
            const auto verdicts = judge(values);
            QVERIFY2(anomaliesIn(verdicts) <= 1, qPrintable(QString::number(anomaliesIn(verdicts))));
            for (std::size_t i = 0; i < values.size(); ++i)
                QVERIFY(!verdicts[i].anomaly || values[i] >= verdicts[i].expected + 10);
        }
    }

    void markers_alwaysHaveAnImpact()
    {
        for (const double after : {0.0, 20.0, 250.0}) {
            auto values = office(160);
            for (std::size_t i = 100; i < values.size(); ++i)
                values[i] = after * (i % 7 < 5 ? 1 : 0.3);
            const auto verdicts = judge(values);
            for (std::size_t i = 0; i < values.size(); ++i)
                QVERIFY2(!verdicts[i].anomaly || std::abs(values[i] - verdicts[i].expected) >= 5,
                         qPrintable(QString("%1: day %2 %3").arg(after).arg(i).arg(verdicts[i].kind.c_str())));
        }
    }

    void newestDays_thatMayGrow_areNoDrops()
    {
        auto options = fromMonday();
        options.mayGrow = true;
        std::vector<double> values(100, 100.0);
        values[99] = 30;
        QCOMPARE(anomaliesIn(detectDailyAnomalies(values, options)), 0);
        values[98] = 70; // two days that fill up
        QCOMPARE(anomaliesIn(detectDailyAnomalies(values, options)), 0);
        values[97] = 70; // but not three
        QVERIFY(detectDailyAnomalies(values, options)[97].anomaly);
        values = std::vector<double>(100, 100.0);
        values[98] = 0; // a drop of the day before yesterday is one
        QVERIFY(detectDailyAnomalies(values, options)[98].anomaly);
        values[98] = 100;
        values[99] = 500; // and a spike is one at once
        QVERIFY(detectDailyAnomalies(values, options)[99].anomaly);
    }

    void idleSeries_firstSpend_isFoundAboveTheMoneyLimit()
    {
        std::vector<double> values(60, 0.0);
        values[45] = 9;
        values[50] = 60;
        values[54] = 60; // the last of February
        const auto verdicts = judge(values);
        QVERIFY(!verdicts[45].anomaly);
        QVERIFY(verdicts[50].anomaly);
        QVERIFY(verdicts[54].anomaly);
    }

    void deviation_belowTheMoneyLimit_isNoAnomaly()
    {
        auto values = office(120);
        for (double& value : values)
            value /= 100;
        values[101] = 8; // four times the 2 expected, but only 6 units
        QCOMPARE(anomaliesIn(judge(values)), 0);
    }

    void credits_negative_areJudgedLikeTheirMirrorImage()
    {
        auto values = office(120);
        values[101] = 700;
        const auto straight = judge(values);
        for (double& value : values)
            value = -value;
        const auto mirrored = judge(values);
        QVERIFY(mirrored[101].anomaly);
        QCOMPARE(mirrored[101].kind, std::string("drop"));
        QVERIFY(std::abs(mirrored[101].expected + straight[101].expected) < 1e-6);
        QVERIFY(mirrored[110].lower <= mirrored[110].expected && mirrored[110].expected <= mirrored[110].upper);
        QCOMPARE(anomaliesIn(mirrored), 1);
    }

    void refund_inOneDay_isADrop()
    {
        auto values = office(120);
        values[101] = -300;
        const auto verdicts = judge(values);
        QVERIFY(verdicts[101].anomaly);
        QCOMPARE(verdicts[101].kind, std::string("drop"));
    }

    void missing_days_areNeitherJudgedNorLearned()
    {
        auto values = office(120);
        for (const std::size_t i : {60U, 61U, 62U, 100U, 119U})
            values[i] = Missing;
        const auto verdicts = judge(values);
        QVERIFY(!verdicts[100].judged && !verdicts[119].judged);
        QVERIFY(std::abs(verdicts[119].expected - (119 % 7 < 5 ? 200 : 60)) < 15); // expected all the same
        QCOMPARE(anomaliesIn(verdicts), 0);
    }

    void verdict_ofADay_doesNotDependOnLaterDays()
    {
        auto values = office(200);
        values[90] = 900;
        for (std::size_t i = 130; i < 200; ++i)
            values[i] *= 2.2;
        values[140] = Missing;
        const auto whole = judge(values);
        for (std::size_t end = 1; end <= values.size(); ++end) {
            auto part = std::vector<double>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(end));
            QVERIFY(isSame(judge(part).back(), whole[end - 1]));
        }
    }

    void bounds_ofJudgedDays_decideWhatIsAnAnomaly()
    {
        auto values = office(300);
        for (std::size_t i = 0; i < values.size(); i += 13)
            values[i] *= 1 + noise(i);
        const auto verdicts = judge(values);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto& v = verdicts[i];
            if (!v.judged)
                continue;
            QVERIFY(v.lower <= v.expected && v.expected <= v.upper);
            QVERIFY(!v.anomaly || !v.kind.empty());
            if (v.kind == "spike" || v.kind == "drop")
                QVERIFY(values[i] > v.upper || values[i] < v.lower);
        }
    }

    void calendar_absent_stillFindsTheSpike()
    {
        auto values = office(120);
        values[101] = 700;
        const auto verdicts = detectDailyAnomalies(values, AnomalyOptions{});
        QVERIFY(verdicts[101].anomaly);
        QCOMPARE(anomaliesIn(verdicts), 1);
    }

    void detectors_stopped_answerFewerVerdicts()
    {
        std::stop_source source;
        source.request_stop();
        QVERIFY(detectDailyAnomalies(office(50), fromMonday(), source.get_token()).empty());
        QVERIFY(detectStreamAnomalies(office(50), 24, source.get_token()).empty());
    }

    void stream_jump_isFoundAndThenQuiet()
    {
        std::vector<double> values;
        for (std::size_t i = 0; i < 2000; ++i)
            values.push_back(50 + 5 * noise(i));
        for (std::size_t i = 1500; i < 1540; ++i)
            values[i] += 40;
        const auto verdicts = detectStreamAnomalies(values, 288);
        QVERIFY(verdicts[1500].anomaly && verdicts[1500].score >= 0.5);
        QVERIFY(std::count_if(verdicts.begin() + 1501, verdicts.begin() + 1600,
                              [](const StreamVerdict& v) { return v.anomaly; }) <= 2); // the same event
        QVERIFY(values[1500] > verdicts[1500].upper);
        for (std::size_t i = 0; i < 1500; ++i)
            QVERIFY(verdicts[i].score >= 0 && verdicts[i].score <= 1);
    }

    void stream_constantOrMissing_isOrdinary()
    {
        std::vector<double> values(1000, 7.0);
        values[400] = Missing;
        for (const auto& verdict : detectStreamAnomalies(values, 24))
            QVERIFY(!verdict.anomaly && verdict.score == 0);
        QVERIFY(detectStreamAnomalies({}, 24).empty());
        QCOMPARE(detectStreamAnomalies(std::vector<double>{Missing, Missing, 3}, 24).size(), std::size_t{3});
    }

    void stream_verdict_doesNotDependOnLaterRows()
    {
        std::vector<double> values;
        for (std::size_t i = 0; i < 1200; ++i)
            values.push_back(50 + 5 * noise(i) + (i > 900 ? 40 : 0));
        const auto whole = detectStreamAnomalies(values, 24);
        for (const std::size_t end : {1U, 2U, 13U, 400U, 901U, 902U, 950U, 1199U}) {
            const auto part = detectStreamAnomalies(std::span(values).first(end), 24);
            QVERIFY(part.back().score == whole[end - 1].score && part.back().anomaly == whole[end - 1].anomaly);
            QVERIFY(isSame(part.back().upper, whole[end - 1].upper));
        }
    }

    void suite_costEvents_reachItsTarget()
    {
        const QString folder = "data/cost-anomalies";
        if (!shared::hasScorer(folder))
            QSKIP("the shared measuring data or python3 is not here");
        std::map<QByteArray, std::pair<Day, std::vector<double>>> all;
        const auto lines = shared::linesOf(folder + "/costs.csv.gz");
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const auto cells = lines[i].trimmed().split(',');
            auto& [start, values] = all[cells[0]];
            if (values.empty())
                start = *parseDay(cells[1].toStdString());
            values.push_back(cells[2].toDouble());
        }
        QByteArray csv = "series,date,flag\n";
        for (const auto& [name, series] : all) {
            AnomalyOptions options;
            options.start = series.first;
            const auto verdicts = detectDailyAnomalies(series.second, options);
            for (std::size_t t = 0; t < verdicts.size(); ++t)
                csv += name + ',' + toString(series.first + static_cast<int>(t)).c_str() +
                       (verdicts[t].anomaly ? ",1\n" : ",0\n");
        }
        const QStringList scorer{shared::path("tools/score_cost_anomalies.py"), shared::path(folder)};
        const double f1 = shared::numberAfter("F1 ", scorer, {}, csv);
        qInfo("F1 %.3f", f1);
        QVERIFY(f1 >= 0.815);
    }

    void suite_streams_reachTheirTarget()
    {
        const QString folder = "data/nab";
        if (!shared::hasScorer(folder))
            QSKIP("the shared measuring data or python3 is not here");
        QByteArray csv = "file,timestamp,score\n";
        const QDir data(shared::path(folder + "/data"));
        for (const QString& category : data.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QString& name : QDir(data.filePath(category)).entryList({"*.csv"}, QDir::Files)) {
                QFile file(data.filePath(category + '/' + name));
                QVERIFY(file.open(QIODevice::ReadOnly));
                const auto lines = file.readAll().trimmed().split('\n');
                std::vector<double> values;
                std::vector<qint64> gaps;
                QDateTime before;
                for (qsizetype i = 1; i < lines.size(); ++i) {
                    const auto cells = lines[i].trimmed().split(',');
                    const auto at = QDateTime::fromString(QString(cells[0]).left(19), "yyyy-MM-dd HH:mm:ss");
                    if (before.isValid())
                        gaps.push_back(before.secsTo(at));
                    before = at;
                    values.push_back(cells[1].toDouble());
                }
                std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
                const qint64 step = std::max<qint64>(1, gaps[gaps.size() / 2]);
                const auto verdicts = detectStreamAnomalies(values, static_cast<int>(86400 / step));
                for (qsizetype i = 1; i < lines.size(); ++i)
                    csv += (category + '/' + name + ',').toUtf8() + lines[i].split(',').first() + ',' +
                           QByteArray::number(verdicts[static_cast<std::size_t>(i) - 1].score, 'f', 9) + '\n';
            }
        }
        const QStringList scorer{shared::path("tools/score_nab.py"), "--data", shared::path(folder + "/data"),
                                 "--labels", shared::path(folder + "/labels/combined_windows.json")};
        const double score = shared::numberAfter("standard             score", scorer, "--scores", csv);
        qInfo("standard profile %.2f", score);
        QVERIFY(score >= 65);
    }
};

QTEST_APPLESS_MAIN(TestAnomaly)
#include "tst_anomaly.moc"

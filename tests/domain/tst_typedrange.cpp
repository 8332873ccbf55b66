#include "models/domain/typedrange.h"

#include "models/domain/comparison.h"

#include <QtTest/QtTest>

using namespace altimeter;

namespace {

Day day(const char* text)
{
    return *parseDay(text);
}

std::string text(const DateRange& range)
{
    return toString(range.from) + ".." + toString(range.to);
}

DateHabits german()
{
    DateHabits habits;
    habits.months[2] = {"märz", "mär"};
    habits.months[9] = {"oktober", "okt"};
    habits.months[8] = {"september", "9月"};
    habits.fillers = {"de", "年", "日"};
    habits.since = {"seit"};
    habits.until = {"bis"};
    habits.all = {"gesamte zeit"};
    habits.slashes = DateHabits::Slashes::DayFirst;
    return habits;
}

} // namespace

/// The data end on Wednesday, 18 November 2026.
class TestTypedRange : public QObject {
    Q_OBJECT
private slots:
    void typed_answersDays_data()
    {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* typed, const char* expected) {
            QTest::newRow(typed) << QByteArray(typed) << QByteArray(expected);
        };
        row("mtd", "2026-11-01..2026-11-19");
        row(" M T D ", "2026-11-01..2026-11-19");
        row("mtd-1", "2026-10-01..2026-10-19");
        row("lm", "2026-10-01..2026-11-01");
        row("last month", "2026-10-01..2026-11-01");
        row("m-0", "2026-11-01..2026-12-01");
        row("m-2", "2026-09-01..2026-10-01");
        row("m-11", "2025-12-01..2026-01-01");
        row("qtd", "2026-10-01..2026-11-19");
        row("qtd-1", "2026-07-01..2026-08-19");
        row("lq", "2026-07-01..2026-10-01");
        row("q-1", "2026-07-01..2026-10-01");
        row("q-4", "2025-10-01..2026-01-01");
        row("ytd", "2026-01-01..2026-11-19");
        row("ytd-1", "2025-01-01..2025-11-19");
        row("ly", "2025-01-01..2026-01-01");
        row("wtd", "2026-11-16..2026-11-19");
        row("this week", "2026-11-16..2026-11-19");
        row("wtd-1", "2026-11-09..2026-11-12");
        row("lw", "2026-11-09..2026-11-16");
        row("Last Week", "2026-11-09..2026-11-16");
        row("w-1", "2026-11-09..2026-11-16");
        row("w-2", "2026-11-02..2026-11-09");
        row("w-0", "2026-11-16..2026-11-23");
        row("w47", "2026-11-16..2026-11-23");
        row("w48", "2025-11-24..2025-12-01");
        row("w53", "2020-12-28..2021-01-04");
        row("2026-w01", "2025-12-29..2026-01-05");
        row("2026w53", "2026-12-28..2027-01-04");
        row("today", "2026-11-19..2026-11-20");
        row("yesterday", "2026-11-18..2026-11-19");
        row("7d", "2026-11-12..2026-11-19");
        row("last 7 days", "2026-11-12..2026-11-19");
        row("7d-1", "2026-11-05..2026-11-12");
        row("30d", "2026-10-20..2026-11-19");
        row("4w", "2026-10-22..2026-11-19");
        row("13m", "2025-11-01..2026-12-01");
        row("1m", "2026-11-01..2026-12-01");
        row("all", "..");
        row("All time", "..");
        row("sep", "2026-09-01..2026-10-01");
        row("Sept.", "2026-09-01..2026-10-01");
        row("dec", "2025-12-01..2026-01-01");
        row("nov", "2026-11-01..2026-12-01");
        row("Sep 2026", "2026-09-01..2026-10-01");
        row("September 2026", "2026-09-01..2026-10-01");
        row("2026 sep", "2026-09-01..2026-10-01");
        row("sep '25", "2025-09-01..2025-10-01");
        row("2026-09", "2026-09-01..2026-10-01");
        row("2026/09", "2026-09-01..2026-10-01");
        row("9/2026", "2026-09-01..2026-10-01");
        row("2024-02", "2024-02-01..2024-03-01");
        row("2026", "2026-01-01..2027-01-01");
        row("Q3", "2026-07-01..2026-10-01");
        row("q4", "2026-10-01..2027-01-01");
        row("q3 2026", "2026-07-01..2026-10-01");
        row("q3 25", "2025-07-01..2025-10-01");
        row("2026-q3", "2026-07-01..2026-10-01");
        row("2026Q3", "2026-07-01..2026-10-01");
        row("q1 - q2 2026", "2026-01-01..2026-07-01");
        row("h1 2026", "2026-01-01..2026-07-01");
        row("h1", "2026-01-01..2026-07-01");
        row("2026-09-05", "2026-09-05..2026-09-06");
        row("20260905", "2026-09-05..2026-09-06");
        row("1 sep", "2026-09-01..2026-09-02");
        row("19 Dec", "2025-12-19..2025-12-20");
        row("29 feb", "2024-02-29..2024-03-01");
        row("1 Sep 2026", "2026-09-01..2026-09-02");
        row("1-Sep-26", "2026-09-01..2026-09-02");
        row("Sep 1, 2026", "2026-09-01..2026-09-02");
        row("1.9.2026", "2026-09-01..2026-09-02");
        row("13/9/2026", "2026-09-13..2026-09-14");
        row("9/13/2026", "2026-09-13..2026-09-14");
        row("9/9/26", "2026-09-09..2026-09-10");
        row("1 sep - 15 sep", "2026-09-01..2026-09-16");
        row("1 sep-15 sep", "2026-09-01..2026-09-16");
        row("15 nov - 25 nov", "2026-11-15..2026-11-26"); // it has begun
        row("20 nov - 25 nov", "2025-11-20..2025-11-26");
        row("sep 1-15", "2026-09-01..2026-09-16");
        row("1-15 sep", "2026-09-01..2026-09-16");
        row("1 sep to 15 sep", "2026-09-01..2026-09-16");
        row("2026-09-01 - 2026-09-15", "2026-09-01..2026-09-16");
        row("2026-09-01-2026-09-15", "2026-09-01..2026-09-16");
        row("2026-09-01..2026-09-15", "2026-09-01..2026-09-16");
        row("2026-09-01...2026-09-15", "2026-09-01..2026-09-16");
        row("2024-02-28 .. 2024-02-29", "2024-02-28..2024-03-01");
        row("2026-01..2026-03", "2026-01-01..2026-04-01");
        row("2025-2026", "2025-01-01..2027-01-01");
        row("13/9/2026..15/9/2026", "2026-09-13..2026-09-16");
        row("1–19 Nov 2026", "2026-11-01..2026-11-20");
        row("20 Oct – 19 Nov 2026", "2026-10-20..2026-11-20");
        row("20 Dec – 19 Jan 2026", "2025-12-20..2026-01-20");
        row("20 Dec 2025 – 19 Jan 2026", "2025-12-20..2026-01-20");
        row("Nov 1 – Nov 19, 2026", "2026-11-01..2026-11-20");
        row("Jul – Sep 2026", "2026-07-01..2026-10-01");
        row("Nov 2025 – Jan 2026", "2025-11-01..2026-02-01");
        row("nov - jan", "2025-11-01..2026-02-01");
        row("1 sep - today", "2026-09-01..2026-11-20");
        row("2026-09-01..", "2026-09-01..");
        row("13/9/2026..", "2026-09-13..");
        row("since 1 Sep 2026", "2026-09-01..");
        row("since sep", "2026-09-01..");
        row("..2026-09-15", "..2026-09-16");
        row("until 15 Sep 2026", "..2026-09-16");
        row("week of 16 Nov 2026", "2026-11-16..2026-11-23");
        row("fy26", "2025-04-01..2026-04-01");
        row("FY2026", "2025-04-01..2026-04-01");
        row("fy26 q2", "2025-07-01..2025-10-01");
        row("fytd", "2026-04-01..2026-11-19");
        row("fytd-1", "2025-04-01..2025-11-19");
        row("fy-1", "2025-04-01..2026-04-01");
        row("fy", "2026-04-01..2027-04-01");
    }

    void typed_answersDays()
    {
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, expected);
        DateHabits habits;
        habits.fiscalYearStart = 4;
        const auto range = parseDateRange(typed.toStdString(), day("2026-11-19"), habits);
        QVERIFY2(range.ok(), range.ok() ? "" : range.error().what.c_str());
        QCOMPARE(text(*range), expected.toStdString());
    }

    void typed_inAnotherLanguage_answersDays_data()
    {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* typed, const char* expected) {
            QTest::newRow(typed) << QByteArray(typed) << QByteArray(expected);
        };
        row("märz 2026", "2026-03-01..2026-04-01");
        row("1.–19. Okt. 2026", "2026-10-01..2026-10-20");
        row("19 de oktober de 2026", "2026-10-19..2026-10-20");
        row("2026年9月19日", "2026-09-19..2026-09-20");
        row("9/1/2026", "2026-01-09..2026-01-10");
        row("9/1/2026..", "2026-01-09..");
        row("seit 1 okt 2026", "2026-10-01..");
        row("bis 1. Okt. 2026", "..2026-10-02");
        row("gesamte zeit", "..");
    }

    void typed_inAnotherLanguage_answersDays()
    {
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, expected);
        const auto range = parseDateRange(typed.toStdString(), day("2026-11-19"), german());
        QVERIFY2(range.ok(), range.ok() ? "" : range.error().what.c_str());
        QCOMPARE(text(*range), expected.toStdString());
    }

    void fiscalYear_fromJanuary_isTheCalendarYear()
    {
        QCOMPARE(text(*parseDateRange("fy26", day("2026-11-19"))), std::string("2026-01-01..2027-01-01"));
    }

    void slashes_thatCouldBeTwoDays_areReadByHabitOrNotAtAll()
    {
        DateHabits habits;
        const auto unsaid = readDateRange("9/1/2026", day("2026-11-19"), habits);
        QVERIFY(!unsaid.ok());
        QVERIFY(unsaid.error().what.find("could be two days") != std::string::npos);
        habits.slashes = DateHabits::Slashes::MonthFirst;
        const auto american = readDateRange("9/1/2026", day("2026-11-19"), habits);
        QCOMPARE(text(american->days), std::string("2026-09-01..2026-09-02"));
        QVERIFY(american->isOfSlashes);
        QVERIFY(!readDateRange("9/13/2026", day("2026-11-19"), habits)->isOfSlashes);
        habits.slashes = DateHabits::Slashes::DayFirst;
        QCOMPARE(text(readDateRange("9/1 - 10/1", day("2026-11-19"), habits)->days),
                 std::string("2026-01-09..2026-01-11"));
    }

    void weeks_beginAsTheHabitSays_andOnMondayTheLastIsTheOneThatEnded()
    {
        DateHabits habits;
        const Day monday = day("2026-11-16"); // the data end on Sunday, the 15th
        QCOMPARE(text(*parseDateRange("lw", monday, habits)), std::string("2026-11-09..2026-11-16"));
        QCOMPARE(text(*parseDateRange("wtd", monday, habits)), std::string("2026-11-09..2026-11-16"));
        habits.now = monday;
        const Day saturday = day("2026-11-14"); // two days late
        QCOMPARE(text(*parseDateRange("lw", saturday, habits)), std::string("2026-11-09..2026-11-16"));
        habits.now = day("2026-11-30"); // the data are old: words count back from them
        QCOMPARE(text(*parseDateRange("lw", saturday, habits)), std::string("2026-11-02..2026-11-09"));
        QCOMPARE(text(*parseDateRange("yesterday", saturday, habits)), std::string("2026-11-29..2026-11-30"));
        habits.weekStart = 6;
        QCOMPARE(text(*parseDateRange("lw", day("2026-11-19"), habits)), std::string("2026-11-08..2026-11-15"));
        QCOMPARE(text(*parseDateRange("wtd", day("2026-11-19"), habits)), std::string("2026-11-15..2026-11-19"));
    }

    void dataEndWithAMonth_currentMonthIsThatMonth()
    {
        const Day today = day("2026-11-01");
        QCOMPARE(text(*parseDateRange("mtd", today)), std::string("2026-10-01..2026-11-01"));
        QCOMPARE(text(*parseDateRange("lm", today)), std::string("2026-09-01..2026-10-01"));
        QCOMPARE(text(*parseDateRange("ytd", day("2026-01-01"))), std::string("2025-01-01..2026-01-01"));
    }

    void leapDay_isInside()
    {
        QCOMPARE(text(*parseDateRange("30d", day("2024-03-01"))), std::string("2024-01-31..2024-03-01"));
        QCOMPARE(text(*parseDateRange("mtd", day("2024-03-01"))), std::string("2024-02-01..2024-03-01"));
    }

    void unknownWord_isNamed()
    {
        for (const char* wrong :
             {"",       "..",       "d",          "0d",       "-1d",           "m-",         "m--1",
              "q-x",    "fy",       "fy1",        "fy20266",  "2026-13",       "q5",         "2026-q0",
              "h3",     "w54 2026", "2026-02-30", "30 feb",   "1 - 2 - 3 sep", "2026-09..x", "1.5d",
              "99999d", "15",       "1/2/3/4",    "sep sep",  "tomorrowish",   "1-2",        "w",
              "to",     "sep to",   "31 sep 26",  "32.1.2026"}) {
            if (std::string(wrong) == "fy")
                continue; // the fiscal year that runs
            const auto range = parseDateRange(wrong, day("2026-11-19"));
            QVERIFY2(!range.ok(), wrong);
            QVERIFY(range.error().what.find(wrong) != std::string::npos);
        }
    }

    void reversed_isSaidWithTheRightWayRound()
    {
        for (const char* typed : {"2026-09-15..2026-09-01", "15 sep - 1 sep", "15–1 Sep 2026"}) {
            const auto range = parseDateRange(typed, day("2026-11-19"));
            QVERIFY2(!range.ok(), typed);
            QVERIFY2(range.error().what.find("ends before it begins; write 2026-09-01..2026-09-15") !=
                         std::string::npos,
                     range.error().what.c_str());
        }
    }

    void withoutData_onlyNamedDaysWork()
    {
        for (const char* counting : {"mtd", "30d", "sep", "lw", "1 sep - 15 sep", "q3"}) {
            const auto range = parseDateRange(counting, Day::none());
            QVERIFY2(!range.ok(), counting);
        }
        QVERIFY(parseDateRange("mtd", Day::none()).error().what.find("needs data") != std::string::npos);
        QCOMPARE(text(*parseDateRange("2026-09", Day::none())), std::string("2026-09-01..2026-10-01"));
        QCOMPARE(text(*parseDateRange("1 – 15 Sep 2026", Day::none())), std::string("2026-09-01..2026-09-16"));
        QCOMPARE(text(*parseDateRange("all", Day::none())), std::string(".."));
    }

    void writtenRange_isReadAsTheSame()
    {
        for (const DateRange& range :
             {DateRange{}, DateRange{day("2026-09-01"), Day::none()}, DateRange{Day::none(), day("2026-09-01")},
              DateRange{day("2026-09-01"), day("2026-10-01")}, DateRange{day("2026-09-01"), day("2026-09-02")},
              DateRange{day("2024-02-29"), day("2027-03-01")}}) {
            QVERIFY2(*parseDateRange(rangeText(range), day("2026-11-19")) == range, rangeText(range).c_str());
        }
    }

    void stepped_staysOfItsKind_data()
    {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<int>("by");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* typed, int by, const char* expected) {
            QTest::addRow("%s by %d", typed, by) << QByteArray(typed) << by << QByteArray(expected);
        };
        row("lm", -1, "2026-08");
        row("q-1", -1, "2026-04-01..2026-06-30");
        row("q3", 1, "2026-10-01..2026-12-31");
        row("mtd", -1, "2026-09-01..2026-09-19");
        row("2026-10-01..2026-10-19", 1, "2026-11-01..2026-11-19");
        row("qtd", -1, "qtd-1"); // 1 to 19 July alone would be a part of a month
        row("qtd-1", 1, "qtd");
        row("qtd-1", -1, "qtd-2");
        row("ytd", -1, "2025-01-01..2025-10-19");
        row("wtd", -1, "wtd-1");
        row("wtd-3", 1, "wtd-2");
        row("7d", -1, "2026-10-06..2026-10-12");
        row("2026", 1, "2027-01-01..2027-12-31");
        row("31d", 0, "2026-09-19..2026-10-19");
        row("19d", 0, "19d"); // the days alone would be the month to date
        row("sep", -2, "2026-07");
    }

    void stepped_staysOfItsKind()
    {
        QFETCH(QByteArray, typed);
        QFETCH(int, by);
        QFETCH(QByteArray, expected);
        const auto text = steppedText(typed.toStdString(), by, day("2026-10-20"));
        QVERIFY2(text.ok(), text.ok() ? "" : text.error().what.c_str());
        QCOMPARE(QByteArray::fromStdString(*text), expected);
        const auto there = parseDateRange(*text, day("2026-10-20"));
        QVERIFY(there.ok());
    }

    void stepped_openRange_hasNoPeriodBefore() { QVERIFY(!steppedText("2026-09..", -1, day("2026-10-20")).ok()); }

    void kinds_areSaidByTheWords()
    {
        const Day today = day("2026-01-20"); // month, quarter and year to date are the same days
        QVERIFY(readDateRange("mtd", today)->step == (PeriodStep{0, 1}));
        QVERIFY(readDateRange("qtd", today)->step == (PeriodStep{0, 3}));
        QVERIFY(readDateRange("ytd", today)->step == (PeriodStep{0, 12}));
        QVERIFY(readDateRange("19d", today)->step == (PeriodStep{19, 0}));
        QVERIFY(readDateRange("2026-01-01..2026-01-19", today)->step == (PeriodStep{0, 1}));
        QVERIFY(readDateRange("wtd", today)->step == (PeriodStep{7, 0}));
        QVERIFY(readDateRange("q4 2025", today)->step == (PeriodStep{0, 3}));
        QVERIFY(readDateRange("2025", today)->step == (PeriodStep{0, 12}));
    }
};

QTEST_APPLESS_MAIN(TestTypedRange)
#include "tst_typedrange.moc"

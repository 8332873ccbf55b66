#include <QtTest/QtTest>

#include "models/domain/period.h"

using namespace altimeter;

namespace {

Day day(const char* text)
{
    return *parseDay(text);
}

} // namespace

class TestPeriod : public QObject {
    Q_OBJECT

private slots:
    void day_eachOf800Years_agreesWithTheCalendar()
    {
        QDate expected(1600, 1, 1);
        Day at = Day::fromYmd(1600, 1, 1);
        while (expected.year() < 2400) {
            QCOMPARE(at.year(), expected.year());
            QCOMPARE(at.month(), expected.month());
            QCOMPARE(at.dayOfMonth(), expected.day());
            QCOMPARE(at.weekday(), expected.dayOfWeek() - 1);
            QVERIFY(Day::fromYmd(at.year(), at.month(), at.dayOfMonth()) == at);
            expected = expected.addDays(1);
            at = at + 1;
        }
        QCOMPARE(Day::fromYmd(1970, 1, 1).number, 0);
    }

    void day_text_roundTripsOrErrs()
    {
        QCOMPARE(toString(day("2024-02-29")), std::string("2024-02-29"));
        QCOMPARE(toString(day("2026-11")), std::string("2026-11-01"));
        QCOMPARE(toString(Day::none()), std::string());
        for (const char* wrong :
             {"", "2026", "2026-13", "2026-00", "2023-02-29", "2026-11-31", "2026/11/01", "2026-11-1", "26-11-2026",
              "2026-1a", "2026--1", "0000-01-01", "2026-11-19T00:00:00Z"})
            QVERIFY2(!parseDay(wrong).ok(), wrong);
    }

    void instant_text_isUtc()
    {
        QCOMPARE(toString(Instant{0}), std::string("1970-01-01T00:00:00Z"));
        QCOMPARE(toString(Instant{-1}), std::string("1969-12-31T23:59:59Z"));
        QCOMPARE(toString(Instant{1795100645}), std::string("2026-11-19T15:04:05Z"));
        QCOMPARE(toString(Instant{}), std::string());
        QVERIFY(Instant{-1}.day() == day("1969-12-31"));
        QVERIFY(!Instant{}.day().isValid());
    }

    void months_added_startOnTheFirst()
    {
        QVERIFY(day("2026-01-31").addMonths(1) == day("2026-02-01"));
        QVERIFY(day("2026-01-31").addMonths(-1) == day("2025-12-01"));
        QVERIFY(day("2026-11-19").addMonths(-23) == day("2024-12-01"));
        QVERIFY(day("2026-11-19").firstOfMonth() == day("2026-11-01"));
    }

    void steps_startAndFollow()
    {
        QVERIFY(stepStart(day("2026-11-19"), Granularity::Week) == day("2026-11-16"));
        QVERIFY(stepStart(day("2026-11-16"), Granularity::Week) == day("2026-11-16"));
        QVERIFY(stepStart(day("2026-11-22"), Granularity::Week) == day("2026-11-16"));
        QVERIFY(stepStart(day("2025-01-01"), Granularity::Week) == day("2024-12-30"));
        QVERIFY(stepStart(day("1969-12-31"), Granularity::Week) == day("1969-12-29"));
        QVERIFY(stepStart(day("2024-02-29"), Granularity::Month) == day("2024-02-01"));
        QVERIFY(stepStart(day("2024-02-29"), Granularity::Day) == day("2024-02-29"));
        QVERIFY(nextStep(day("2024-02-28"), Granularity::Day) == day("2024-02-29"));
        QVERIFY(nextStep(day("2024-02-26"), Granularity::Week) == day("2024-03-04"));
        QVERIFY(nextStep(day("2024-12-01"), Granularity::Month) == day("2025-01-01"));
    }

    void contains_bounds_areHalfOpen()
    {
        const DateRange range{day("2026-09-01"), day("2026-10-01")};
        QVERIFY(range.contains(day("2026-09-01")));
        QVERIFY(!range.contains(day("2026-10-01")));
        QVERIFY(!range.contains(day("2026-08-31")));
        QVERIFY(DateRange{}.contains(day("1900-01-01")));
        QCOMPARE(range.days(), 30);
    }
};

QTEST_APPLESS_MAIN(TestPeriod)
#include "tst_period.moc"

#include "models/domain/comparison.h"

#include <QtTest/QtTest>

using namespace altimeter;

namespace {

Day day(const std::string& text)
{
    return *parseDay(text);
}

std::string text(const DateRange& range)
{
    return toString(range.from) + ".." + toString(range.to - 1);
}

} // namespace

class TestComparison : public QObject {
    Q_OBJECT
private slots:
    void base_isOfTheSameKind_data()
    {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("lastDay");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("yearBefore");
        const auto row = [](const char* typed, const char* lastDay, const char* before, const char* yearBefore) {
            QTest::addRow("%s on %s", typed, lastDay)
                << QByteArray(typed) << QByteArray(lastDay) << QByteArray(before) << QByteArray(yearBefore);
        };
        // whole periods
        row("q-1", "2026-11-19", "2026-04-01..2026-06-30", "2025-07-01..2025-09-30");
        row("q-2", "2026-11-19", "2026-01-01..2026-03-31", "2025-04-01..2025-06-30");
        row("q-3", "2026-11-19", "2025-10-01..2025-12-31", "2025-01-01..2025-03-31");
        row("lm", "2026-03-31", "2026-01-01..2026-01-31", "2025-02-01..2025-02-28");
        row("2024-03", "2026-11-19", "2024-02-01..2024-02-29", "2023-03-01..2023-03-31");
        row("2024-02", "2026-11-19", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28");
        row("ly", "2026-11-19", "2024-01-01..2024-12-31", "2024-01-01..2024-12-31");
        row("fy25", "2026-11-19", "2024-01-01..2024-12-31", "2024-01-01..2024-12-31");
        row("3m", "2026-11-30", "2026-06-01..2026-08-31", "2025-09-01..2025-11-30");
        row("2026-02-01..2026-03-31", "2026-11-19", "2025-12-01..2026-01-31", "2025-02-01..2025-03-31");
        // to date
        row("mtd", "2026-11-19", "2026-10-01..2026-10-19", "2025-11-01..2025-11-19");
        row("mtd", "2026-03-30", "2026-02-01..2026-02-28", "2025-03-01..2025-03-30");
        row("mtd", "2026-01-19", "2025-12-01..2025-12-19", "2025-01-01..2025-01-19");
        row("mtd", "2024-02-28", "2024-01-01..2024-01-28", "2023-02-01..2023-02-28");
        row("mtd", "2026-10-31", "2026-09-01..2026-09-30", "2025-10-01..2025-10-31");
        row("qtd", "2026-11-19", "2026-07-01..2026-08-19", "2025-10-01..2025-11-19");
        row("qtd", "2026-10-19", "2026-07-01..2026-07-19", "2025-10-01..2025-10-19");
        row("qtd", "2026-05-31", "2026-01-01..2026-02-28", "2025-04-01..2025-05-31");
        row("qtd", "2024-05-30", "2024-01-01..2024-02-29", "2023-04-01..2023-05-30");
        row("ytd", "2026-11-19", "2025-01-01..2025-11-19", "2025-01-01..2025-11-19");
        row("ytd", "2026-02-15", "2025-01-01..2025-02-15", "2025-01-01..2025-02-15");
        row("ytd", "2024-02-29", "2023-01-01..2023-02-28", "2023-01-01..2023-02-28");
        row("2026-01-01..2026-11-19", "2026-11-19", "2025-01-01..2025-11-19", "2025-01-01..2025-11-19");
        row("2026-07-01..2026-08-19", "2026-11-19", "2026-04-01..2026-05-19", "2025-07-01..2025-08-19");
        // weeks and days
        row("lw", "2026-11-19", "2026-11-02..2026-11-08", "2025-11-10..2025-11-16");
        row("wtd", "2026-11-19", "2026-11-09..2026-11-12", "2025-11-17..2025-11-20");
        row("2026-w01", "2026-11-19", "2025-12-22..2025-12-28", "2024-12-30..2025-01-05");
        row("7d", "2026-11-19", "2026-11-06..2026-11-12", "2025-11-14..2025-11-20");
        row("30d", "2026-11-19", "2026-09-21..2026-10-20", "2025-10-21..2025-11-19");
        row("30d", "2026-09-30", "2026-08-02..2026-08-31", "2025-09-01..2025-09-30");
        row("2026-10-20", "2026-11-19", "2026-10-19..2026-10-19", "2025-10-20..2025-10-20");
        row("2024-02-29", "2026-11-19", "2024-02-28..2024-02-28", "2023-02-28..2023-02-28");
        row("2026-02-01..2026-03-15", "2026-11-19", "2025-12-20..2026-01-31", "2025-02-01..2025-03-15");
    }

    void base_isOfTheSameKind()
    {
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, lastDay);
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, yearBefore);
        const auto read = readDateRange(typed.toStdString(), day(lastDay.toStdString()) + 1);
        QVERIFY(read.ok());
        QCOMPARE(text(baseOf(read->days, read->step)), before.toStdString());
        QCOMPARE(text(baseOf(read->days, read->step, CompareWith::YearBefore)), yearBefore.toStdString());
    }

    void wholeMonths_thereAndBack_areTheSame()
    {
        for (int from = 0; from < 30; ++from) {
            for (int months = 1; months < 14; ++months) {
                const Day first = day("2023-01-01").addMonths(from);
                const DateRange range{first, first.addMonths(months)};
                const PeriodStep step = stepOf(range);
                QCOMPARE(step.months, months);
                QVERIFY(shifted(shifted(range, step, -1), step, 1) == range);
                QVERIFY(shifted(range, step, -1).to == range.from);
            }
        }
    }

    void daysCovered_countsWhatLiesBetweenFirstAndLast()
    {
        const DateRange november{day("2026-11-01"), day("2026-12-01")};
        QCOMPARE(daysCovered(november, day("2025-11-01"), day("2026-11-19")).covered, 19);
        QVERIFY(daysCovered(november, day("2025-11-01"), day("2026-11-19")).isPart());
        QVERIFY(!daysCovered(november, day("2026-11-01"), day("2026-11-30")).isPart());
        QCOMPARE(daysCovered(november, day("2026-11-10"), day("2026-12-24")).covered, 21);
        QCOMPARE(daysCovered(november, day("2026-12-10"), day("2026-12-24")).covered, 0);
        QCOMPARE(daysCovered(november, Day::none(), Day::none()).covered, 0);
        QCOMPARE(daysCovered(november, Day::none(), Day::none()).days, 30);
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"

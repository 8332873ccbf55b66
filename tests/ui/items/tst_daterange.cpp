#include "ui/format/daterange.h"
#include "ui/format/format.h"

#include <QtTest/QtTest>

using namespace altimeter;
using namespace altimeter::ui;

namespace {

Day day(const char* text)
{
    return *parseDay(text);
}

} // namespace

/// Dates as they are typed in the window.
class TestDateRange : public QObject {
    Q_OBJECT
private slots:
    void cleanup()
    {
        format::setLocale(format::neutralLocale());
        format::setDateSettings({});
        format::setPresentDay(nullptr);
    }

    void shownRange_typedAgain_isTheSame_data()
    {
        QTest::addColumn<QString>("locale");
        for (const QString& locale : format::offeredLocales())
            QTest::newRow(locale.isEmpty() ? "desktop" : qPrintable(locale)) << locale;
    }
    void shownRange_typedAgain_isTheSame()
    {
        QFETCH(QString, locale);
        format::setLocale(format::localeOf(locale));
        std::vector<DateRange> ranges{{}, {day("2026-09-01"), Day::none()}, {Day::none(), day("2026-09-16")}};
        for (int month = 0; month < 12; month += 3) {
            const Day first = day("2025-07-01").addMonths(month);
            ranges.push_back({first, first.addMonths(1)});
            ranges.push_back({first, first.addMonths(3)});
            ranges.push_back({first, first + 19});
            ranges.push_back({first + 11, first + 12});
            ranges.push_back({first + 19, first.addMonths(1) + 19});
            ranges.push_back({first + 4, first.addMonths(14) + 9});
        }
        for (const DateRange& range : ranges) {
            const QString shown = format::range(range, format::locale());
            const auto read = format::readRange(shown, day("2026-11-20"));
            QVERIFY2(read.ok() && read->days == range,
                     qPrintable(shown + " is read as " +
                                (read ? format::text(rangeText(read->days)) : format::text(read.error().what))));
            const auto stored = format::storedRange(shown, day("2026-11-20"));
            QVERIFY(stored.ok());
            format::setLocale(format::neutralLocale()); // a view that goes to another desk
            const auto there = format::readRange(*stored, day("2026-11-20"));
            QVERIFY2(there.ok() && there->days == range, stored->c_str());
            format::setLocale(format::localeOf(locale));
        }
        for (const Granularity step : {Granularity::Day, Granularity::Week, Granularity::Month}) {
            const Day start = stepStart(day("2026-11-16"), step);
            const auto read = format::readRange(format::step(start, step, format::locale()), day("2026-11-20"));
            QVERIFY2(read.ok(), qPrintable(format::step(start, step, format::locale())));
            QVERIFY((read->days == DateRange{start, nextStep(start, step)}));
        }
    }

    void slashes_areReadAsTheCountryWritesThem()
    {
        format::setLocale(QLocale(QLocale::English, QLocale::UnitedStates));
        QVERIFY((format::readRange(QStringLiteral("9/1/2026.."), day("2026-11-20"))->days ==
                 DateRange{day("2026-09-01"), Day::none()}));
        QCOMPARE(*format::storedRange(QStringLiteral("9/1/2026.."), day("2026-11-20")), std::string("2026-09-01.."));
        format::setLocale(QLocale(QLocale::English, QLocale::UnitedKingdom));
        QVERIFY((format::readRange(QStringLiteral("9/1/2026"), day("2026-11-20"))->days ==
                 DateRange{day("2026-01-09"), day("2026-01-10")}));
    }

    void words_areStoredAsTheyAre()
    {
        for (const char* word : {"mtd", "lw", "q3", "sep", "90d", "fy26", "1 sep - 15 sep"})
            QCOMPARE(*format::storedRange(word, day("2026-11-20")), std::string(word));
    }

    void settings_sayFiscalYearAndWeek()
    {
        format::setDateSettings(format::dateSettingsOf("4", "sunday"));
        QVERIFY((format::readRange(QStringLiteral("fy26"), day("2026-11-20"))->days ==
                 DateRange{day("2025-04-01"), day("2026-04-01")}));
        QVERIFY((format::readRange(QStringLiteral("lw"), day("2026-11-20"))->days ==
                 DateRange{day("2026-11-08"), day("2026-11-15")}));
        QVERIFY(format::dateSettingsOf("", "") == format::DateSettings{});
        QVERIFY(format::dateSettingsOf("13", "noday") == format::DateSettings{});
        format::setLocale(QLocale(QLocale::English, QLocale::UnitedStates));
        QCOMPARE(format::dateSettingsOf("", "country").weekStart, 6);
        format::setLocale(QLocale(QLocale::German, QLocale::Germany));
        QCOMPARE(format::dateSettingsOf("", "country").weekStart, 0);
    }

    void dataThatEndedLongAgo_areOld()
    {
        QCOMPARE(format::daysOld(day("2026-11-19")), 0);
        format::setPresentDay([] { return day("2026-11-30"); });
        QCOMPARE(format::daysOld(day("2026-11-19")), 11);
        QCOMPARE(format::daysOld(day("2026-11-27")), 0);
        QCOMPARE(format::daysOld(Day::none()), 0);
        QVERIFY((format::readRange(QStringLiteral("yesterday"), day("2026-11-20"))->days ==
                 DateRange{day("2026-11-29"), day("2026-11-30")}));
    }

    void comparison_saysWhatIsMissing()
    {
        const DateRange now{day("2026-11-01"), day("2026-12-01")}, before{day("2026-10-01"), day("2026-11-01")};
        QCOMPARE(format::compared(now, {30, 19}, before, {31, 31}),
                 QString("November 2026 (data of 19 of 30 days)  against  October 2026"));
        QCOMPARE(format::covered({31, 31}), QString());
    }
};

QTEST_MAIN(TestDateRange)
#include "tst_daterange.moc"

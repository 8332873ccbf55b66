#include <QtTest/QtTest>

#include "ui/format/format.h"

using namespace altimeter;
using namespace altimeter::ui;

namespace {
const QLocale kUs(QLocale::English, QLocale::UnitedStates);

Amount amount(const char* text)
{
    return Amount::parse(text).take();
}
} // namespace

class TstFormat : public QObject {
    Q_OBJECT
private slots:
    void money_writesExactDigits_data()
    {
        QTest::addColumn<QString>("plain");
        QTest::addColumn<QString>("currency");
        QTest::addColumn<QString>("expected");
        QTest::newRow("dollars") << "31842.17"
                                 << "USD"
                                 << "$31,842.17";
        QTest::newRow("negative euros") << "-1204.5"
                                        << "EUR"
                                        << "−€1,204.50";
        QTest::newRow("rupiah without decimals") << "1204000"
                                                 << "IDR" << QString("IDR") + QChar(0xA0) + "1,204,000";
        QTest::newRow("rupiah at company scale") << "92233720368547.4"
                                                 << "IDR" << QString("IDR") + QChar(0xA0) + "92,233,720,368,547";
        QTest::newRow("half to even down") << "0.125"
                                           << "USD"
                                           << "$0.12";
        QTest::newRow("half to even up") << "0.135"
                                         << "USD"
                                         << "$0.14";
        QTest::newRow("zero") << "0"
                              << "USD"
                              << "$0.00";
        QTest::newRow("too small to show") << "0.00000015"
                                           << "USD"
                                           << "<$0.01";
        QTest::newRow("too small and negative") << "-0.00000015"
                                                << "USD"
                                                << "−<$0.01";
        QTest::newRow("yen too small") << "0.4"
                                       << "JPY"
                                       << "<¥1";
        QTest::newRow("dinar") << "1.5"
                               << "KWD" << QString("KWD") + QChar(0xA0) + "1.500";
        QTest::newRow("no binary rounding") << "0.615"
                                            << "USD"
                                            << "$0.62";
        QTest::newRow("sixteen digits kept") << "90071992547409.93"
                                             << "USD"
                                             << "$90,071,992,547,409.93";
    }
    void money_writesExactDigits()
    {
        QFETCH(QString, plain);
        QFETCH(QString, currency);
        QFETCH(QString, expected);
        QCOMPARE(format::money(amount(plain.toLatin1()), Currency(currency.toStdString()), kUs), expected);
    }

    void moneyChange_carriesItsSign()
    {
        const Currency usd("USD");
        QCOMPARE(format::moneyChange(amount("12.5"), usd, kUs), QString("+$12.50"));
        QCOMPARE(format::moneyChange(amount("-12.5"), usd, kUs), QString("−$12.50"));
        QCOMPARE(format::moneyChange(Amount(), usd, kUs), QString("$0.00"));
    }

    void moneyShort_keepsThreeDigits_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("expected");
        const QString gap(QChar(0xA0));
        QTest::newRow("units") << 940.0 << "$940";
        QTest::newRow("thousands") << 12'400.0 << "$12.4" + gap + "k";
        QTest::newRow("millions") << 1'240'000.0 << "$1.24" + gap + "M";
        QTest::newRow("negative billions") << -3.1e9 << "−$3.1" + gap + "B";
        QTest::newRow("rounds into the next unit") << 999'999.0 << "$1" + gap + "M";
        QTest::newRow("small") << 0.25 << "$0.25";
        QTest::newRow("zero has no sign") << -0.0 << "$0";
    }
    void moneyShort_keepsThreeDigits()
    {
        QFETCH(double, value);
        QFETCH(QString, expected);
        QCOMPARE(format::moneyShort(value, Currency("USD"), kUs), expected);
    }

    void moneyFull_showsEveryDigit()
    {
        QCOMPARE(format::moneyFull(amount("-31842.17000015"), Currency("USD"), kUs),
                 QString("−31,842.17000015") + QChar(0xA0) + "USD");
    }

    void exact_isPlainAscii()
    {
        QCOMPARE(format::exact(amount("-31842.17000015")), QString("-31842.17000015"));
        QCOMPARE(format::exact(amount("7")), QString("7.00"));
    }

    void percent_usesThinSpaceAndMinus()
    {
        const QString unit = QString(QChar(0x2009)) + "%";
        QCOMPARE(format::percent(0.124, kUs), "12.4" + unit);
        QCOMPARE(format::percentChange(0.124, kUs), "+12.4" + unit);
        QCOMPARE(format::percentChange(-0.03, kUs), "−3.0" + unit);
        QCOMPARE(format::percentChange(-0.0001, kUs), "0.0" + unit);
        QCOMPARE(format::percentChange(11, kUs), QString("×12"));
    }

    void changeRatio_withoutUsefulBase_isNothing()
    {
        QVERIFY(!format::changeRatio(amount("5"), Amount()));
        QVERIFY(!format::changeRatio(amount("5"), amount("-5")));
        QCOMPARE(*format::changeRatio(amount("15"), amount("10")), 0.5);
    }

    void range_namesWhatItIs_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("expected");
        QTest::newRow("part of a month") << "2026-11-01"
                                         << "2026-11-20"
                                         << "1–19 Nov 2026";
        QTest::newRow("whole month") << "2026-11-01"
                                     << "2026-12-01"
                                     << "November 2026";
        QTest::newRow("two months") << "2026-10-20"
                                    << "2026-11-20"
                                    << "20 Oct – 19 Nov 2026";
        QTest::newRow("whole months") << "2026-09-01"
                                      << "2026-12-01"
                                      << "Sep – Nov 2026";
        QTest::newRow("over the year") << "2025-11-01"
                                       << "2026-12-01"
                                       << "Nov 2025 – Nov 2026";
        QTest::newRow("one day") << "2026-11-19"
                                 << "2026-11-20"
                                 << "19 Nov 2026";
        QTest::newRow("leap day") << "2028-02-29"
                                  << "2028-03-01"
                                  << "29 Feb 2028";
    }
    void range_namesWhatItIs()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, expected);
        const DateRange range{parseDay(from.toStdString()).take(), parseDay(to.toStdString()).take()};
        QCOMPARE(format::range(range, kUs), expected);
    }

    void range_open_isAllTime() { QCOMPARE(format::range({}, kUs), QString("all time")); }

    void dimValue_empty_namesTheDim()
    {
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Team, {}}, {}), QString("(unallocated)"));
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Region, {}}, {}), QString("(no region)"));
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Tag, "env"}, {}), QString("(no env)"));
        QCOMPARE(format::dimValue(Dim{Dim::Kind::Team, {}}, "Search"), QString("Search"));
    }

    void dimTitle_everyNamedDim_hasWords()
    {
        for (const Dim& dim : namedDims()) { // a row of kDimInfos without words here is found by its title
            const std::string title(dimInfo(dim.kind).title);
            QCOMPARE(format::dimTitle(dim).toStdString(), title);
            QVERIFY2(!format::dimPlural(dim).isEmpty() && format::dimPlural(dim) != "values of ", title.c_str());
            QVERIFY2(format::dimValue(dim, {}) != "(no )", title.c_str());
        }
    }

    void count_saysOneAndMany()
    {
        QCOMPARE(format::count(1, "line", "lines", kUs), QString("1 line"));
        QCOMPARE(format::count(1204, "line", "lines", kUs), QString("1,204 lines"));
        QCOMPARE(format::count(0, "line", "lines", kUs), QString("0 lines"));
    }
};

QTEST_APPLESS_MAIN(TstFormat)
#include "tst_format.moc"

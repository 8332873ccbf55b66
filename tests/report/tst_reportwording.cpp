#include <QtTest/QtTest>

#include "app/report/wording.h"

#include <limits>

using namespace altimeter;
using namespace altimeter::report;

namespace {

Amount amount(const char* text)
{
    const auto parsed = Amount::parse(text);
    return parsed ? *parsed : Amount();
}

} // namespace

class TestReportWording : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void money_isRoundedOnceHalfToEven_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("currency");
        QTest::addColumn<QString>("shown");
        QTest::newRow("half stays at even") << "0.125"
                                            << "USD"
                                            << "0.12";
        QTest::newRow("half goes to even") << "0.135"
                                           << "USD"
                                           << "0.14";
        QTest::newRow("just above half") << "0.125000000000000001"
                                         << "USD"
                                         << "0.13";
        QTest::newRow("negative half") << "-0.125"
                                       << "USD"
                                       << "−0.12";
        QTest::newRow("a credit below a cent is no negative zero") << "-0.001"
                                                                   << "USD"
                                                                   << "0.00";
        QTest::newRow("grouping") << "1234567.891"
                                  << "USD"
                                  << "1,234,567.89";
        QTest::newRow("three digits need no comma") << "999.994"
                                                    << "USD"
                                                    << "999.99";
        QTest::newRow("carry adds a group") << "999.995"
                                            << "USD"
                                            << "1,000.00";
        QTest::newRow("yen have no minor unit") << "1234.5"
                                                << "JPY"
                                                << "1,234";
        QTest::newRow("dinars have three") << "1.2345"
                                           << "KWD"
                                           << "1.234";
        QTest::newRow("rupiah of a large company") << "98765432109876.54"
                                                   << "IDR"
                                                   << "98,765,432,109,876.54";
    }

    void money_isRoundedOnceHalfToEven()
    {
        QFETCH(QString, value);
        QFETCH(QString, currency);
        QFETCH(QString, shown);
        const std::string text = moneyText(amount(qPrintable(value)), Currency(currency.toStdString()));
        QCOMPARE(QString::fromStdString(text), shown);
    }

    void money_atTheEndsOfTheRange_isShownInFull()
    {
        const Amount lowest = Amount::fromAttos(std::numeric_limits<Int128>::min());
        QCOMPARE(QString::fromStdString(moneyText(lowest, Currency("USD"))),
                 QStringLiteral("−170,141,183,460,469,231,731.69"));
        QVERIFY(!difference(lowest, Amount::fromUnits(1)).has_value());
    }

    void scaledAmount_isRoundedFromTheExactValue()
    {
        QCOMPARE(QString::fromStdString(amountText(amount("1234567.89"), 1, 3)), QStringLiteral("1,234.6"));
        QCOMPARE(QString::fromStdString(amountText(amount("-1250"), 1, 3)), QStringLiteral("−1.2"));
        QCOMPARE(QString::fromStdString(amountText(amount("49"), 1, 3)), QStringLiteral("0.0"));
    }

    void change_alwaysCarriesItsSign()
    {
        QCOMPARE(QString::fromStdString(changeText(amount("2103.44"), Currency("USD"))), QStringLiteral("+2,103.44"));
        QCOMPARE(QString::fromStdString(changeText(amount("-310"), Currency("USD"))), QStringLiteral("−310.00"));
        QCOMPARE(QString::fromStdString(changeText(amount("0.001"), Currency("USD"))), QStringLiteral("0.00"));
    }

    void percentChange_isLeftOut_whereItSaysNothing()
    {
        QCOMPARE(QString::fromStdString(changePercentText(amount("107.1"), amount("100"))),
                 QStringLiteral("+7.1\u2009%"));
        QCOMPARE(QString::fromStdString(changePercentText(amount("5"), Amount())), QStringLiteral("new"));
        QCOMPARE(QString::fromStdString(changePercentText(Amount(), Amount())), QStringLiteral("–"));
        QCOMPARE(QString::fromStdString(changePercentText(amount("5"), amount("-10"))), QStringLiteral("–"));
        QCOMPARE(QString::fromStdString(shareText(amount("5"), Amount())), QStringLiteral("–"));
    }

    void week_isTheIsoWeekOfTheLastDay_data()
    {
        QTest::addColumn<int>("year");
        QTest::addColumn<int>("month");
        QTest::addColumn<int>("day");
        QTest::addColumn<QString>("text");
        QTest::newRow("middle") << 2026 << 11 << 19 << "Week 47 of 2026, 16 Nov to 19 Nov 2026";
        QTest::newRow("first of January in the old year") << 2027 << 1 << 1 << "Week 53 of 2026, 28 Dec to 1 Jan 2027";
        QTest::newRow("end of December in the new year") << 2024 << 12 << 30 << "Week 1 of 2025, 30 Dec 2024";
        QTest::newRow("leap day") << 2024 << 2 << 29 << "Week 9 of 2024, 26 Feb to 29 Feb 2024";
    }

    void week_isTheIsoWeekOfTheLastDay()
    {
        QFETCH(int, year);
        QFETCH(int, month);
        QFETCH(int, day);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(weekText(Day::fromYmd(year, month, day) + 1)), text);
    }

    void estimate_hasNoFalsePrecision()
    {
        QCOMPARE(QString::fromStdString(estimateText(47213.4, Currency("USD"))), QStringLiteral("47,213"));
        QCOMPARE(QString::fromStdString(estimateText(12.345, Currency("USD"))), QStringLiteral("12.35"));
        QCOMPARE(QString::fromStdString(estimateText(-0.001, Currency("USD"))), QStringLiteral("0.00"));
        QCOMPARE(QString::fromStdString(estimateText(std::numeric_limits<double>::quiet_NaN(), Currency("USD"))),
                 QStringLiteral("–"));
    }

    void axis_usesShortUnits()
    {
        QCOMPARE(QString::fromStdString(axisText(2500)), QStringLiteral("2.5k"));
        QCOMPARE(QString::fromStdString(axisText(-1'200'000)), QStringLiteral("−1.2M"));
        QCOMPARE(QString::fromStdString(axisText(0)), QStringLiteral("0"));
        QCOMPARE(QString::fromStdString(axisText(750)), QStringLiteral("750"));
    }
};

QTEST_APPLESS_MAIN(TestReportWording)
#include "tst_reportwording.moc"

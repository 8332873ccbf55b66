#include <QtTest/QtTest>

#include "ui/format/format.h"
#include "ui/format/numberformat.h"
#include "ui/format/windowlocale.h"

using namespace altimeter;
using namespace altimeter::ui;
using format::NumberFormat;

class TstNumberFormat : public QObject {
    Q_OBJECT
private slots:
    void amounts_areWrittenAsChosen_data()
    {
        QTest::addColumn<QString>("amount");
        QTest::addColumn<QString>("as");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* amount, const char* as, const char* expected) {
            QTest::addRow("%s as %s", amount, as) << amount << as << QString::fromUtf8(expected);
        };
        row("445639.1234", "", "$445,639.12");
        row("445639.1234", "thousands", "$445.6\u00A0k");
        row("445639.1234", "thousands 3", "$445.639\u00A0k");
        row("445639.1234", "millions 2", "$0.45\u00A0M");
        row("445639.1234", "4", "$445,639.1234");
        row("445639.1234", "0", "$445,639");
        row("-12", "parentheses", "($12.00)");
        row("-12", "", "\u2212$12.00");
        row("-1250", "thousands 1 parentheses", "($1.2\u00A0k)"); // half to even
        row("-1350", "thousands 1", "\u2212$1.4\u00A0k");
        row("0", "millions", "$0.0\u00A0M");
        row("3", "millions 1", "<$0.1\u00A0M");
        row("-3", "millions 1 parentheses", "(<$0.1\u00A0M)");
        row("0.4", "0", "<$1");
        row("4297000000000000.01", "millions 0", "$4,297,000,000\u00A0M");
        row("4297000000000000.01", "9", "$4,297,000,000,000,000.010000000");
        row("170000000000000000000", "thousands 0", "$170,000,000,000,000,000\u00A0k");
        row("0.000000000000000001", "9", "<$0.000000001");
    }
    void amounts_areWrittenAsChosen()
    {
        QFETCH(QString, amount);
        QFETCH(QString, as);
        QFETCH(QString, expected);
        const NumberFormat chosen = format::numberFormatFrom(as);
        QCOMPARE(format::moneyAs(chosen, Amount::parse(amount.toStdString()).take(), Currency("USD"),
                                 format::neutralLocale()),
                 expected);
        QCOMPARE(format::numberFormatFrom(format::toText(chosen)), chosen);
    }
    void texts_thatMakeNoSense_areTheUsualFormat()
    {
        QVERIFY(format::numberFormatFrom(QString()).isUsual());
        QVERIFY(format::numberFormatFrom(QStringLiteral("furlongs -4 \u0000")).isUsual());
        QCOMPARE(format::numberFormatFrom(QStringLiteral("400")).decimals, NumberFormat::kMostDecimals);
    }
};

QTEST_MAIN(TstNumberFormat)
#include "tst_numberformat.moc"

#include <QtTest/QtTest>

#include "models/domain/currencyorder.h"

using namespace altimeter;

namespace {

PartitionInfo partition(const char* currency, std::uint64_t rows, const char* billed, std::uint64_t unknown = 0)
{
    PartitionInfo one;
    one.currency = Currency(currency);
    one.rows = rows;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        one.fileTotal[lens] = *DecimalSum::parse(billed);
        one.unknownRows[lens] = unknown;
    }
    return one;
}

QString order(const std::vector<PartitionInfo>& partitions)
{
    QStringList codes;
    for (const Currency& currency : currenciesInOrder(partitions))
        codes << QString::fromStdString(std::string(currency.code()));
    return codes.join(' ');
}

} // namespace

/// Which currency a page begins with.
class TestCurrencyOrder : public QObject {
    Q_OBJECT

private slots:
    void nothing_hasNoCurrency() { QCOMPARE(order({}), QString()); }

    void mostLinesOfSeveralPartitions_comeFirst()
    {
        QCOMPARE(order({partition("EUR", 5, "900"), partition("USD", 3, "1"), partition("USD", 3, "1")}),
                 QString("USD EUR"));
    }

    void sameLines_goByCode()
    {
        QCOMPARE(order({partition("USD", 3, "1"), partition("CHF", 3, "1"), partition("EUR", 3, "1")}),
                 QString("CHF EUR USD"));
    }

    void noCurrency_comesLastHoweverManyLines()
    {
        QCOMPARE(order({partition("", 5000, "900"), partition("EUR", 1, "0.01"), partition("GBP", 9, "0")}),
                 QString("EUR GBP XXX"));
        QCOMPARE(order({partition("XXX", 2, "5")}), QString("XXX"));
    }

    void nothingCharged_comesBehindWhatIs()
    {
        QCOMPARE(order({partition("USD", 800, "0"), partition("EUR", 2, "-3.5")}), QString("EUR USD"));
    }

    void linesOfUnknownCost_doNotCount()
    {
        QCOMPARE(order({partition("USD", 800, "1", 799), partition("EUR", 2, "3")}), QString("EUR USD"));
        auto billedAlone = partition("USD", 800, "1", 800);
        billedAlone.unknownRows[static_cast<std::size_t>(CostLens::Billed)] = 0;
        QCOMPARE(order({billedAlone, partition("EUR", 2, "3")}), QString("USD EUR"));
    }
};

QTEST_APPLESS_MAIN(TestCurrencyOrder)
#include "tst_currencyorder.moc"

#include <QtTest/QtTest>

#include "models/domain/focus.h"

#include <set>
#include <string>

using namespace altimeter;

namespace {

std::string snakeCase(std::string_view name)
{
    std::string snake;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z' && !snake.empty())
            snake += '_';
        snake += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return snake;
}

} // namespace

class TestFocus : public QObject {
    Q_OBJECT

private slots:
    void columns_everyOne_isFoundByAnySpelling()
    {
        std::set<std::string_view> names;
        for (std::size_t i = 0; i < kColumnCount; ++i) {
            const auto column = static_cast<Column>(i);
            const std::string name(columnName(column));
            QVERIFY(!name.empty());
            names.insert(columnName(column));
            for (const std::string& spelling : {name, snakeCase(name), " " + name + "\r", "\xEF\xBB\xBF" + name,
                                                QByteArray::fromStdString(name).toUpper().toStdString()})
                QVERIFY2(columnByName(spelling) == column, spelling.c_str());
        }
        QCOMPARE(names.size(), kColumnCount);
    }

    void columns_nameSpotChecks_matchTheEnumeration()
    {
        QCOMPARE(columnName(Column::ProviderName), std::string_view("ProviderName"));
        QCOMPARE(columnName(Column::PricingCurrencyListUnitPrice), std::string_view("PricingCurrencyListUnitPrice"));
        QCOMPARE(columnName(Column::CapacityReservationStatus), std::string_view("CapacityReservationStatus"));
        QCOMPARE(columnName(Column::ChargeDescription), std::string_view("ChargeDescription"));
        QCOMPARE(columnName(Column::ChargePeriodStart), std::string_view("ChargePeriodStart"));
        QCOMPARE(columnName(Column::EffectiveCost), std::string_view("EffectiveCost"));
        QCOMPARE(columnName(Column::PricingCurrencyEffectiveCost), std::string_view("PricingCurrencyEffectiveCost"));
        QCOMPARE(columnName(Column::Count), std::string_view());
    }

    void columns_unknownNames_areNotFound()
    {
        for (const char* name : {"", "_", "BilledCosts", "x_BilledCost", "Id", "AmortizedCost", "Billed-Cost",
                                 "a name that is far longer than any column name of the standard could be"})
            QVERIFY2(!columnByName(name).has_value(), name);
    }

    void lenses_names_roundTrip()
    {
        QCOMPARE(lensName(CostLens::Effective), std::string_view("effective"));
        for (const auto lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted})
            QVERIFY(lensByName(lensName(lens)) == lens);
        QVERIFY(lensByName("Billed") == CostLens::Billed);
        QVERIFY(!lensByName("amortized").has_value());
        QVERIFY(!lensByName("").has_value());
    }
};

QTEST_APPLESS_MAIN(TestFocus)
#include "tst_focus.moc"

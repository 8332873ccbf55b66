#include <QTest>

#include "models/domain/farcharges.h"

using namespace altimeter;

class TestFarCharges : public QObject {
    Q_OBJECT

private slots:
    /// The data run from 2026-08-01 to 2026-10-31.
    void dates_sayWhatLiesAwayFromTheData_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("last");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QString>("text");
        QTest::newRow("one near") << "2026-12-20"
                                  << "2026-12-20" << 1 << "2026-12-20";
        QTest::newRow("two near") << "2026-12-20"
                                  << "2027-01-02" << 2 << "2026-12-20 and 2027-01-02";
        QTest::newRow("many near") << "2026-12-20"
                                   << "2027-01-02" << 5 << "2026-12-20 to 2027-01-02";
        QTest::newRow("far in another year") << "2039-09-10"
                                             << "2039-09-10" << 1 << "2039";
        QTest::newRow("far on both sides") << "1900-01-01"
                                           << "9999-12-30" << 2 << "1900 and 9999";
        QTest::newRow("near and far") << "2026-12-20"
                                      << "2028-01-01" << 2 << "2026-12-20 and 2028-01-01";
        QTest::newRow("many, near and far") << "2026-12-20"
                                            << "2028-01-01" << 9 << "2026-12-20 to 2028-01-01";
    }
    void dates_sayWhatLiesAwayFromTheData()
    {
        QFETCH(QString, first);
        QFETCH(QString, last);
        QFETCH(int, rows);
        QFETCH(QString, text);
        FarCharges far;
        far.first = *parseDay(first.toStdString());
        far.last = *parseDay(last.toStdString());
        far.rows = static_cast<std::uint64_t>(rows);
        addYear(far.years, far.first.year());
        addYear(far.years, far.last.year());
        far.dataFrom = Day::fromYmd(2026, 8, 1);
        far.dataThrough = Day::fromYmd(2026, 10, 31);
        QCOMPARE(QString::fromStdString(farDatesText(far)), text);
    }
};

QTEST_APPLESS_MAIN(TestFarCharges)
#include "tst_farcharges.moc"

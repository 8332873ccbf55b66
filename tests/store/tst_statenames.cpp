#include <QTest>

#include "models/store/ingest/linemarks.h"
#include "models/store/ingest/statenames.h"

using namespace altimeter::store;

/// By what deliveries are told apart: what their names say of when they were made, and how much alike their lines are.
class TestStateNames : public QObject {
    Q_OBJECT

private slots:
    void laterByName_says_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<int>("order"); ///< -1: a is older; 0: nothing is said
        QTest::newRow("days") << "focus_2026-06-03.csv"
                              << "focus_2026-06-12.csv" << -1;
        QTest::newRow("days without zeros") << "focus_2026-6-3.csv"
                                            << "focus_2026-06-12.csv" << -1;
        QTest::newRow("compact") << "focus-20260612.csv"
                                 << "focus-20260603.csv" << 1;
        QTest::newRow("one of each") << "focus-20260612.csv"
                                     << "focus-2026-06-13.csv" << -1;
        QTest::newRow("with a time") << "x/20260612T0915/a.csv"
                                     << "x/20260612T0916/a.csv" << -1;
        QTest::newRow("years") << "export 2025-12-31.csv"
                               << "export 2026-01-01.csv" << -1;
        QTest::newRow("runs") << "run9/part_0.csv"
                              << "run10/part_0.csv" << -1;
        QTest::newRow("versions") << "june-v2.csv"
                                  << "june-v1.csv" << 1;
        QTest::newRow("identifiers of programs")
            << "20260601-20260630/202606030915/0f0e0d0c-0b0a-0908-0706-050403020100/p.csv"
            << "20260601-20260630/202606040915/1f0e0d0c-0b0a-0908-0706-050403020100/p.csv" << -1;
        QTest::newRow("identifiers behind a day") << "f_2026-06-03_8f70d465-8856-4827-aaf4-b7ac03614a8b.csv"
                                                  << "f_2026-06-04_096a48a1-ef6c-4fc5-8e54-29df4616f203.csv" << -1;
        QTest::newRow("identifiers alone") << "0f0e0d0c-0b0a-0908-0706-050403020100/p.csv"
                                           << "1f0e0d0c-0b0a-0908-0706-050403020100/p.csv" << 0;
        QTest::newRow("parts") << "run1/part-0.csv"
                               << "run1/part-1.csv" << 0;
        QTest::newRow("parts of two runs") << "run1/part-0.csv"
                                           << "run2/part-1.csv" << 0;
        QTest::newRow("words") << "old.csv"
                               << "new.csv" << 0;
        QTest::newRow("letters") << "a-run/part.csv"
                                 << "b-run/part.csv" << 0;
        QTest::newRow("another name") << "a_2026-06-03.csv"
                                      << "b_2026-06-12.csv" << 0;
        QTest::newRow("contradiction") << "2026-06-03/a_2026-06-12.csv"
                                       << "2026-06-12/a_2026-06-03.csv" << 0;
        QTest::newRow("no month") << "order 2026-77.csv"
                                  << "order 2026-78.csv" << 0;
        QTest::newRow("the same") << "a_2026-06-03.csv"
                                  << "a_2026-06-03.csv" << 0;
        QTest::newRow("long digits") << "v99999999999999999999999999/a.csv"
                                     << "v1/a.csv" << 1;
        QTest::newRow("nothing") << ""
                                 << "" << 0;
    }
    void laterByName_says()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(int, order);
        const auto said = [](const QString& left, const QString& right) {
            const auto found = laterByName(left.toStdString(), right.toStdString());
            return found == std::partial_ordering::less ? -1 : found == std::partial_ordering::greater ? 1 : 0;
        };
        QCOMPARE(said(a, b), order);
        QCOMPARE(said(b, a), -order);
    }

    void digitsBehindTheFirst_tellAnAmount_data()
    {
        QTest::addColumn<qint64>("mantissa");
        QTest::addColumn<int>("scale");
        QTest::addColumn<bool>("hasResource");
        QTest::addColumn<int>("telling");
        QTest::newRow("nothing") << qint64{0} << 0 << true << 0;
        QTest::newRow("one hundred") << qint64{10'000} << 2 << false << 0;
        QTest::newRow("27.00") << qint64{2'700} << 2 << false << 1;
        QTest::newRow("10.50") << qint64{1'050} << 2 << false << 2;
        QTest::newRow("-10.50") << qint64{-1'050} << 2 << false << 2;
        QTest::newRow("10.50 of a resource") << qint64{1'050} << 2 << true << 5;
        QTest::newRow("0.00000015") << qint64{15} << 8 << false << 1;
        QTest::newRow("many digits") << qint64{1'234'567'890'123'456'789} << 9 << false << 11;
    }
    void digitsBehindTheFirst_tellAnAmount()
    {
        QFETCH(qint64, mantissa);
        QFETCH(int, scale);
        QFETCH(bool, hasResource);
        QFETCH(int, telling);
        LineContent content;
        content.numbers[static_cast<std::size_t>(altimeter::CostLens::Billed)] =
            altimeter::Decimal{mantissa, static_cast<std::uint8_t>(scale)};
        QCOMPARE(int{markOf({1, 2, 3, hasResource}, content).telling}, telling);
    }
};

QTEST_GUILESS_MAIN(TestStateNames)
#include "tst_statenames.moc"

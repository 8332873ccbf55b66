#include <QTest>

#include "models/domain/cadence.h"

#include <vector>

using namespace altimeter;

class TestCadence : public QObject {
    Q_OBJECT

private slots:
    void pause_isOneWhereTheAccountNeverMadeIt_data()
    {
        QTest::addColumn<QList<int>>("days");
        QTest::addColumn<int>("through");
        QTest::addColumn<int>("pause"); ///< -1: goes on
        const QList<int> daily{1, 2, 3, 4, 5, 6, 7};
        QTest::newRow("nothing") << QList<int>{} << 30 << -1;
        QTest::newRow("one day") << QList<int>{1} << 300 << -1;
        QTest::newRow("four days tell no habit") << QList<int>{1, 2, 3, 4} << 300 << -1;
        QTest::newRow("daily, to the end") << daily << 7 << -1;
        QTest::newRow("daily, three days behind") << daily << 10 << -1;
        QTest::newRow("daily, four days behind") << daily << 11 << 1;
        QTest::newRow("weekdays, a long weekend") << QList<int>{1, 2, 3, 4, 5, 8, 9, 10, 11, 12} << 18 << -1;
        QTest::newRow("weekdays, a week") << QList<int>{1, 2, 3, 4, 5, 8, 9, 10, 11, 12} << 19 << 3;
        QTest::newRow("weekly, one missed") << QList<int>{1, 8, 15, 22, 29} << 43 << -1;
        QTest::newRow("weekly, two missed") << QList<int>{1, 8, 15, 22, 29} << 44 << 7;
        QTest::newRow("monthly, one missed") << QList<int>{1, 32, 60, 91, 121} << 182 << -1;
        QTest::newRow("monthly, gone") << QList<int>{1, 32, 60, 91, 121} << 184 << 31;
        QTest::newRow("with a pause of its own") << QList<int>{1, 2, 3, 20, 21, 22} << 50 << -1;
    }
    void pause_isOneWhereTheAccountNeverMadeIt()
    {
        QFETCH(QList<int>, days);
        QFETCH(int, through);
        QFETCH(int, pause);
        std::vector<Day> all;
        for (const int day : days)
            all.push_back(Day{20'000 + day});
        QCOMPARE(stoppedPause(all, Day{20'000 + through}).value_or(-1), pause);
    }
};

QTEST_APPLESS_MAIN(TestCadence)
#include "tst_cadence.moc"

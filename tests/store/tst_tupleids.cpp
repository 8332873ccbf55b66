#include <QTest>

#include "models/store/ingest/tupleids.h"

#include <string>

using namespace altimeter::store;

namespace {

Fingerprint of(int number)
{
    return Fingerprint::of(std::to_string(number));
}

} // namespace

class TestTupleIds : public QObject {
    Q_OBJECT

private slots:
    void belowTheLimit_everyKeyIsFound()
    {
        FingerprintMap<int> map;
        QVERIFY(!map.find(of(0)));
        for (int i = 0; i < 50'000; ++i)
            map.insert(of(i), i);
        QVERIFY(!map.isFull());
        for (int i = 0; i < 50'000; ++i)
            QCOMPARE(*map.find(of(i)), i);
        for (int i = 50'000; i < 60'000; ++i)
            QVERIFY(!map.find(of(i)));
    }

    void atTheLimit_theFirstStay_andTheRestIsForgotten_data()
    {
        QTest::addColumn<int>("limit");
        for (const int limit : {0, 1, 3, 768, 769, 5000})
            QTest::addRow("%d", limit) << limit;
    }
    void atTheLimit_theFirstStay_andTheRestIsForgotten()
    {
        QFETCH(int, limit);
        FingerprintMap<int> map(static_cast<std::size_t>(limit));
        for (int i = 0; i < 10'000; ++i) {
            QCOMPARE(map.isFull(), i >= limit);
            map.insert(of(i), i);
        }
        for (int i = 0; i < 10'000; ++i) {
            const int* found = map.find(of(i));
            QCOMPARE(found != nullptr, i < limit);
            QVERIFY(!found || *found == i);
        }
    }

    void keysThatStartAtOneSlot_areToldApart()
    {
        FingerprintMap<int> map;
        for (std::uint64_t i = 0; i < 3000; ++i)
            map.insert({i << 40U, i}, static_cast<int>(i)); // all at the first slot of a small table
        for (std::uint64_t i = 0; i < 3000; ++i)
            QCOMPARE(*map.find({i << 40U, i}), static_cast<int>(i));
        QVERIFY(!map.find({0, 1}));
    }
};

QTEST_APPLESS_MAIN(TestTupleIds)
#include "tst_tupleids.moc"

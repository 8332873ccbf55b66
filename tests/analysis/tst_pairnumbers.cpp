#include <QRandomGenerator>
#include <QTest>

#include "models/analysis/attribution/pairnumbers.h"

#include <map>

using namespace altimeter::analysis;

class TestPairNumbers : public QObject {
    Q_OBJECT

private slots:
    void pairs_areNumberedInTheOrderTheyCome_data()
    {
        QTest::addColumn<quint64>("as");
        QTest::addColumn<quint64>("bs");
        QTest::newRow("array") << quint64{50} << quint64{40};
        QTest::newRow("one") << quint64{1} << quint64{1};
        QTest::newRow("largest array") << quint64{1U << 11U} << quint64{1U << 11U};
        QTest::newRow("hash table") << quint64{(1U << 11U) + 1} << quint64{1U << 11U};
        QTest::newRow("wide numbers") << quint64{0xffffffffU} << quint64{0xffffffffU};
    }
    void pairs_areNumberedInTheOrderTheyCome()
    {
        QFETCH(quint64, as);
        QFETCH(quint64, bs);
        QRandomGenerator random(1);
        PairNumbers numbers(as, bs);
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> expected;
        for (int i = 0; i < 20'000; ++i) {
            const bool isNear = i % 2 == 0; // some pairs come again
            const auto below = [&](quint64 limit) {
                return static_cast<std::uint32_t>(random.generate64() %
                                                  (isNear ? std::min<quint64>(limit, 30) : limit));
            };
            const std::uint32_t a = below(as);
            const std::uint32_t b = below(bs);
            const auto number = expected.try_emplace({a, b}, static_cast<std::uint32_t>(expected.size())).first->second;
            QCOMPARE(numbers.of(a, b), number);
            QCOMPARE(numbers.size(), static_cast<std::uint32_t>(expected.size()));
        }
    }
};

QTEST_APPLESS_MAIN(TestPairNumbers)
#include "tst_pairnumbers.moc"

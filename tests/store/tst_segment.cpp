#include <QRandomGenerator>
#include <QTest>

#include "models/store/factstore.h"
#include "models/store/segment.h"

using namespace altimeter;
using namespace altimeter::store;

namespace {

std::optional<Decimal> randomDecimal(QRandomGenerator& random)
{
    switch (random.bounded(6)) {
    case 0:
        return std::nullopt;
    case 1: { // more than 64 bits
        Int128 wide = static_cast<Int128>(random.generate64()) * random.bounded(1'000'000'000);
        return Decimal{random.bounded(2) == 0 ? wide : -wide, static_cast<std::uint8_t>(random.bounded(25))};
    }
    default:
        return Decimal{static_cast<std::int64_t>(random.generate64() >> random.bounded(64U)) - 1000,
                       static_cast<std::uint8_t>(random.bounded(19))};
    }
}

Segment randomSegment(QRandomGenerator& random, int rows)
{
    Segment segment;
    for (int row = 0; row < rows; ++row) {
        segment.combo.push_back(random.bounded(1U << random.bounded(1U, 20U)));
        segment.bill.push_back(random.bounded(3U));
        segment.line.push_back(static_cast<std::uint64_t>(row) + 2);
        segment.chargeStart.push_back(1'756'684'800 + 3600 * static_cast<std::int64_t>(random.bounded(720)));
        segment.chargeEnd.push_back(segment.chargeStart.back() + (random.bounded(2) == 0 ? 3600 : -5));
        segment.hasEnd.push_back(random.bounded(5) == 0 ? 0 : 1);
        for (DecimalColumn& column : segment.cost)
            column.add(randomDecimal(random));
        for (DecimalColumn& column : segment.quantity)
            column.add(randomDecimal(random));
    }
    InlineColumn column{"x_Id", {}};
    for (int row = 0; row < rows; ++row)
        column.texts.push_back(random.bounded(4) == 0 ? "" : "id-" + std::to_string(random.generate()));
    segment.inlineColumns.push_back(column);
    return segment;
}

bool same(const std::optional<Decimal>& a, const std::optional<Decimal>& b)
{
    return a.has_value() == b.has_value() && (!a || (a->mantissa == b->mantissa && a->scale == b->scale));
}

} // namespace

class TestSegment : public QObject {
    Q_OBJECT

private slots:
    void randomSegments_surviveEncoding()
    {
        QRandomGenerator random(3);
        for (const int rows : {0, 1, 2, 17, 1000, 5000}) {
            const Segment original = randomSegment(random, rows);
            const auto decoded = decode(encode(original));
            QVERIFY2(decoded, decoded ? "" : decoded.error().text().c_str());
            QVERIFY(decoded->combo == original.combo && decoded->bill == original.bill &&
                    decoded->line == original.line);
            QVERIFY(decoded->chargeStart == original.chargeStart && decoded->chargeEnd == original.chargeEnd);
            QVERIFY(decoded->hasEnd == original.hasEnd);
            QVERIFY(decoded->inlineColumns.front().texts == original.inlineColumns.front().texts);
            for (std::size_t row = 0; row < original.size(); ++row) {
                for (std::size_t i = 0; i < 4; ++i) {
                    QVERIFY(same(decoded->cost[i].at(row), original.cost[i].at(row)));
                    QVERIFY(same(decoded->quantity[i].at(row), original.quantity[i].at(row)));
                }
            }
        }
    }

    void extremes_surviveEncoding()
    {
        Segment segment;
        for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(),
                                         std::numeric_limits<std::int64_t>::max(), std::int64_t{0}, std::int64_t{-1}}) {
            segment.combo.push_back(std::numeric_limits<std::uint32_t>::max());
            segment.bill.push_back(0);
            segment.line.push_back(1);
            segment.chargeStart.push_back(0);
            segment.chargeEnd.push_back(0);
            segment.hasEnd.push_back(0);
            for (DecimalColumn& column : segment.cost)
                column.add(Decimal{value, 18});
            for (DecimalColumn& column : segment.quantity)
                column.add(std::nullopt);
        }
        const auto decoded = decode(encode(segment));
        QVERIFY(decoded);
        QVERIFY(decoded->cost[0].mantissa == segment.cost[0].mantissa);
    }

    void damagedBytes_areRefusedOrDecoded_neverRead_outside()
    {
        QRandomGenerator random(5);
        const std::vector<std::uint8_t> good = encode(randomSegment(random, 200));
        for (int i = 0; i < 3000; ++i) {
            std::vector<std::uint8_t> bad = good;
            for (quint32 flips = random.bounded(1U, 4U); flips > 0; --flips)
                bad[random.bounded(static_cast<quint32>(bad.size()))] ^=
                    static_cast<std::uint8_t>(1U << random.bounded(8));
            if (random.bounded(3) == 0)
                bad.resize(random.bounded(static_cast<quint32>(bad.size())));
            QVERIFY(bad == good || checksumOf(bad) != checksumOf(good));
            (void)decode(bad); // ASan watches
            std::array<Int128, kLensCount> carry{};
            (void)decodeFacts(bad, carry);
        }
    }

    void facts_addUpToTheExactSum()
    {
        QRandomGenerator random(9);
        Segment segment;
        DecimalSum exact;
        for (int row = 0; row < 4000; ++row) {
            const Decimal value{static_cast<std::int64_t>(random.generate64() >> 20U) - (std::int64_t{1} << 42U),
                                static_cast<std::uint8_t>(random.bounded(25))};
            segment.combo.push_back(0);
            segment.bill.push_back(0);
            segment.line.push_back(1);
            segment.chargeStart.push_back(0);
            segment.chargeEnd.push_back(0);
            segment.hasEnd.push_back(0);
            segment.cost[0].add(value);
            for (std::size_t lens = 1; lens < kLensCount; ++lens)
                segment.cost[lens].add(std::nullopt);
            for (DecimalColumn& column : segment.quantity)
                column.add(std::nullopt);
            exact.add(value);
        }
        std::array<Int128, kLensCount> carry{};
        const auto chunk = decodeFacts(encode(segment), carry);
        QVERIFY(chunk);
        DecimalSum counted;
        for (std::size_t row = 0; row < chunk->size(); ++row)
            counted.add(Decimal{chunk->cost[0].at(row).attos(), 18});
        counted.add(Decimal{carry[0], 36});
        QVERIFY(counted == exact);
        QVERIFY(chunk->cost[1].isUnknown(0));
    }

    void tags_ofEveryShape_areRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("json") << R"({"team": "web", "env": "prod"})"
                              << "team"
                              << "web";
        QTest::newRow("blank and case") << R"({" Team ": "web"})"
                                        << "team"
                                        << "web";
        QTest::newRow("number") << R"({"cost": 12})"
                                << "cost"
                                << "12";
        QTest::newRow("true") << R"({"beta": true})"
                              << "beta"
                              << "true";
        QTest::newRow("no braces") << R"("org": "retail","team": "web")"
                                   << "team"
                                   << "web";
        QTest::newRow("map text") << "{team=web, env=prod}"
                                  << "env"
                                  << "prod";
        QTest::newRow("word") << "critical"
                              << "critical"
                              << "true";
        QTest::newRow("first spelling with a value") << R"({"TEAM": "", "team": "web"})"
                                                     << "team"
                                                     << "web";
    }
    void tags_ofEveryShape_areRead()
    {
        QFETCH(QString, text);
        QFETCH(QString, key);
        QFETCH(QString, value);
        for (const TagPair& pair : decodeTags(text.toStdString())) {
            if (pair.key == key.toStdString()) {
                QCOMPARE(pair.value, value.toStdString());
                return;
            }
        }
        QFAIL("the key was not found");
    }

    void tags_deepNesting_isNoCrash()
    {
        QVERIFY(decodeTags(std::string(100'000, '[')).size() <= 1);
        QVERIFY(decodeTags(std::string(100'000, '{')).size() <= 1);
    }
};

QTEST_APPLESS_MAIN(TestSegment)
#include "tst_segment.moc"

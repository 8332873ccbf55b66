#include <QRandomGenerator>
#include <QTest>

#include "models/store/segments/segment.h"
#include "models/store/segments/tagtext.h"

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
        return Decimal{random.bounded(2) == 0 ? wide : -wide, static_cast<std::uint8_t>(9 + random.bounded(16))};
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

EncodedSegment encodedOf(const Segment& segment)
{
    std::array<Int128, kLensCount> carry{};
    auto encoded = encode(segment, carry);
    return encoded ? encoded.take() : EncodedSegment();
}

void readAll(const FactChunk& chunk)
{
    for (std::size_t run = 0; run < chunk.runs(); ++run) {
        if (chunk.hasRunTotals)
            (void)chunk.cost[run % kLensCount].runTotal(run);
        for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row)
            (void)chunk.cost[row % kLensCount].at(row);
    }
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
            const auto encoded = encodedOf(original);
            const auto chunk = FactChunk::open(encoded.facts);
            QVERIFY2(chunk, chunk ? "" : chunk.error().text().c_str());
            const auto lines = SegmentLines::open(*chunk, encoded.lines);
            QVERIFY2(lines, lines ? "" : lines.error().text().c_str());
            QCOMPARE(lines->size(), original.size());
            for (std::size_t at = 0; at < lines->size(); ++at) {
                const auto row = static_cast<std::size_t>(chunk->order.at(at));
                QVERIFY(lines->combo(at) == original.combo[row] && lines->bill(at) == original.bill[row]);
                QCOMPARE(lines->line(at), original.line[row]);
                QCOMPARE(lines->chargeStart(at).seconds, original.chargeStart[row]);
                QCOMPARE(lines->chargeEnd(at).isValid(), original.hasEnd[row] != 0);
                if (original.hasEnd[row] != 0)
                    QCOMPARE(lines->chargeEnd(at).seconds, original.chargeEnd[row]);
                QVERIFY(lines->inlineColumns().front().text(at) == original.inlineColumns.front().texts[row]);
                for (std::size_t i = 0; i < 4; ++i) {
                    QVERIFY(same(lines->cost(i, at), original.cost[i].at(row)));
                    QVERIFY(same(lines->quantity(i, at), original.quantity[i].at(row)));
                    QCOMPARE(chunk->cost[i].isUnknown(at), !original.cost[i].at(row).has_value());
                }
            }
        }
    }

    void runs_addUpToTheirLines()
    {
        QRandomGenerator random(4);
        Segment segment = randomSegment(random, 4000);
        for (std::uint32_t& combo : segment.combo)
            combo %= 50; // long runs
        const auto chunk = FactChunk::open(encodedOf(segment).facts);
        QVERIFY(chunk);
        QVERIFY(chunk->hasRunTotals);
        std::size_t rows = 0;
        for (std::size_t run = 0; run < chunk->runs(); ++run) {
            QVERIFY(run == 0 || chunk->runCombo.at(run) > chunk->runCombo.at(run - 1) ||
                    chunk->runBill.at(run) > chunk->runBill.at(run - 1));
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                AmountSum sum;
                std::int64_t unknown = 0;
                for (std::size_t row = chunk->runBegin(run); row < chunk->runEnd(run); ++row) {
                    sum.add(chunk->cost[lens].at(row));
                    unknown += chunk->cost[lens].isUnknown(row) ? 1 : 0;
                    QCOMPARE(chunk->runOf(row), run);
                    QVERIFY(row == chunk->runBegin(run) || chunk->day.at(row - 1) <= chunk->day.at(row));
                }
                QVERIFY(sum.amount() == chunk->cost[lens].runTotal(run));
                QCOMPARE(chunk->cost[lens].runUnknown.at(run), unknown);
            }
            rows += chunk->runEnd(run) - chunk->runBegin(run);
        }
        QCOMPARE(rows, chunk->size());
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
        const auto encoded = encodedOf(segment);
        const auto chunk = FactChunk::open(encoded.facts);
        QVERIFY(chunk);
        const auto lines = SegmentLines::open(*chunk, encoded.lines);
        QVERIFY(lines);
        for (std::size_t row = 0; row < segment.size(); ++row)
            QVERIFY(same(lines->cost(0, row), segment.cost[0].at(row)));
    }

    void damagedBytes_areRefusedOrRead_neverOutside()
    {
        QRandomGenerator random(5);
        const EncodedSegment good = encodedOf(randomSegment(random, 200));
        const auto damaged = [&random](const std::vector<std::uint8_t>& bytes) {
            std::vector<std::uint8_t> bad = bytes;
            for (quint32 flips = random.bounded(1U, 4U); flips > 0; --flips)
                bad[random.bounded(static_cast<quint32>(bad.size()))] ^=
                    static_cast<std::uint8_t>(1U << random.bounded(8));
            if (random.bounded(3) == 0)
                bad.resize(random.bounded(static_cast<quint32>(bad.size())));
            return bad;
        };
        const auto intact = FactChunk::open(good.facts);
        QVERIFY(intact);
        for (int i = 0; i < 3000; ++i) { // ASan watches
            const auto facts = damaged(good.facts);
            QVERIFY(facts == good.facts || checksumOf(facts) != checksumOf(good.facts));
            if (const auto chunk = FactChunk::open(facts)) {
                readAll(*chunk);
                (void)SegmentLines::open(*chunk, good.lines);
            }
            const auto bytes = damaged(good.lines);
            if (const auto lines = SegmentLines::open(*intact, bytes)) {
                for (std::size_t row = 0; row < lines->size(); ++row) {
                    (void)lines->cost(row % 4, row);
                    (void)lines->quantity(row % 4, row);
                    (void)lines->chargeEnd(row);
                }
            }
        }
    }

    /// Whoever writes a file can make its checksums hold: what is opened must agree with itself all the same.
    void alteredByte_isRefused_orContradictsNothing()
    {
        QRandomGenerator random(6);
        Segment segment = randomSegment(random, 60);
        for (std::uint32_t& combo : segment.combo)
            combo %= 4;
        for (std::size_t row = 0; row < segment.size(); ++row) { // one column of 64 bits
            if (segment.cost[0].scale[row] != DecimalColumn::kNull)
                segment.cost[0].scale[row] = row % 3 == 0 ? 9 : 2;
            segment.cost[0].mantissa[row] %= 1'000'000;
        }
        segment.cost[0].wide.clear();
        segment.cost[1] = segment.cost[2] = segment.cost[0];
        segment.cost[3] = DecimalColumn();
        for (std::size_t row = 0; row < segment.size(); ++row) // and one beyond
            segment.cost[3].add(Decimal{static_cast<Int128>(row) * 1'000'000'007 * 1'000'000'007 * 1'000, 18});
        const EncodedSegment good = encodedOf(segment);
        const auto intact = FactChunk::open(good.facts);
        QVERIFY(intact);
        QVERIFY(intact->hasRunTotals && !intact->cost[0].wide);
        int opened = 0;
        for (std::size_t at = 0; at < good.facts.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                auto facts = good.facts;
                facts[at] ^= static_cast<std::uint8_t>(1U << bit);
                const auto chunk = FactChunk::open(facts);
                if (!chunk)
                    continue;
                ++opened;
                for (std::size_t run = 0; run < chunk->runs(); ++run) {
                    std::int64_t before = FactChunk::kEarliestDay;
                    std::array<AmountSum, kLensCount> sums;
                    for (std::size_t row = chunk->runBegin(run); row < chunk->runEnd(run); ++row) {
                        const std::int64_t day = chunk->day.at(row);
                        QVERIFY(day >= before &&
                                std::find(chunk->days.begin(), chunk->days.end(), day) != chunk->days.end());
                        before = day;
                        QVERIFY(static_cast<std::uint64_t>(chunk->order.at(row)) < chunk->size());
                        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                            const AmountColumn& cost = chunk->cost[lens];
                            QVERIFY(!cost.isUnknown(row) || cost.at(row).isZero());
                            sums[lens].add(cost.at(row));
                        }
                    }
                    for (std::size_t lens = 0; lens < kLensCount; ++lens)
                        QVERIFY(!chunk->hasRunTotals || sums[lens].amount() == chunk->cost[lens].runTotal(run));
                }
            }
        }
        QVERIFY(opened < static_cast<int>(good.facts.size())); // the digits without totals: the proof tells those
        for (std::size_t at = 0; at < good.lines.size(); ++at) {
            auto bytes = good.lines;
            bytes[at] ^= static_cast<std::uint8_t>(1U << random.bounded(8));
            const auto lines = SegmentLines::open(*intact, bytes);
            for (std::size_t row = 0; lines && row < lines->size(); ++row) {
                QCOMPARE(lines->cost(0, row).has_value(), !intact->cost[0].isUnknown(row));
                const auto amount = Amount::fromDecimal(lines->cost(0, row).value_or(Decimal()));
                QVERIFY(amount && *amount == intact->cost[0].at(row));
            }
        }
    }

    void moreInlineColumnsThanAreWritten_areRefused()
    {
        QRandomGenerator random(7);
        for (const std::size_t columns : {Segment::kMaxInlineColumns, Segment::kMaxInlineColumns + 1}) {
            Segment segment = randomSegment(random, 3);
            segment.inlineColumns.resize(columns, segment.inlineColumns.front());
            const EncodedSegment encoded = encodedOf(segment);
            const auto chunk = FactChunk::open(encoded.facts);
            QVERIFY(chunk);
            QCOMPARE(SegmentLines::open(*chunk, encoded.lines).ok(), columns == Segment::kMaxInlineColumns);
        }
    }

    void daysBeyondTheCalendar_areRefused()
    {
        for (const std::int32_t day :
             {FactChunk::kEarliestDay - 1, FactChunk::kEarliestDay, FactChunk::kLatestDay, FactChunk::kLatestDay + 1}) {
            FactRows rows;
            rows.combo = rows.bill = rows.order = {0};
            rows.day = {day};
            for (FactRows::Cost& cost : rows.cost)
                cost.narrow = {1};
            const bool isInside = day >= FactChunk::kEarliestDay && day <= FactChunk::kLatestDay;
            QCOMPARE(FactChunk::open(packFacts(rows)).ok(), isInside);
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
        const auto encoded = encode(segment, carry);
        QVERIFY(encoded);
        const auto chunk = FactChunk::open(encoded->facts);
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

    void tags_bracketsInsideAValue_areText()
    {
        const std::string many(200, '{');
        const auto pairs = decodeTags("{\"note\": \"" + many + "\\\" [[\", \"team\": \"search\"}");
        QCOMPARE(pairs.size(), std::size_t{2});
        QCOMPARE(pairs[0].value, many + "\" [[");
        QCOMPARE(pairs[1].value, std::string("search"));
        std::string wide = "{\"team\": \"search\"";
        for (int i = 0; i < 100; ++i)
            wide += ", \"k" + std::to_string(i) + "\": []";
        QCOMPARE(decodeTags(wide + "}").size(), std::size_t{101});
    }

    void tags_deepNesting_isNoCrash()
    {
        QVERIFY(decodeTags(std::string(100'000, '[')).size() <= 1);
        QVERIFY(decodeTags(std::string(100'000, '{')).size() <= 1);
    }
};

QTEST_APPLESS_MAIN(TestSegment)
#include "tst_segment.moc"

#include <QRandomGenerator>
#include <QTest>

#include "models/facts/dimindex.h"
#include "models/facts/factchunk.h"
#include "models/text/words.h"
#include "tests/testkit/randomfacts.h"

#include <numeric>
#include <set>

using namespace altimeter;
using testkit::oneIn;
using testkit::pick;

namespace {

std::vector<std::int64_t> randomNumbers(QRandomGenerator& random, std::size_t size)
{
    const quint32 bits = random.bounded(65U);
    const auto low = static_cast<std::int64_t>(oneIn(random, 2) ? random.generate64() : 0);
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint64_t distance = bits == 0 ? 0 : random.generate64() >> (64 - bits);
        values.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + distance));
    }
    return values;
}

/// Lines of few or many runs with costs of every kind.
std::vector<testkit::FactLine> randomLines(QRandomGenerator& random, std::size_t size)
{
    const auto combos = pick(random, std::vector<quint32>{1, 4, 100, 0xffffffffU});
    const auto bills = pick(random, std::vector<quint32>{1, 3, 0xffffffffU});
    const int days = pick(random, std::vector<int>{1, 31, 400});
    std::vector<testkit::FactLine> lines(size);
    for (testkit::FactLine& line : lines) {
        line.combo = random.bounded(combos);
        line.bill = random.bounded(bills);
        line.day = testkit::kFirstDay + static_cast<int>(random.bounded(days));
    }
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const int scale = static_cast<int>(random.bounded(19));
        const bool isWide = oneIn(random, 4);
        const quint32 unknownIn = oneIn(random, 2) ? 3 : 1'000'000;
        const bool isCopy = lens > 0 && oneIn(random, 3);
        for (testkit::FactLine& line : lines) {
            if (isCopy)
                line.cost[lens] = line.cost[lens - 1];
            else if (!oneIn(random, unknownIn))
                line.cost[lens] = testkit::randomAmount(random, scale, isWide);
        }
    }
    return lines;
}

/// Weights by the school method: whole parts first, then one unit each to the largest remainders.
std::vector<Int128> schoolSplit(Int128 total, const std::vector<std::int64_t>& weights)
{
    const bool isNegative = total < 0;
    const UInt128 amount = isNegative ? -static_cast<UInt128>(total) : static_cast<UInt128>(total);
    const UInt128 sum =
        std::accumulate(weights.begin(), weights.end(), UInt128{0},
                        [](UInt128 all, std::int64_t weight) { return all + static_cast<UInt128>(weight); });
    std::vector<Int128> parts;
    std::vector<std::pair<UInt128, std::size_t>> rests;
    UInt128 left = amount;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const UInt128 product = amount * static_cast<UInt128>(weights[i]);
        parts.push_back(static_cast<Int128>(product / sum));
        rests.emplace_back(product % sum, i);
        left -= product / sum;
    }
    std::stable_sort(rests.begin(), rests.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i)
        ++parts[rests[i].second];
    for (Int128& part : parts)
        part = isNegative ? -part : part;
    return parts;
}

} // namespace

class TestFactChunk : public QObject {
    Q_OBJECT

private slots:
    void packedNumbers_ofEveryWidth_comeBack()
    {
        QRandomGenerator random(1);
        std::array<int, 9> widths{};
        for (int round = 0; round < 400; ++round) {
            const auto values = randomNumbers(random, random.bounded(200U));
            const auto text = std::string(random.bounded(5U), 'x');
            ByteWriter out;
            out.text(text);
            out.packed(values);
            out.number(std::uint16_t{4711});
            out.packed(values.size(), [&values](std::size_t row) { return values[values.size() - 1 - row]; });
            out.number(std::uint64_t{0});
            const auto bytes = out.take();
            ByteReader in(bytes);
            QCOMPARE(in.text(), text);
            const PackedColumn column = in.packed(values.size());
            QCOMPARE(in.number<std::uint16_t>(), std::uint16_t{4711});
            const PackedColumn reversed = in.packed(values.size());
            QVERIFY(!in.failed());
            QCOMPARE(in.left(), kPackedSlack);
            ++widths[column.width];
            for (std::size_t row = 0; row < values.size(); ++row) {
                QCOMPARE(column.at(row), values[row]);
                QCOMPARE(reversed.at(row), values[values.size() - 1 - row]);
            }
        }
        QVERIFY(std::all_of(widths.begin(), widths.end(), [](int count) { return count > 0; }));
    }

    void packedExtremes_comeBack()
    {
        const std::vector<std::int64_t> values{std::numeric_limits<std::int64_t>::max(), 0, -1,
                                               std::numeric_limits<std::int64_t>::min()};
        ByteWriter out;
        out.packed(values);
        out.number(std::uint64_t{0});
        const auto bytes = out.take();
        ByteReader in(bytes);
        const PackedColumn column = in.packed(values.size());
        for (std::size_t row = 0; row < values.size(); ++row)
            QCOMPARE(column.at(row), values[row]);
    }

    void shortBytes_areAFailure()
    {
        ByteWriter out;
        out.text("some text");
        out.packed(std::vector<int>{1, 2, 300});
        out.number(std::uint64_t{0});
        const auto bytes = out.take();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            ByteReader in(cut);
            (void)in.text();
            (void)in.packed(3);
            (void)in.number<std::uint64_t>();
            QVERIFY(in.failed());
            QCOMPARE(in.number<std::uint32_t>(), 0U);
            QVERIFY(in.text().empty());
        }
    }

    void order_isStable()
    {
        QRandomGenerator random(2);
        for (int round = 0; round < 300; ++round) {
            auto lines = randomLines(random, random.bounded(400U));
            if (oneIn(random, 3)) {
                std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
                for (auto& line : lines)
                    line.bill = 7;
            }
            std::vector<std::uint32_t> combo, bill, expected(lines.size());
            std::vector<std::int32_t> day;
            for (const auto& line : lines) {
                combo.push_back(line.combo);
                bill.push_back(line.bill);
                day.push_back(line.day.number - (oneIn(random, 50) && round % 2 == 0 ? 100'000 : 0));
            }
            std::iota(expected.begin(), expected.end(), 0U);
            std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
                return std::tie(combo[a], bill[a], day[a]) < std::tie(combo[b], bill[b], day[b]);
            });
            QVERIFY(factOrder(combo, bill, day) == expected);
        }
    }

    void randomChunks_holdWhatWasPacked()
    {
        QRandomGenerator random(3);
        int withTotals = 0;
        int wide = 0;
        for (int round = 0; round < 250; ++round) {
            const auto lines = randomLines(random, random.bounded(1U, 500U));
            std::vector<const testkit::FactLine*> pointers;
            for (const auto& line : lines)
                pointers.push_back(&line);
            const int scale = static_cast<int>(random.bounded(19));
            const FactRows rows = testkit::sortedRows(pointers, {scale, scale, 0, 18});
            const auto bytes = packFacts(rows);
            QVERIFY(packFacts(rows) == bytes);
            const auto chunk = FactChunk::open(bytes);
            QVERIFY2(chunk, chunk ? "" : chunk.error().text().c_str());
            QCOMPARE(chunk->size(), lines.size());
            withTotals += chunk->hasRunTotals ? 1 : 0;
            std::set<std::int32_t> days;
            std::size_t run = 0;
            for (std::size_t row = 0; row < lines.size(); ++row) {
                const testkit::FactLine& line = lines[static_cast<std::size_t>(chunk->order.at(row))];
                run += row == chunk->runEnd(run) ? 1U : 0U;
                QCOMPARE(chunk->runOf(row), run);
                QCOMPARE(chunk->runCombo.at(run), std::int64_t{line.combo});
                QCOMPARE(chunk->runBill.at(run), std::int64_t{line.bill});
                QCOMPARE(chunk->day.at(row), std::int64_t{line.day.number});
                QVERIFY(row == chunk->runBegin(run) || chunk->day.at(row - 1) <= chunk->day.at(row));
                days.insert(line.day.number);
                for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                    QCOMPARE(chunk->cost[lens].isUnknown(row), !line.cost[lens].has_value());
                    QVERIFY(chunk->cost[lens].at(row) == line.cost[lens].value_or(Amount()));
                }
            }
            QCOMPARE(run + 1, chunk->runs());
            QVERIFY(std::equal(days.begin(), days.end(), chunk->days.begin(), chunk->days.end()));
            QCOMPARE(chunk->firstDay.number, *days.begin());
            QCOMPARE(chunk->lastDay.number, *days.rbegin());
            for (run = 0; run < chunk->runs(); ++run) {
                if (run > 0) { // neighbours differ, and go upwards
                    QVERIFY(std::pair(chunk->runCombo.at(run - 1), chunk->runBill.at(run - 1)) <
                            std::pair(chunk->runCombo.at(run), chunk->runBill.at(run)));
                }
                for (std::size_t lens = 0; lens < kLensCount && chunk->hasRunTotals; ++lens) {
                    AmountSum sum;
                    std::int64_t unknown = 0;
                    for (std::size_t row = chunk->runBegin(run); row < chunk->runEnd(run); ++row) {
                        sum.add(chunk->cost[lens].at(row));
                        unknown += chunk->cost[lens].isUnknown(row) ? 1 : 0;
                    }
                    QVERIFY(chunk->cost[lens].runTotal(run) == sum.amount());
                    QCOMPARE(chunk->cost[lens].runUnknown.at(run), unknown);
                }
            }
            wide += chunk->cost[0].wide ? 1 : 0;
        }
        QVERIFY(withTotals > 20 && withTotals < 230);
        QVERIFY(wide > 20 && wide < 230);
    }

    void runTotals_beyondTheRange_areLeftOut()
    {
        testkit::FactLine line;
        line.day = testkit::kFirstDay;
        line.cost.fill(Amount::fromAttos(std::numeric_limits<Int128>::max() / 2));
        const std::vector<const testkit::FactLine*> lines(3, &line);
        const auto chunk = FactChunk::open(packFacts(testkit::sortedRows(lines, {})));
        QVERIFY(chunk);
        QVERIFY(!chunk->hasRunTotals);
        QVERIFY(chunk->cost[3].at(2) == *line.cost[3]);
    }

    void cutChunks_areRefused()
    {
        QRandomGenerator random(4);
        const auto lines = randomLines(random, 40);
        std::vector<const testkit::FactLine*> pointers;
        for (const auto& line : lines)
            pointers.push_back(&line);
        const auto bytes = packFacts(testkit::sortedRows(pointers, {}));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY(!FactChunk::open({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}));
    }

    void dimIndex_everyCombination_answersItsValue()
    {
        QRandomGenerator random(5);
        for (int round = 0; round < 30; ++round) {
            testkit::Shape shape;
            shape.combos = random.bounded(1, 120);
            shape.lines = 1;
            testkit::FactBook book = testkit::randomBook(random, shape);
            FactSet facts = book.facts(10);
            DimIndexes indexes;
            for (const Dim& dim : testkit::allDims()) {
                if (!isComboDim(dim))
                    continue;
                const auto index = indexes.of(*book.dictionaries, dim);
                QVERIFY(indexes.of(*book.dictionaries, dim) == index);
                QVERIFY(index->size() > 0 && index->value(0).empty());
                std::set<std::string> distinct;
                for (std::uint32_t id = 0; id < index->size(); ++id)
                    QVERIFY2(distinct.insert(index->value(id)).second, toString(dim).c_str());
                for (std::uint32_t combo = 0; combo < book.dictionaries->combos.size(); ++combo)
                    QCOMPARE(index->value(index->valueId(*book.dictionaries, combo)),
                             comboDimValue(*book.dictionaries, combo, dim));
            }
        }
    }

    /// A dim is looked up once per member of its group: that is all of it only where its columns lie in one group.
    void dimColumns_lieInOneGroup()
    {
        for (const DimInfo& info : kDimInfos) {
            for (const Column column : info.columns) {
                if (column != Column::Count)
                    QVERIFY2(groupOf(column) == groupOf(info.columns.front()), std::string(info.name).c_str());
            }
            QCOMPARE(isComboDim({info.kind, "x_key"}),
                     info.origin != DimOrigin::Rules && info.origin != DimOrigin::Partition);
        }
    }

    void dimIndexes_forgetTheOldest_andStayRight()
    {
        QRandomGenerator random(6);
        testkit::FactBook book = testkit::randomBook(random, {});
        DimIndexes indexes;
        const auto kept = indexes.of(*book.dictionaries, {Dim::Kind::Tag, "team"});
        for (int i = 0; i < 200; ++i)
            QCOMPARE(indexes.of(*book.dictionaries, {Dim::Kind::Tag, "key" + std::to_string(i)})->size(),
                     std::size_t{1});
        const auto again = indexes.of(*book.dictionaries, {Dim::Kind::Tag, "team"});
        QCOMPARE(again->size(), kept->size());
        for (std::uint32_t combo = 0; combo < book.dictionaries->combos.size(); ++combo)
            QCOMPARE(again->valueId(*book.dictionaries, combo), kept->valueId(*book.dictionaries, combo));
    }

    void weightSplit_equalsTheSchoolMethod()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < 400; ++round) {
            std::vector<std::int64_t> weights(random.bounded(1U, 12U));
            for (std::int64_t& weight : weights)
                weight = oneIn(random, 3) ? 0 : static_cast<std::int64_t>(random.generate() >> random.bounded(32U));
            weights[random.bounded(static_cast<quint32>(weights.size()))] = 5;
            auto split = WeightSplit::of(weights);
            QVERIFY(split);
            QCOMPARE(split->size(), weights.size());
            for (int i = 0; i < 10; ++i) { // one divider, many amounts
                Int128 total = random.generate64() >> random.bounded(64U);
                total *= static_cast<std::int64_t>(random.bounded(1, 1 << 28));
                if (oneIn(random, 2))
                    total = -total;
                const auto parts = split->split(Amount::fromAttos(total));
                const auto expected = schoolSplit(total, weights);
                for (std::size_t at = 0; at < weights.size(); ++at) {
                    QVERIFY(parts[at].attos() == expected[at]);
                    QCOMPARE(split->takesPart(at), weights[at] > 0);
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestFactChunk)
#include "tst_factchunk.moc"

#include <QTemporaryDir>
#include <QTest>

#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ingest/providercolumns.h"

#include <functional>
#include <limits>

using namespace altimeter;
using namespace altimeter::store;

namespace {

using Cells = std::function<std::array<std::string, 2>(int)>; ///< of a line

/// Delivers `count` lines of `months` by turns in batches of `size`, three of them made before the first is taken in,
/// as threads do.
Status deliver(sql::Connection& connection, int count, int size, const Cells& cellsOf, int months = 1)
{
    auto ingest = Ingest::begin(connection, {"test", "focus-csv", {1000}}, {});
    if (!ingest)
        return ingest.error();
    const std::vector<std::string> header{"BilledCost", "x_A", "x_B"};
    const std::vector<std::string> extra{"x_A", "x_B"};
    if (auto done = (*ingest)->begin("file.csv", header, extra); !done)
        return done;
    std::vector<std::unique_ptr<CostBatch>> batches;
    const auto takeAll = [&]() -> Status {
        for (auto& batch : batches) {
            if (auto done = (*ingest)->take(std::move(batch)); !done)
                return done;
        }
        batches.clear();
        return {};
    };
    for (int i = 0; i < count; ++i) {
        if (i % size == 0 && batches.size() == 3) {
            if (auto done = takeAll(); !done)
                return done;
        }
        if (i % size == 0)
            batches.push_back((*ingest)->newBatch());
        const auto cells = cellsOf(i);
        const std::array<std::string_view, 2> views{cells[0], cells[1]};
        CostLine line;
        line.lineNumber = static_cast<std::uint64_t>(i) + 2;
        line.extra = views;
        line.cost.fill(Decimal{100 + i % 7, 2});
        line.chargeStart = {1'760'000'000};
        line.billingPeriod = Day::fromYmd(2025, 10, 1).addMonths(-(i % months));
        line.currency = Currency("USD");
        line.provider = "AWS";
        if (auto done = batches.back()->add(line); !done)
            return done;
    }
    if (auto done = takeAll(); !done)
        return done;
    const auto report = (*ingest)->finish();
    return report ? Status() : Status(report.error());
}

/// Everything that is stored of the lines, byte for byte.
std::string stored(sql::Connection& connection)
{
    std::string all;
    for (const char* query : {"SELECT group_id, id, fields FROM member ORDER BY 1, 2",
                              "SELECT id, members, '' FROM combo", "SELECT id, facts, lines FROM segment ORDER BY 1"}) {
        auto rows = connection.prepare(query);
        if (!rows)
            return rows.error().text();
        (void)rows->each([&]() -> Status {
            all += std::to_string(rows->integer(0)) + '|';
            for (const int column : {1, 2}) {
                const auto bytes = rows->blob(column);
                all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()) += '|';
            }
            return {};
        });
    }
    return all;
}

std::size_t numberOf(const std::string& text, const std::string& part)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

} // namespace

class TestProviderColumns : public QObject {
    Q_OBJECT

private slots:
    void whateverTheBatches_theSameIsStored_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("diverse from the start") << 0;
        QTest::newRow("diverse after a while") << 1;
        QTest::newRow("one column rarely filled") << 2;
        QTest::newRow("the same cells again and again") << 3;
    }
    void whateverTheBatches_theSameIsStored()
    {
        QFETCH(int, kind);
        const Cells cells = [kind](int i) -> std::array<std::string, 2> {
            const std::string number = std::to_string(i);
            switch (kind) {
            case 0:
                return {"a" + number, "b" + std::to_string(i % 3)};
            case 1:
                return {i < 900 ? "same" : "a" + number, "b" + std::to_string(i % 1500)};
            case 2:
                return {"a" + std::to_string(i / 2), i % 9 == 0 ? "b" + number : ""};
            default:
                return {"a" + std::to_string(i % 40), "b" + std::to_string(i % 30)};
            }
        };
        std::string wanted;
        for (const int size : {100'000, 1, 7, 999, 2000}) {
            QTemporaryDir dir;
            auto connection = createWorkspace((dir.path() + "/w.altimeter").toStdString());
            QVERIFY(connection);
            const Status done = deliver(*connection, 4500, size, cells);
            QVERIFY2(done.ok(), done ? "" : done.error().text().c_str());
            const std::string all = stored(*connection);
            QVERIFY(wanted.empty() || all == wanted);
            wanted = all;
        }
    }

    void longCellsOfManyMonths_doNotWaitTogether()
    {
        QTemporaryDir dir;
        auto connection = createWorkspace((dir.path() + "/w.altimeter").toStdString());
        QVERIFY(connection);
        const std::string filling(30'000, '.');
        const Cells cells = [&filling](int i) -> std::array<std::string, 2> {
            return {"a" + std::to_string(i), i < 2100 ? "b" + std::to_string(i) : std::to_string(i) + filling};
        };
        // 70 MB of cells over nine months: no month has so many that it would be written for itself
        QVERIFY(deliver(*connection, 4500, 500, cells, 9).ok());
        auto count = connection->prepare("SELECT count(*), count(DISTINCT partition_id), sum(rows) FROM segment");
        QVERIFY(count);
        std::array<std::int64_t, 3> numbers{};
        (void)count->each([&]() -> Status {
            numbers = {count->integer(0), count->integer(1), count->integer(2)};
            return {};
        });
        QVERIFY2(numbers[0] > numbers[1], "all lines waited in memory for the end");
        QCOMPARE(numbers[1], std::int64_t{9});
        QCOMPARE(numbers[2], std::int64_t{4500});
    }

    void diverseColumn_leavesTheDictionary_withItsLine()
    {
        QTemporaryDir dir;
        auto connection = createWorkspace((dir.path() + "/w.altimeter").toStdString());
        QVERIFY(connection);
        QVERIFY(deliver(*connection, 4500, 500, [](int i) -> std::array<std::string, 2> {
            return {"a" + std::to_string(i), "b"};
        }));
        auto rows = connection->prepare("SELECT group_concat(fields, x'0a') FROM member WHERE group_id=7");
        QVERIFY(rows);
        QVERIFY(*rows->step());
        const std::string tuples = rows->text(0);
        QCOMPARE(numberOf(tuples, "x_A\x1f"),
                 std::size_t{1999 + 1}); // the cells before the verdict, and the name alone
    }

    void moreValuesThanTheDictionaryTakes_goBesideTheLines()
    {
        ProviderColumns columns;
        columns.begin(std::vector<std::string>{"x_A"});
        std::size_t left = 0;
        for (int i = 0; i < 400'000 && left == 0; ++i) {
            // Two lines of each value at first, so that the beginning does not show it.
            const std::vector<std::string> cells{std::to_string(i < 4000 ? i % 7 : i)};
            if (!columns.see(cells, true).empty())
                left = static_cast<std::size_t>(i);
        }
        QCOMPARE(left, (std::size_t{1} << 18U) - 7 + 4000);
        QVERIFY(columns.tupleOf(std::vector<std::string>{"x"}).empty());
    }
};

QTEST_GUILESS_MAIN(TestProviderColumns)
#include "tst_providercolumns.moc"

#pragma once

#include "models/facts/dimindex.h"
#include "models/facts/storedlines.h"
#include "tests/testkit/slowbooks.h"

#include <memory>
#include <string>
#include <vector>

namespace testkit {

inline Shape randomShape(QRandomGenerator& random)
{
    Shape shape;
    shape.partitions = random.bounded(1, 6);
    shape.combos = pick(random, std::vector<int>{1, 5, 40, 300});
    shape.bills = random.bounded(1, 5);
    shape.days = pick(random, std::vector<int>{1, 8, 45, 200});
    shape.lines = pick(random, std::vector<int>{1, 30, 300});
    shape.allWide = oneIn(random, 6);
    return shape;
}

inline std::size_t randomChunkRows(QRandomGenerator& random)
{
    return pick(random, std::vector<std::size_t>{1, 7, 64, 150, FactChunk::kMaxRows});
}

/// Charge lines, the rules over them, and what the slow count makes of both. A source under test is made of `facts` or
/// of the book; where it has to read stored lines, BookLines reads them from the book.
struct World {
    FactBook book;
    RuleSet rules;
    FactSet facts;
    std::unique_ptr<SlowBooks> slow;
    int days = 1;
    std::vector<std::string> headers{"BilledCost", "x_Model", "Tags", "x_Note", "x_Never"}; ///< as they were delivered

    World(QRandomGenerator& random, const Shape& shape, std::size_t chunkRows) : days(shape.days)
    {
        book = randomBook(random, shape);
        pack(random, chunkRows);
        setRules(randomRules(random, book, days));
    }
    World(const World&) = delete; // the slow count looks at the book
    World& operator=(const World&) = delete;

    void pack(QRandomGenerator& random, std::size_t chunkRows)
    {
        facts = book.facts(chunkRows);
        facts.revision = 7;
        if (oneIn(random, 2))
            facts.indexes = std::make_shared<DimIndexes>();
    }
    void setRules(RuleSet other)
    {
        rules = std::move(other);
        slow = std::make_unique<SlowBooks>(book, rules);
    }
    Currency currencyOf(const FactLine& line) const { return book.partitions[line.partition].currency; }
};

/// Draws one thing after the other, so that every compiler draws the same.
inline World randomWorld(QRandomGenerator& random)
{
    const Shape shape = randomShape(random);
    const std::size_t chunkRows = randomChunkRows(random);
    return World(random, shape, chunkRows);
}

/// A line of the book as it would be stored; `line` is its number in the book, from 1.
inline ChargeRow storedRow(const World& world, std::size_t at)
{
    const FactLine& line = world.book.lines[at];
    const FactPartition& partition = world.book.partitions[line.partition];
    ChargeRow row;
    row.source = partition.source;
    row.file = std::string("Book bood bOoz").substr(line.partition % 3 * 5, 4);
    row.line = at + 1;
    row.chargeStart = {std::int64_t{line.day.number} * 86400};
    row.billingPeriod = partition.billingPeriod;
    row.currency = partition.currency;
    row.cost = line.cost;
    row.text[static_cast<std::size_t>(Column::ServiceName)] = valueOf(world.book, line, {Dim::Kind::Service, {}});
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        row.text[static_cast<std::size_t>(costColumnOf(static_cast<CostLens>(lens)))] =
            line.cost[lens] ? line.cost[lens]->toString(0) : "";
    return row;
}

/// Reads "stored" lines from the book. Must not outlive its world.
class BookLines final : public StoredLines {
public:
    explicit BookLines(const World& world) : m_world(world)
    {
        for (std::size_t at = 0; at < world.book.lines.size(); ++at) {
            const FactLine& line = world.book.lines[at];
            m_lines[{world.facts.chunks[line.part].chunk.get(), line.order}] = at;
        }
    }
    Result<std::vector<ChargeRow>> read(std::span<const RowAddress> rows, std::stop_token stop) const override
    {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        std::vector<ChargeRow> lines;
        for (const RowAddress& row : rows)
            lines.push_back(stored(*row.chunk, row.row));
        return lines;
    }
    Result<std::vector<std::optional<Decimal>>> numbers(const FactChunk& chunk, const LineKey& key,
                                                        std::stop_token stop) const override
    {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        std::vector<std::optional<Decimal>> numbers;
        for (std::size_t row = 0; row < chunk.size(); ++row) {
            const ChargeRow line = stored(chunk, row);
            if (key.by == LineKey::By::Line)
                numbers.push_back(Decimal{static_cast<Int128>(line.line), 0});
            else if (key.column == Column::ChargePeriodStart)
                numbers.push_back(Decimal{line.chargeStart.seconds, 0});
            else
                numbers.emplace_back();
        }
        return numbers;
    }
    Result<std::vector<std::string>> files(std::span<const FactChunk* const> chunks, std::stop_token) const override
    {
        std::vector<std::string> names;
        for (const FactChunk* chunk : chunks)
            names.push_back(stored(*chunk, 0).file);
        return names;
    }
    Result<std::vector<CellsBeside>> cellsBeside(const FactChunk&, std::stop_token) const override
    {
        return std::vector<CellsBeside>();
    }
    std::vector<TagPair> tagsOf(std::string_view) const override { return {}; }
    Result<std::vector<std::string>> headers(std::stop_token) const override { return m_world.headers; }
    Result<Recount> recount(const PartitionInfo& partition, std::stop_token) const override
    {
        Recount sums;
        for (const FactLine& line : m_world.book.lines) {
            const std::int64_t id = m_world.book.partitions[line.partition].id;
            for (std::size_t lens = 0; lens < kLensCount; ++lens) {
                if (id != partition.ids.front() || !line.cost[lens])
                    continue;
                sums.stored[lens].add(Decimal{line.cost[lens]->attos(), 18});
                sums.exported[lens].add(Decimal{line.cost[lens]->attos(), 18});
            }
        }
        return sums;
    }

private:
    ChargeRow stored(const FactChunk& chunk, std::size_t row) const
    {
        return storedRow(m_world, m_lines.at({&chunk, static_cast<std::uint32_t>(chunk.order.at(row))}));
    }

    const World& m_world;
    std::map<std::pair<const FactChunk*, std::uint32_t>, std::size_t> m_lines; ///< by chunk and place in it
};

} // namespace testkit

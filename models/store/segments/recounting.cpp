#include "models/store/segments/recounting.h"

#include "models/facts/factchunk.h"

namespace altimeter::store {

namespace {

/// Adds every line's costs, as they are stored and as an export would write them.
void addLines(const SegmentLines& lines, Recount& totals)
{
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        for (std::size_t at = 0; at < lines.size(); ++at) {
            const auto value = lines.cost(lens, at);
            if (!value)
                continue;
            totals.stored[lens].add(*value);
            if (const auto text = parseDecimal(toString(*value)))
                totals.exported[lens].add(text->value);
        }
    }
}

} // namespace

Status addCosts(const EncodedSegment& encoded, CostSums& sums)
{
    const auto chunk = FactChunk::open(encoded.facts);
    if (!chunk)
        return chunk.error();
    const auto lines = SegmentLines::open(*chunk, encoded.lines);
    if (!lines)
        return lines.error();
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const AmountColumn& cost = chunk->cost[lens];
        Int128 sum = 0; // of a segment's narrow numbers at one scale it cannot overflow, and costs one addition a line
        for (std::size_t row = 0; row < chunk->size(); ++row) {
            if (!cost.wide)
                sum += cost.narrow.at(row);
            else if (const auto value = lines->cost(lens, row))
                sums[lens].add(*value);
        }
        sums[lens].add(Decimal{sum, cost.scale});
    }
    return {};
}

Result<Recount> recountPartition(const sql::Connection& connection, std::int64_t partition)
{
    auto statement = connection.prepare(
        "SELECT facts_checksum, facts, lines_checksum, lines FROM segment WHERE partition_id=?1 ORDER BY id");
    if (!statement)
        return statement.error();
    Recount totals;
    const Status read = statement->bind(1, partition).each([&]() -> Status {
        const auto facts = statement->blob(1);
        if (checksumOf(facts) != statement->integer(0) || checksumOf(statement->blob(3)) != statement->integer(2))
            return {};
        const auto chunk = FactChunk::open({facts.begin(), facts.end()});
        if (!chunk)
            return {};
        if (const auto lines = SegmentLines::open(*chunk, statement->blob(3)))
            addLines(*lines, totals);
        return {};
    });
    if (!read)
        return read.error();
    return totals;
}

} // namespace altimeter::store

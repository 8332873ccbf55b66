#include "models/store/ingest/segmentwriting.h"

#include "models/store/sql/hexhash.h"

namespace altimeter::store {

namespace {

/// Of a line in a buffer, without its inline cells.
constexpr std::size_t kLineBytes = 2 * sizeof(std::uint32_t) + 3 * sizeof(std::uint64_t) + sizeof(std::uint8_t) +
                                   LineBatch::kNumbers * (sizeof(std::uint8_t) + sizeof(std::int64_t));

} // namespace

std::string DeliveredPartition::fingerprint() const
{
    return hex(XXH3_128bits_digest(m_content.get()));
}

Status SegmentWriter::begin(sql::Connection& db, SealedChanges& changes, const LastIds& last)
{
    auto prepared = db.prepare("INSERT INTO segment(id, partition_id, file_id, rows, facts_checksum, lines_checksum, "
                               "facts, lines) VALUES(?1,?2,?3,?4,?5,?6,?7,?8) RETURNING " +
                               sealedColumns(Sealed::Segment));
    if (!prepared)
        return prepared.error();
    m_insert = prepared.take();
    m_changes = &changes;
    m_last = last;
    return {};
}

Result<DeliveredPartition*> SegmentWriter::partitionOf(const PartitionKey& key, const std::string& file)
{
    auto& slot = m_partitions[key];
    if (!slot) {
        slot.reset(new DeliveredPartition);
        slot->key = key;
        slot->id = ++m_last.partition;
    }
    if (slot->files.empty() || slot->files.back() != file) {
        if (auto done = flush(*slot); !done) // a segment's lines come from one file
            return done.error();
        slot->files.push_back(file);
    }
    return slot.get();
}

Status SegmentWriter::add(DeliveredPartition& partition, const LineBatch& batch, std::size_t at, std::uint32_t combo,
                          std::uint32_t bill, std::int64_t file, const ProviderColumns& columns, std::size_t& wide)
{
    const LineBatch::Line& line = batch.lines[at];
    Segment& rows = partition.m_buffer;
    partition.m_bufferFile = file;
    rows.combo.push_back(combo);
    rows.bill.push_back(bill);
    rows.line.push_back(line.number);
    rows.chargeStart.push_back(line.chargeStart);
    rows.chargeEnd.push_back(line.chargeEnd);
    rows.hasEnd.push_back(line.hasEnd);
    for (std::size_t i = 0; i < LineBatch::kNumbers; ++i) {
        DecimalColumn& column = i < kLensCount ? rows.cost[i] : rows.quantity[i - kLensCount];
        const bool isWide = line.scale[i] == LineBatch::kWide;
        if (isWide)
            column.wide.emplace_back(static_cast<std::uint32_t>(column.size()), batch.wide[wide++].value);
        column.scale.push_back(line.scale[i]);
        column.mantissa.push_back(isWide ? 0 : line.mantissa[i]);
    }
    const std::size_t inlineBytes = line.extra == 0 ? 0 : columns.storeInline(rows, batch.extras[line.extra]);
    partition.m_inlineBytes += inlineBytes;
    // a cell takes its place in its column though it is empty
    const std::size_t bytes = kLineBytes + inlineBytes + rows.inlineColumns.size() * sizeof(std::string);
    partition.m_bytes += bytes;
    // Line numbers are left out: the same charges in a file with another preamble are the same charges.
    XXH3_128bits_update(partition.m_content.get(), &line.content, sizeof line.content);

    const Day day = Instant{line.chargeStart}.day();
    if (partition.rows == 0 || day < partition.dataFrom)
        partition.dataFrom = day;
    if (partition.rows == 0 || day > partition.dataThrough)
        partition.dataThrough = day;
    ++partition.rows;
    m_buffered += bytes;
    if (rows.size() == Segment::kMaxRows || partition.m_inlineBytes >= Segment::kMaxInlineBytes)
        return flush(partition);
    return m_buffered >= kBufferedBytes ? flushLargest() : Status();
}

Status SegmentWriter::flush(DeliveredPartition& partition)
{
    Segment& rows = partition.m_buffer;
    if (rows.size() == 0)
        return {};
    for (InlineColumn& column : rows.inlineColumns)
        column.texts.resize(rows.size());
    const auto encoded = encode(rows, partition.m_carry);
    if (!encoded)
        return encoded.error();
    // From the bytes that go into the file, not from the buffer they were made of: a fault of the encoder then shows as
    // a sum that does not hold, before anything is replaced.
    if (auto done = addCosts(*encoded, partition.storedTotal); !done)
        return done;
    m_insert.bind(1, ++m_last.segment)
        .bind(2, partition.id)
        .bind(3, partition.m_bufferFile)
        .bind(4, static_cast<std::int64_t>(rows.size()))
        .bind(5, checksumOf(encoded->facts))
        .bind(6, checksumOf(encoded->lines))
        .bindBlob(7, encoded->facts)
        .bindBlob(8, encoded->lines);
    if (auto done = m_changes->come(m_insert, Sealed::Segment); !done)
        return done.error();
    m_buffered -= partition.m_bytes;
    rows = Segment();
    partition.m_inlineBytes = 0;
    partition.m_bytes = 0;
    return {};
}

/// The largest one gives back the most memory and makes the best segment; small ones go on waiting for their others.
Status SegmentWriter::flushLargest()
{
    DeliveredPartition* largest = nullptr;
    for (auto& [key, partition] : m_partitions) {
        if (!largest || partition->m_bytes > largest->m_bytes)
            largest = partition.get();
    }
    return largest ? flush(*largest) : Status();
}

Status SegmentWriter::finish(DeliveredPartition& partition)
{
    if (auto done = flush(partition); !done)
        return done;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (partition.fileTotal[lens].overflowed())
            return Error{ErrorCode::Overflow, "the sum of the amounts leaves the representable range",
                         partition.key.provider};
        if (!(partition.storedTotal[lens] == partition.fileTotal[lens]))
            return Error{ErrorCode::Corrupt, "what was written does not add up to what was read",
                         partition.key.provider};
    }
    return {};
}

} // namespace altimeter::store

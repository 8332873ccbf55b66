#pragma once

#include "models/domain/decimal.h"
#include "models/store/ingest/linebatch.h"
#include "models/store/ingest/partitionkey.h"
#include "models/store/ingest/providercolumns.h"
#include "models/store/ledger/lastids.h"
#include "models/store/segments/recounting.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <xxhash.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace altimeter::store {

/// What a delivery holds of one partition: the lines that wait for their segment, and what all of them add up to.
struct DeliveredPartition {
    PartitionKey key;
    std::int64_t id = 0; ///< under which its segments are written; the stored one it replaces has another
    std::uint64_t rows = 0;
    Day dataFrom, dataThrough; ///< days of charges, both inside
    CostSums fileTotal;        ///< of the digits that were read
    CostSums storedTotal;      ///< of the segments, counted again from their bytes
    std::array<std::uint64_t, kLensCount> unknownRows{};
    std::vector<std::string> files;

    /// Of everything its lines say but their numbers in the file, in order: equal content is not stored again.
    std::string fingerprint() const;

private:
    friend class SegmentWriter;
    struct XxhDeleter {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };
    DeliveredPartition() { XXH3_128bits_reset(m_content.get()); }

    Segment m_buffer;
    std::int64_t m_bufferFile = 0;
    std::size_t m_inlineBytes = 0;            ///< of texts in the buffer's inline columns
    std::size_t m_bytes = 0;                  ///< that the buffer takes, roughly
    std::array<Int128, kLensCount> m_carry{}; ///< digits below an atto on their way to the next segment
    std::unique_ptr<XXH3_state_t, XxhDeleter> m_content{XXH3_createState()};
};

/// Sorts the lines of a delivery by partition and writes them as segments, each counted again before it is stored.
///
/// A segment holds lines of one partition and one file, so lines wait in a buffer for others of their partition. The
/// buffers together are bounded: a delivery may touch thousands of partitions, and memory must not grow with it.
class SegmentWriter {
public:
    /// Bytes of lines held in memory over all partitions before the largest buffer is written out. They are counted as
    /// they lie there without what vectors keep in reserve, so that half as much again may be taken.
    static constexpr std::size_t kBufferedBytes = std::size_t{64} << 20U;

    /// `db` and `changes` must outlive the use. New partitions and segments get the numbers behind `last`.
    Status begin(sql::Connection& db, SealedChanges& changes, const LastIds& last);
    /// Lets go of the connection.
    void end() { m_insert = {}; }

    /// The partition of that key, made when it is asked for first. `file` is the name of the file its next lines come
    /// from.
    Result<DeliveredPartition*> partitionOf(const PartitionKey& key, const std::string& file);
    /// Takes line number `at` of a batch. `wide` counts the batch's wide numbers that were taken so far.
    Status add(DeliveredPartition& partition, const LineBatch& batch, std::size_t at, std::uint32_t combo,
               std::uint32_t bill, std::int64_t file, const ProviderColumns& columns, std::size_t& wide);
    /// Writes what still waits. Error Corrupt where what was written does not add up to what was read.
    Status finish(DeliveredPartition& partition);

    using Partitions = std::map<PartitionKey, std::unique_ptr<DeliveredPartition>>;
    const Partitions& partitions() const { return m_partitions; }
    /// The highest numbers given so far.
    const LastIds& lastIds() const { return m_last; }

private:
    Status flush(DeliveredPartition& partition);
    Status flushLargest();

    Partitions m_partitions;
    LastIds m_last;
    SealedChanges* m_changes = nullptr;
    std::size_t m_buffered = 0; ///< bytes in all buffers
    sql::Statement m_insert;
};

} // namespace altimeter::store

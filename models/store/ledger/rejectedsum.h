#pragma once

#include "models/domain/sources.h"
#include "models/store/ingest/partitionkey.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter::store {

/// What lines that could not be stored add up to, of one kind of fault and as far as it could be read of one partition.
struct RejectedSum {
    std::int64_t id = 0;
    std::int64_t import = 0;
    std::string source; ///< its name
    PartitionKey key;   ///< what could be read of it; see isWhole()
    std::string file;   ///< where the partition could not be read: the file the lines stand in
    /// And what that file brought: they go together. Ids of partitions.
    std::vector<std::int64_t> partitions;
    RejectedPart part;

    /// Whether the lines say which partition they are of.
    bool isWhole() const { return file.empty(); }
};

/// Of the source with that number; 0: of all. Error Corrupt where one cannot be read.
Result<std::vector<RejectedSum>> readRejectedSums(const sql::Connection& connection, std::int64_t source);

} // namespace altimeter::store

#pragma once

#include "models/domain/costline.h"
#include "models/domain/sources.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace altimeter {

/// What an import did with one partition.
struct PartitionReport {
    PartitionInfo partition;
    std::uint64_t rowsRead = 0;
    std::uint64_t rowsStored = 0;
    std::uint64_t rowsRejected = 0;
    enum class Action : std::uint8_t {
        New,
        Replaced,
        Unchanged,
        Removed,
        Rejected, ///< nothing of it could be stored
    } action = Action::New;
    std::array<DecimalSum, kLensCount> storedTotal; ///< recounted from what was stored
    bool isRestated = false;                        ///< of days that the source had told to be final
    std::array<DecimalSum, kLensCount> oldTotal;    ///< of the partition it replaced
};
std::string_view actionName(PartitionReport::Action action);

struct ImportReport {
    std::vector<PartitionReport> partitions;
    std::vector<Finding> findings;
    std::vector<DateRange> unanswered; ///< days that were to be replaced and of which nothing came: they stay
    std::uint64_t filesRead = 0, bytesRead = 0, rowsRead = 0, rowsStored = 0, rowsRejected = 0;
    bool dryRun = false;
    std::int64_t delivery = 0; ///< its number, by which it can be taken back; 0: nothing was changed
};

} // namespace altimeter

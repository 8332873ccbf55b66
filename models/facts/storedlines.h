#pragma once

#include "models/domain/costsource.h"
#include "models/facts/factchunk.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter {

/// Where one charge line lies: the facts in memory hold its numbers, the store the rest of it.
struct RowAddress {
    const FactChunk* chunk = nullptr; ///< of the facts in memory
    std::uint32_t row = 0;
};

/// Reads what the facts of one revision do not hold. Implemented by whoever owns the store; may be asked by several
/// threads at once. Error Cancelled soon after `stop` is requested.
class StoredLines {
public:
    virtual ~StoredLines() = default;

    /// Whole lines in the order asked for, every delivered column and digit included. Costs are those of the whole
    /// line; owners are left empty (they are the allocation's to tell). Error Corrupt for lines that are damaged.
    virtual Result<std::vector<ChargeRow>> read(std::span<const RowAddress> rows, std::stop_token stop) const = 0;
    /// Names of all columns that were ever delivered, in the order of the headers.
    virtual Result<std::vector<std::string>> headers(std::stop_token stop) const = 0;
    /// See CostSource::recount().
    virtual Result<Recount> recount(const PartitionInfo& partition, std::stop_token stop) const = 0;
};

} // namespace altimeter

#pragma once

#include "models/domain/costsource.h"
#include "models/domain/lineorder.h"
#include "models/facts/factset.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// Where one charge line lies: the facts in memory hold its numbers, the store the rest of it.
struct RowAddress {
    const FactChunk* chunk = nullptr; ///< of the facts in memory
    std::uint32_t row = 0;
};

/// The cells of a provider column that stand beside the lines of one chunk and in no dictionary.
struct CellsBeside {
    std::string name;
    std::string all;
    std::vector<std::size_t> ends; ///< in `all`, by row of the chunk as it is stored
    std::string_view text(std::size_t row) const
    {
        const std::size_t from = row == 0 ? 0 : ends[row - 1];
        return std::string_view(all).substr(from, ends[row] - from);
    }
};

/// Reads what the facts of one revision do not hold. Implemented by whoever owns the store; may be asked by several
/// threads at once. Error Cancelled soon after `stop` is requested.
class StoredLines {
public:
    virtual ~StoredLines() = default;

    /// Whole lines in the order asked for, every delivered column and digit included. Costs are those of the whole
    /// line; owners are left empty (they are the allocation's to tell). Error Corrupt for lines that are damaged.
    virtual Result<std::vector<ChargeRow>> read(std::span<const RowAddress> rows, std::stop_token stop) const = 0;
    /// All provider columns that `chunk`, as it is stored, has beside its lines. Error Corrupt for lines that are
    /// damaged.
    virtual Result<std::vector<CellsBeside>> cellsBeside(const FactChunk& chunk, std::stop_token stop) const = 0;
    /// What the lines of `chunk`, as it is stored, have as a LineKey of Cell (no cost) or Line; of times their seconds
    /// since 1970. Nothing where the source left it empty. Error Corrupt for lines that are damaged.
    virtual Result<std::vector<std::optional<Decimal>>> numbers(const FactChunk& chunk, const LineKey& key,
                                                                std::stop_token stop) const = 0;
    /// Name of the file that each of these chunks, as they are stored, came from.
    virtual Result<std::vector<std::string>> files(std::span<const FactChunk* const> chunks,
                                                   std::stop_token stop) const = 0;
    /// What a cell of labels or tags says.
    virtual std::vector<TagPair> tagsOf(std::string_view cell) const = 0;
    /// Names of all columns that were ever delivered, in the order of the headers.
    virtual Result<std::vector<std::string>> headers(std::stop_token stop) const = 0;
    /// See CostSource::recount().
    virtual Result<Recount> recount(const PartitionInfo& partition, std::stop_token stop) const = 0;
};

} // namespace altimeter

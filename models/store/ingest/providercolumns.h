#pragma once

#include "models/store/ingest/linebatch.h"
#include "models/store/segments/segment.h"

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace altimeter::store {

/// Decides how each provider column of a file is kept: as part of a dictionary tuple that many lines share, or, where
/// nearly every line has a cell of its own (request ids), in the segment beside the line.
class ProviderColumns {
public:
    /// A new file: all columns begin in the dictionary.
    void begin(std::span<const std::string> names);
    /// Judges columns by the first cells that the file shows. Answers the tuples that keep the names of those that left
    /// the dictionary: an export asks the dictionary which columns hold a value.
    std::vector<std::string> probe(const LineBatch& batch);
    /// The dictionary's tuple of a line's cells; empty where none of them is kept there.
    std::string tupleOf(std::span<const std::string> cells) const;
    /// Puts the cells that are kept beside their line to the last line of `rows`. Answers their bytes.
    std::size_t storeInline(Segment& rows, std::span<const std::string> cells) const;

private:
    struct ProviderColumn {
        std::string name;
        bool isInline = false;
        std::uint64_t seen = 0; ///< cells that hold something
        std::unordered_set<std::uint64_t> distinct;
    };
    std::vector<ProviderColumn> m_columns;
    std::size_t m_inline = 0; ///< of them
};

} // namespace altimeter::store

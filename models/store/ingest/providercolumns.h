#pragma once

#include "models/store/segments/segment.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace altimeter::store {

/// Decides how each provider column of a file is kept: as part of a dictionary tuple that many lines share, or, where
/// nearly every line has a cell of its own (request ids) or values go into the hundred thousands, in the segment beside
/// the line. Questions and rules see both alike (see models/facts/widening.h); what differs is memory and time.
///
/// A column leaves the dictionary behind a certain line of its file, whatever batches the lines come in.
class ProviderColumns {
public:
    /// A new file: all columns begin in the dictionary.
    void begin(std::span<const std::string> names);
    /// Judges columns by the cells of the next line, in file order. `isNew`: equal cells may not have been shown
    /// before. Answers the tuples that keep the names of those that leave the dictionary with this line; mostly none.
    std::vector<std::string> see(std::span<const std::string> cells, bool isNew);
    /// The dictionary's tuple of a line's cells; empty where none of them is kept there.
    std::string tupleOf(std::span<const std::string> cells) const;
    /// Puts the cells that are kept beside their line to the last line of `rows`. Answers their bytes.
    std::size_t storeInline(Segment& rows, std::span<const std::string> cells) const;

private:
    /// Counts distinct hashes, eight bytes for each.
    class Distinct {
    public:
        void add(std::uint64_t hash);
        std::size_t size() const { return m_count; }

    private:
        std::vector<std::uint64_t> m_slots; ///< 0: free
        std::size_t m_count = 0;
    };
    struct ProviderColumn {
        std::string name;
        bool isInline = false;
        std::uint64_t seen = 0; ///< cells that hold something, as far as they were counted
        Distinct distinct;
    };
    bool leaves(ProviderColumn& column, const std::string& cell);

    std::vector<ProviderColumn> m_columns;
    std::size_t m_inline = 0; ///< of them
    std::size_t m_young = 0;  ///< that have not shown enough cells to be judged by their diversity
};

} // namespace altimeter::store

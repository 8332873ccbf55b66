#pragma once

#include "models/store/ingest/linemarks.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace altimeter::store {

/// Finds among many sets of lines those that may charge the same as another one, whatever the account, provider,
/// currency or bill: each is looked at once, and not once with each other one. Of many lines a sample is kept, chosen
/// by what they charge.
class LooseIndex {
public:
    void add(std::size_t set, const LineMarks& marks);
    /// After the last add().
    void finish();
    /// The sets that share about a quarter of their lines with `marks`, or of its lines; resemblanceOf() judges them.
    std::vector<std::size_t> like(const LineMarks& marks) const;
    bool isEmpty() const { return m_keys.empty(); }

private:
    static constexpr std::size_t kMost = 400'000; ///< keys that are kept
    using Counts = std::array<std::uint64_t, 2>;  ///< of amounts and of quantities
    bool isKept(std::uint64_t key) const { return (key & m_mask) == 0; }

    std::vector<std::pair<std::uint64_t, std::uint32_t>> m_keys; ///< with their sets
    std::map<std::uint32_t, Counts> m_sizes;                     ///< of each set
    std::uint64_t m_mask = 0;
};

} // namespace altimeter::store

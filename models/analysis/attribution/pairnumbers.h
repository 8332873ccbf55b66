#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

namespace altimeter::analysis {

/// Numbers the pairs (a, b) that occur, in the order they come: an array where few are possible, a hash table
/// otherwise.
class PairNumbers {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// Requires a < `as` and b < `bs` of every pair.
    PairNumbers(std::uint64_t as, std::uint64_t bs) : m_bs(bs)
    {
        constexpr std::uint64_t kDense = std::uint64_t{1} << 22U;
        if (as * bs <= kDense)
            m_dense.assign(as * bs, kNone);
    }
    std::uint32_t of(std::uint32_t a, std::uint32_t b)
    {
        const std::uint64_t pair = a * m_bs + b;
        std::uint32_t& number = m_dense.empty() ? m_hashed.try_emplace(pair, kNone).first->second : m_dense[pair];
        if (number == kNone)
            number = m_next++;
        return number;
    }
    std::uint32_t size() const { return m_next; }

private:
    std::uint64_t m_bs;
    std::vector<std::uint32_t> m_dense;
    std::unordered_map<std::uint64_t, std::uint32_t> m_hashed;
    std::uint32_t m_next = 0;
};

} // namespace altimeter::analysis

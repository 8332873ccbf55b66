#include "models/store/ingest/looseindex.h"

#include <algorithm>

namespace altimeter::store {

namespace {

constexpr std::uint64_t kUsage = std::uint64_t{1} << 32U; ///< tells keys of quantities from those of amounts

template <typename Take> void eachKey(const LineMarks& marks, Take take)
{
    for (const LineMark& mark : marks.marks()) {
        if (mark.loose != 0)
            take(std::uint64_t{mark.loose});
        if (mark.usage != 0)
            take(kUsage | mark.usage);
    }
}

std::size_t kindOf(std::uint64_t key)
{
    return key >= kUsage ? 1 : 0;
}

} // namespace

void LooseIndex::add(std::size_t set, const LineMarks& marks)
{
    eachKey(marks, [&](std::uint64_t key) {
        if (isKept(key))
            m_keys.emplace_back(key, static_cast<std::uint32_t>(set));
    });
    while (m_keys.size() > kMost && m_mask < 0xFFFFU) {
        m_mask = m_mask << 1U | 1U;
        std::erase_if(m_keys, [this](const auto& one) { return !isKept(one.first); });
    }
}

void LooseIndex::finish()
{
    std::sort(m_keys.begin(), m_keys.end());
    for (const auto& [key, set] : m_keys)
        ++m_sizes[set][kindOf(key)];
}

std::vector<std::size_t> LooseIndex::like(const LineMarks& marks) const
{
    constexpr std::ptrdiff_t kMostOfOneCharge = 64; // a charge that stands everywhere says no more than that
    Counts lines{};
    std::map<std::uint32_t, Counts> shared;
    eachKey(marks, [&](std::uint64_t key) {
        if (!isKept(key))
            return;
        ++lines[kindOf(key)];
        auto at = std::lower_bound(m_keys.begin(), m_keys.end(), std::pair{key, std::uint32_t{0}});
        const auto last = m_keys.end() - at > kMostOfOneCharge ? at + kMostOfOneCharge : m_keys.end();
        for (auto before = m_keys.end(); at != last && at->first == key; before = at++) {
            if (before == m_keys.end() || before->second != at->second)
                ++shared[at->second][kindOf(key)];
        }
    });
    std::vector<std::size_t> found;
    for (const auto& [set, counts] : shared) {
        for (const std::size_t kind : {std::size_t{0}, std::size_t{1}}) {
            if (counts[kind] > 0 && 4 * counts[kind] >= std::min(lines[kind], m_sizes.at(set)[kind])) {
                found.push_back(set);
                break;
            }
        }
    }
    return found;
}

} // namespace altimeter::store

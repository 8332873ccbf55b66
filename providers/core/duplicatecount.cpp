#include "providers/core/duplicatecount.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr std::size_t kMostHeld = std::size_t{1} << 19U;
constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 20U; ///< entries that are sorted together, 16 bytes each

Error unusable()
{
    return {ErrorCode::Io, "the prints of the charges cannot be held in a temporary file; is the disk full?", {}};
}

} // namespace

Status DuplicateCount::add(std::uint64_t print, std::int32_t day)
{
    m_held.push_back({print, day});
    return m_held.size() < kMostHeld ? Status() : spill();
}

Status DuplicateCount::spill()
{
    if (!m_file)
        m_file.reset(std::tmpfile());
    if (!m_file || std::fseek(m_file.get(), 0, SEEK_END) != 0 ||
        std::fwrite(m_held.data(), sizeof(Entry), m_held.size(), m_file.get()) != m_held.size())
        return unusable();
    m_spilled += m_held.size();
    m_held.clear();
    return {};
}

Result<std::map<std::int32_t, std::uint64_t>> DuplicateCount::byDay() const
{
    std::map<std::int32_t, std::uint64_t> twice;
    const std::uint64_t parts = 1 + (m_spilled + m_held.size()) / kAtOnce;
    std::vector<Entry> part;
    part.reserve(parts == 1 ? m_spilled + m_held.size() : kAtOnce + kAtOnce / 8); // doubling would take twice as much
    std::array<Entry, 4096> block;
    for (std::uint64_t at = 0; at < parts; ++at) {
        part.clear();
        const auto take = [&](const Entry& entry) {
            if ((entry.print >> 32U) % parts == at)
                part.push_back(entry);
        };
        if (m_file && std::fseek(m_file.get(), 0, SEEK_SET) != 0)
            return unusable();
        for (std::uint64_t left = m_spilled; left > 0;) {
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size()));
            if (std::fread(block.data(), sizeof(Entry), wanted, m_file.get()) != wanted)
                return unusable();
            std::for_each(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(wanted), take);
            left -= wanted;
        }
        std::for_each(m_held.begin(), m_held.end(), take);
        std::sort(part.begin(), part.end(), [](const Entry& a, const Entry& b) { return a.print < b.print; });
        for (std::size_t i = 1; i < part.size(); ++i) {
            if (part[i].print == part[i - 1].print)
                ++twice[part[i].day];
        }
    }
    return twice;
}

} // namespace altimeter::providers

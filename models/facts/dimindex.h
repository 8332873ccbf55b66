#pragma once

#include "models/facts/factset.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace altimeter {

/// The values of one attribute dim, each distinct value once and every attribute combination by the number of its
/// value. Read-only once built.
class DimIndex {
public:
    /// Requires isComboDim(dim). A dim that looks at one group is worked out once per member of that group.
    DimIndex(const Dictionaries& dictionaries, const Dim& dim);

    std::uint32_t valueId(const Dictionaries& dictionaries, std::uint32_t combo) const
    {
        return m_ofCombo.empty() ? m_ofMember[dictionaries.combos[combo][m_group]] : m_ofCombo[combo];
    }
    const std::string& value(std::uint32_t id) const { return m_values[id]; }
    std::size_t size() const { return m_values.size(); }

private:
    std::size_t m_group = 0;
    std::vector<std::uint32_t> m_ofMember;
    std::vector<std::uint32_t> m_ofCombo; ///< for a dim that looks at several groups
    std::vector<std::string> m_values;
};

/// The indexes of one revision, built when first asked for. May be used by several threads at once.
class DimIndexes {
public:
    std::shared_ptr<const DimIndex> of(const Dictionaries& dictionaries, const Dim& dim);

private:
    /// Beyond this many the oldest is forgotten: a workspace may have ten thousand tag keys.
    static constexpr std::size_t kKept = 64;
    std::mutex m_mutex;
    std::vector<std::pair<Dim, std::shared_ptr<const DimIndex>>> m_known; ///< oldest first; guarded by m_mutex
};

/// From the facts' indexes, or built for this call where they keep none.
std::shared_ptr<const DimIndex> dimIndexOf(const FactSet& facts, const Dim& dim);

} // namespace altimeter

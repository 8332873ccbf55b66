#include "models/facts/dimindex.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

namespace altimeter {

// A workspace has millions of combinations, but a dim looks at one group of their columns, and that group has few
// distinct tuples: the dim's value is worked out once per tuple. A query then asks for a number by two array look-ups
// and never touches a text.
//
// An index belongs to the dictionaries it was made from. Those of the next revision are longer, so its facts bring
// indexes of their own; sharing one between revisions would read numbers that it does not have.

namespace {

/// Numbers distinct texts in the order they come.
class Numbering {
public:
    explicit Numbering(std::vector<std::string>& values) : m_values(values) {}
    std::uint32_t idOf(std::string value)
    {
        const auto [found, isNew] = m_ids.try_emplace(std::move(value), static_cast<std::uint32_t>(m_values.size()));
        if (isNew)
            m_values.push_back(found->first);
        return found->second;
    }

private:
    std::vector<std::string>& m_values;
    std::unordered_map<std::string, std::uint32_t> m_ids;
};

} // namespace

DimIndex::DimIndex(const Dictionaries& dictionaries, const Dim& dim)
{
    Numbering numbering(m_values);
    numbering.idOf({}); // "no value" is number 0 of every dim
    const std::vector<Group> groups = groupsOfDim(dim);
    if (groups.size() == 1) {
        m_group = static_cast<std::size_t>(groups.front());
        std::array<std::uint32_t, kGroupCount> members{};
        m_ofMember.resize(dictionaries.groups[m_group].size());
        for (std::uint32_t member = 0; member < m_ofMember.size(); ++member) {
            members[m_group] = member;
            m_ofMember[member] = numbering.idOf(dimValueOfMembers(dictionaries, members, dim));
        }
        return;
    }
    // Dims of two groups: each pair of members is worked out once.
    std::unordered_map<std::uint64_t, std::uint32_t> known;
    m_ofCombo.resize(dictionaries.combos.size());
    for (std::uint32_t combo = 0; combo < m_ofCombo.size(); ++combo) {
        std::uint64_t pair = 0;
        for (const Group group : groups)
            pair = pair << 32U | dictionaries.combos[combo][static_cast<std::size_t>(group)];
        const auto [found, isNew] = known.try_emplace(pair, 0U);
        if (isNew)
            found->second = numbering.idOf(comboDimValue(dictionaries, combo, dim));
        m_ofCombo[combo] = found->second;
    }
}

std::shared_ptr<const DimIndex> DimIndexes::of(const Dictionaries& dictionaries, const Dim& dim)
{
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [known, index] : m_known) {
            if (known == dim)
                return index;
        }
    }
    auto built = std::make_shared<const DimIndex>(dictionaries, dim); // others may go on meanwhile
    const std::lock_guard lock(m_mutex);
    if (m_known.size() >= kKept)
        m_known.erase(m_known.begin());
    m_known.emplace_back(dim, built);
    return built;
}

std::shared_ptr<const DimIndex> dimIndexOf(const FactSet& facts, const Dim& dim)
{
    if (facts.indexes)
        return facts.indexes->of(*facts.dictionaries, dim);
    return std::make_shared<const DimIndex>(*facts.dictionaries, dim);
}

} // namespace altimeter

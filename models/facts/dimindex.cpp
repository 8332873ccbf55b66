#include "models/facts/dimindex.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
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

/// The groups that do decide the dim here: of the three that may hold tags mostly one does, and an index of one group
/// is made for its members alone.
std::vector<Group> decidingGroups(const Dictionaries& dictionaries, const Dim& dim)
{
    std::vector<Group> groups = groupsOfDim(dim);
    if (dim.kind != Dim::Kind::Tag)
        return groups;
    std::erase_if(groups, [&dictionaries](Group group) {
        return (group == Group::Split && dictionaries.allocatedTags.of.empty()) ||
               (group == Group::Extra && dictionaries.labels.of.empty());
    });
    return groups;
}

/// A member as far as it can tell: those without tags are all alike.
std::uint32_t telling(const Dictionaries& dictionaries, const Dim& dim, Group group, std::uint32_t member)
{
    if (dim.kind != Dim::Kind::Tag || group == Group::Tags)
        return member;
    return (group == Group::Split ? dictionaries.allocatedTags : dictionaries.labels).of.contains(member) ? member : 0;
}

} // namespace

DimIndex::DimIndex(const Dictionaries& dictionaries, const Dim& dim)
{
    Numbering numbering(m_values);
    numbering.idOf({}); // "no value" is number 0 of every dim
    const std::vector<Group> groups = decidingGroups(dictionaries, dim);
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
    // Dims of several groups: members that stand together are worked out once.
    std::map<std::array<std::uint32_t, 3>, std::uint32_t> known;
    m_ofCombo.resize(dictionaries.combos.size());
    for (std::uint32_t combo = 0; combo < m_ofCombo.size(); ++combo) {
        std::array<std::uint32_t, 3> together{};
        for (std::size_t i = 0; i < groups.size(); ++i)
            together[i] =
                telling(dictionaries, dim, groups[i], dictionaries.combos[combo][static_cast<std::size_t>(groups[i])]);
        const auto [found, isNew] = known.try_emplace(together, 0U);
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

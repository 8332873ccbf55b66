#include "models/facts/factset.h"

#include "models/text/words.h"

#include <algorithm>

namespace altimeter {

namespace {

constexpr std::size_t index(Column column)
{
    return static_cast<std::size_t>(column);
}

/// The cell of an attribute column, unescaped.
std::string cellOf(const Dictionaries& dictionaries, std::span<const std::uint32_t> members, Column column)
{
    const Group group = *groupOf(column);
    return TextGroup::unescape(dictionaries.groups[static_cast<std::size_t>(group)].field(
        members[static_cast<std::size_t>(group)], index(column) - columnsOf(group).first));
}

/// The first of them that is not empty; Column::Count ends them.
std::string firstCell(const Dictionaries& dictionaries, std::span<const std::uint32_t> members,
                      std::span<const Column> columns)
{
    std::string cell;
    for (std::size_t i = 0; cell.empty() && i < columns.size() && columns[i] != Column::Count; ++i)
        cell = cellOf(dictionaries, members, columns[i]);
    return cell;
}

const std::string* findPair(const std::vector<TagPair>& pairs, std::string_view foldedKey)
{
    for (const TagPair& pair : pairs) {
        if (pair.key == foldedKey)
            return &pair.value;
    }
    return nullptr;
}

const std::string* findPair(const MemberTags& tags, std::uint32_t member, std::string_view foldedKey)
{
    const auto found = tags.of.find(member);
    return found == tags.of.end() ? nullptr : findPair(found->second, foldedKey);
}

/// Whom a share was made for comes before what the shared thing is tagged with, and labels stand in for tags.
std::string tagValue(const Dictionaries& dictionaries, std::span<const std::uint32_t> members, std::string_view key)
{
    const std::string folded = words::foldTagKey(key);
    const std::string* value =
        findPair(dictionaries.allocatedTags, members[static_cast<std::size_t>(Group::Split)], folded);
    const std::uint32_t tags = members[static_cast<std::size_t>(Group::Tags)];
    if ((!value || value->empty()) && tags < dictionaries.tags.size())
        value = findPair(dictionaries.tags[tags], folded);
    if (!value || value->empty())
        value = findPair(dictionaries.labels, members[static_cast<std::size_t>(Group::Extra)], folded);
    return value ? *value : std::string();
}

/// Value of a provider column.
std::string extraField(const Dictionaries& dictionaries, std::uint32_t member, std::string_view name)
{
    return extraCell(dictionaries.groups[static_cast<std::size_t>(Group::Extra)].text(member),
                     words::foldColumnName(name));
}

constexpr std::array<std::string_view, 4> kModelColumns{"x_model", "x_ai_model", "x_model_name", "x_model_id"};
constexpr std::string_view kLayerColumn = "x_layer";

std::string modelOf(const Dictionaries& dictionaries, std::span<const std::uint32_t> members)
{
    const std::uint32_t extra = members[static_cast<std::size_t>(Group::Extra)];
    for (const std::string_view name : kModelColumns) {
        std::string value = extraField(dictionaries, extra, name);
        if (!value.empty())
            return value;
    }
    const std::uint32_t sku = members[static_cast<std::size_t>(Group::Sku)];
    if (sku < dictionaries.skuDetails.size()) {
        for (const std::string_view key : {"x_model", "model", "x_modelname"}) {
            if (const std::string* value = findPair(dictionaries.skuDetails[sku], key))
                return *value;
        }
    }
    return {};
}

/// The five layers of AI operations. Every AI line belongs to exactly one; other lines have none.
std::string layerOf(const Dictionaries& dictionaries, std::span<const std::uint32_t> members)
{
    const std::string explicitLayer =
        extraField(dictionaries, members[static_cast<std::size_t>(Group::Extra)], kLayerColumn);
    if (!explicitLayer.empty())
        return explicitLayer;
    const std::string category = cellOf(dictionaries, members, Column::ServiceCategory);
    const bool hasModel = !modelOf(dictionaries, members).empty();
    if (category != "AI and Machine Learning" && !hasModel)
        return {};
    const std::string what = words::toLower(cellOf(dictionaries, members, Column::ServiceName) + ' ' +
                                            cellOf(dictionaries, members, Column::SkuMeter) + ' ' +
                                            cellOf(dictionaries, members, Column::ServiceSubcategory));
    const auto has = [&what](std::string_view word) { return what.find(word) != std::string::npos; };
    if (has("embedding") || has("vector") || has("retrieval") || has("file search"))
        return "retrieval";
    if (has("tool") || has("web search") || has("code interpreter") || has("code execution"))
        return "tools";
    if (has("trace") || has("logging") || has("observability"))
        return "observability";
    if (has("agent runtime") || has("orchestration") || has("container"))
        return "orchestration";
    return "inference";
}

} // namespace

/// Group::Extra tuples are name, value, name, value, …
std::string extraCell(std::string_view tuple, std::string_view foldedName)
{
    std::size_t at = 0;
    while (at < tuple.size()) {
        const std::size_t nameEnd = tuple.find(TextGroup::kSeparator, at);
        if (nameEnd == std::string_view::npos)
            return {};
        std::size_t valueEnd = tuple.find(TextGroup::kSeparator, nameEnd + 1);
        if (valueEnd == std::string_view::npos)
            valueEnd = tuple.size();
        if (words::foldColumnName(tuple.substr(at, nameEnd - at)) == foldedName)
            return TextGroup::unescape(tuple.substr(nameEnd + 1, valueEnd - nameEnd - 1));
        at = valueEnd + 1;
    }
    return {};
}

std::vector<std::string> providerColumnsOf(const Dim& dim)
{
    const DimInfo& info = dimInfo(dim.kind);
    std::vector<std::string> names;
    if (info.origin == DimOrigin::ProviderColumn)
        names.push_back(words::foldColumnName(info.providerColumn));
    if (info.origin == DimOrigin::Derived) {
        for (const std::string_view name : kModelColumns)
            names.push_back(words::foldColumnName(name));
    }
    if (dim.kind == Dim::Kind::Layer)
        names.push_back(words::foldColumnName(kLayerColumn));
    if (dim.kind == Dim::Kind::Tag)
        names.emplace_back(kLabelsColumn);
    if (dim.kind == Dim::Kind::Column && !columnByName(dim.key))
        names.push_back(words::foldColumnName(dim.key));
    return names;
}

TextGroup::TextGroup() : m_offsets{0}
{
    add({});
}

std::uint32_t TextGroup::add(std::string_view tuple)
{
    m_bytes.append(tuple);
    m_offsets.push_back(m_bytes.size());
    return static_cast<std::uint32_t>(m_offsets.size() - 2);
}

std::string_view TextGroup::text(std::uint32_t id) const
{
    const std::uint64_t from = m_offsets[id];
    return std::string_view(m_bytes).substr(from, m_offsets[id + 1] - from);
}

std::string_view TextGroup::field(std::uint32_t id, std::size_t wanted) const
{
    std::string_view rest = text(id);
    for (; wanted > 0; --wanted) {
        const std::size_t at = rest.find(kSeparator);
        if (at == std::string_view::npos)
            return {};
        rest.remove_prefix(at + 1);
    }
    return rest.substr(0, rest.find(kSeparator));
}

/// A tuple is one text with separators, so that equal tuples are equal texts: found by a hash, stored as they are. That
/// holds only while a cell cannot bring a separator of its own.
void TextGroup::appendEscaped(std::string& tuple, std::string_view field)
{
    const bool isPlain =
        std::none_of(field.begin(), field.end(), [](char c) { return c == kEscape || c == kSeparator; });
    if (isPlain) {
        tuple.append(field);
        return;
    }
    for (const char c : field) {
        if (c == kEscape || c == kSeparator) {
            tuple.push_back(kEscape);
            tuple.push_back(c == kEscape ? '0' : '1');
        } else {
            tuple.push_back(c);
        }
    }
}

std::string TextGroup::unescape(std::string_view field)
{
    if (field.find(kEscape) == std::string_view::npos)
        return std::string(field);
    std::string plain;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] == kEscape && i + 1 < field.size())
            plain.push_back(field[++i] == '0' ? kEscape : kSeparator);
        else
            plain.push_back(field[i]);
    }
    return plain;
}

std::string_view Dictionaries::field(std::uint32_t combo, Column column) const
{
    const auto group = groupOf(column);
    if (!group || *group == Group::Bill)
        return {};
    const auto g = static_cast<std::size_t>(*group);
    return groups[g].field(combos[combo][g], index(column) - columnsOf(*group).first);
}

std::uint64_t FactSet::rows() const
{
    std::uint64_t rows = 0;
    for (const FactPartition& partition : partitions)
        rows += partition.rows;
    return rows;
}

Day FactSet::firstDay() const
{
    Day first;
    for (const Part& part : chunks) {
        if (part.chunk->size() > 0 && (!first.isValid() || part.chunk->firstDay < first))
            first = part.chunk->firstDay;
    }
    return first;
}

Day FactSet::lastDay() const
{
    Day last;
    for (const Part& part : chunks) {
        if (part.chunk->size() > 0 && (!last.isValid() || part.chunk->lastDay > last))
            last = part.chunk->lastDay;
    }
    return last;
}

std::string partitionDimValue(const FactPartition& partition, const Dim& dim)
{
    if (dim.kind == Dim::Kind::Source)
        return partition.source;
    if (dim.kind == Dim::Kind::BillingPeriod)
        return toString(partition.billingPeriod).substr(0, 7);
    return std::string(partition.currency.code());
}

/// Model and layer read their words from provider columns first, then from the SKU: both groups together decide them.
std::vector<Group> groupsOfDim(const Dim& dim)
{
    const DimInfo& info = dimInfo(dim.kind);
    switch (info.origin) {
    case DimOrigin::Cells:
        return {*groupOf(info.columns.front())};
    case DimOrigin::ProviderColumn:
        return {Group::Extra};
    case DimOrigin::Derived:
        return {Group::Sku, Group::Extra};
    case DimOrigin::Rules:
    case DimOrigin::Partition:
        return {};
    case DimOrigin::Key:
        break;
    }
    if (dim.kind == Dim::Kind::Tag)
        return {Group::Tags, Group::Split, Group::Extra};
    const auto column = columnByName(dim.key);
    if (!column)
        return {Group::Extra};
    const auto group = groupOf(*column);
    return group ? std::vector<Group>{*group} : std::vector<Group>{};
}

bool isComboDim(const Dim& dim)
{
    const std::vector<Group> groups = groupsOfDim(dim);
    return !groups.empty() && groups.front() != Group::Bill;
}

std::string dimValueOfMembers(const Dictionaries& dictionaries, std::span<const std::uint32_t> members, const Dim& dim)
{
    const DimInfo& info = dimInfo(dim.kind);
    const std::uint32_t extra = members[static_cast<std::size_t>(Group::Extra)];
    switch (info.origin) {
    case DimOrigin::Cells:
        return firstCell(dictionaries, members, info.columns);
    case DimOrigin::ProviderColumn:
        return extraField(dictionaries, extra, info.providerColumn);
    case DimOrigin::Derived:
        return dim.kind == Dim::Kind::Model ? modelOf(dictionaries, members) : layerOf(dictionaries, members);
    case DimOrigin::Rules:
    case DimOrigin::Partition:
        return {};
    case DimOrigin::Key:
        break;
    }
    if (dim.kind == Dim::Kind::Tag)
        return tagValue(dictionaries, members, dim.key);
    const auto column = columnByName(dim.key);
    if (!column)
        return extraField(dictionaries, extra, dim.key);
    return groupOf(*column) ? cellOf(dictionaries, members, *column) : std::string();
}

std::string comboDimValue(const Dictionaries& dictionaries, std::uint32_t combo, const Dim& dim)
{
    return dimValueOfMembers(dictionaries, dictionaries.combos[combo], dim);
}

} // namespace altimeter

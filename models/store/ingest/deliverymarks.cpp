#include "models/store/ingest/deliverymarks.h"

#include <algorithm>

namespace altimeter::store {

namespace {

std::uint64_t duplicatesIn(const LineMarks& marks)
{
    std::vector<std::uint64_t> contents;
    contents.reserve(marks.size());
    for (const LineMark& mark : marks.marks())
        contents.push_back(std::uint64_t{mark.charge} << 32U | mark.content);
    std::sort(contents.begin(), contents.end());
    const auto distinct = std::unique(contents.begin(), contents.end()) - contents.begin();
    return contents.size() - static_cast<std::uint64_t>(distinct);
}

} // namespace

void DeliveryMarks::beginFile(const std::string& name, std::uint64_t columns)
{
    endFile();
    m_files.push_back(name);
    const std::size_t slash = name.rfind('/');
    const std::size_t folder = slash == std::string::npos ? 0 : slash;
    m_traits.push_back(
        {name.substr(0, folder), slash == std::string::npos ? name : name.substr(slash + 1), columns, false});
}

bool DeliveryMarks::hasRejected() const
{
    return std::any_of(m_traits.begin(), m_traits.end(), [](const ComparedFile& file) { return file.hasRejected; });
}

void DeliveryMarks::endFile()
{
    constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);
    for (const auto& [partition, at] : m_partOf) {
        Part& part = m_parts[at];
        part.billed = partition->fileTotal[kBilled];
        part.billed.subtract(m_told[partition]);
        m_told[partition] = partition->fileTotal[kBilled];
        part.duplicates = duplicatesIn(part.marks);
    }
    m_partOf.clear();
    m_lastPartition = nullptr;
}

void DeliveryMarks::add(const DeliveredPartition& partition, const LineMark& mark)
{
    if (&partition != m_lastPartition) {
        const auto [found, isNew] = m_partOf.try_emplace(&partition, m_parts.size());
        if (isNew)
            m_parts.push_back({m_files.size() - 1, &partition, {}, 0, {}});
        m_lastPartition = &partition;
        m_lastPart = found->second;
    }
    Part& part = m_parts[m_lastPart];
    ++part.rows;
    const std::size_t before = part.marks.size();
    part.marks.add(mark);
    m_size += part.marks.size() - before;
    while (m_size > m_limit) {
        const std::size_t was = m_size;
        ++m_bits;
        m_size = 0;
        for (Part& one : m_parts) {
            one.marks.thinTo(m_bits);
            m_size += one.marks.size();
        }
        if (10 * m_size > 9 * was) // many small ones, or lines that all say the same
            m_limit = 2 * was;
    }
}

LineMarks DeliveryMarks::marksOf(const DeliveredPartition& partition) const
{
    LineMarks marks;
    for (const Part& part : m_parts) {
        if (part.partition == &partition)
            marks.add(part.marks);
    }
    return marks;
}

FileComparison DeliveryMarks::compare(bool keepsStates) const
{
    if (m_files.size() < 2)
        return {};
    std::vector<FilePart> parts;
    std::map<const DeliveredPartition*, std::size_t> numbers;
    for (const Part& part : m_parts)
        parts.push_back({part.file, numbers.try_emplace(part.partition, numbers.size()).first->second, part.marks,
                         part.rows, part.billed});
    return compareFiles(parts, m_traits, keepsStates);
}

std::set<std::uint64_t> DeliveryMarks::columnsOf(const DeliveredPartition& partition) const
{
    std::set<std::uint64_t> columns;
    for (const Part& part : m_parts) {
        if (part.partition == &partition)
            columns.insert(m_traits[part.file].columns);
    }
    return columns;
}

} // namespace altimeter::store

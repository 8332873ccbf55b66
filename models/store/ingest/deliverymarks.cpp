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

void DeliveryMarks::beginFile(const std::string& name)
{
    endFile();
    m_files.push_back(name);
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
        if (isNew) {
            m_parts.push_back({m_files.size() - 1, &partition, {}, 0, {}});
            m_parts.back().marks.thinTo(m_bits);
        }
        m_lastPartition = &partition;
        m_lastPart = found->second;
    }
    Part& part = m_parts[m_lastPart];
    ++part.rows;
    const std::size_t before = part.marks.size();
    part.marks.add(mark);
    m_size += part.marks.size() - before;
    while (m_size > LineMarks::kMost) {
        ++m_bits;
        m_size = 0;
        for (Part& one : m_parts) {
            one.marks.thinTo(m_bits);
            m_size += one.marks.size();
        }
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

FileComparison DeliveryMarks::compare() const
{
    if (m_files.size() < 2)
        return {};
    std::vector<FilePart> parts;
    std::map<const DeliveredPartition*, std::size_t> numbers;
    for (const Part& part : m_parts)
        parts.push_back({part.file, numbers.try_emplace(part.partition, numbers.size()).first->second, part.marks});
    std::vector<std::string> folders;
    for (const std::string& file : m_files)
        folders.push_back(file.substr(0, file.rfind('/') == std::string::npos ? 0 : file.rfind('/')));
    return compareFiles(parts, folders);
}

} // namespace altimeter::store

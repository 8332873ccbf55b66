#pragma once

#include "models/store/ingest/filecomparing.h"
#include "models/store/ingest/segmentwriting.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace altimeter::store {

/// The marks of a delivery's lines, by file and partition, and what each file adds to each partition. Bounded: beyond
/// LineMarks::kMost lines a sample is kept.
class DeliveryMarks {
public:
    struct Part {
        std::size_t file = 0;
        const DeliveredPartition* partition = nullptr;
        LineMarks marks;
        std::uint64_t rows = 0;
        DecimalSum billed;
        /// Lines that say what another one of the file says, to the last cell; of a sample where marks are thinned.
        std::uint64_t duplicates = 0;
    };

    /// `columns`: a hash of its header.
    void beginFile(const std::string& name, std::uint64_t columns);
    /// A line of the file that began last could not be stored.
    void noteRejected() { m_traits.back().hasRejected = true; }
    bool hasRejected() const;
    /// A line of the file that began last.
    void add(const DeliveredPartition& partition, const LineMark& mark);
    /// After the last line of a file.
    void endFile();

    const std::vector<std::string>& files() const { return m_files; }
    /// Hashes of the headers of those files that brought lines of a partition.
    std::set<std::uint64_t> columnsOf(const DeliveredPartition& partition) const;
    const std::vector<Part>& parts() const { return m_parts; }
    /// All marks of a partition, whatever the file.
    LineMarks marksOf(const DeliveredPartition& partition) const;
    /// The files against each other.
    /// `keepsStates`: an earlier state counts, too.
    FileComparison compare(bool keepsStates) const;

private:
    std::vector<std::string> m_files;
    std::vector<ComparedFile> m_traits; ///< of each
    std::vector<Part> m_parts;
    std::map<const DeliveredPartition*, std::size_t> m_partOf; ///< of the current file
    std::map<const DeliveredPartition*, DecimalSum> m_told;    ///< by the files before
    const DeliveredPartition* m_lastPartition = nullptr;
    std::size_t m_lastPart = 0;
    std::size_t m_size = 0;
    std::size_t m_limit = LineMarks::kMost;
    unsigned m_bits = 0;
};

} // namespace altimeter::store

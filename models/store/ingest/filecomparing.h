#pragma once

#include "models/store/ingest/linemarks.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace altimeter::store {

/// The lines that one file of a delivery brought of one partition.
struct FilePart {
    std::size_t file = 0;
    std::size_t partition = 0;
    LineMarks marks;
};

/// A file that need not be counted, as all that it says another one says too.
struct LeftOutFile {
    std::size_t file = 0;
    std::size_t in = 0;   ///< the file, or one of the folder, that says it
    bool isOlder = false; ///< some of its amounts are others there: it is an earlier state
};

/// Lines that two files of a delivery share although neither is the other.
struct SharedLines {
    std::size_t first = 0, second = 0; ///< files
    std::size_t partition = 0;
    Overlap overlap;
};

/// What the files of one delivery have in common.
struct FileComparison {
    std::vector<LeftOutFile> leftOut;
    std::vector<SharedLines> unclear; ///< so much that it cannot be told what counts
    std::vector<SharedLines> few;     ///< so little that it may well be so
};

/// Finds the charges that stand twice in one delivery: copies (packed, with other line ends or numbers written in
/// another way), and snapshots of a growing month, file by file and, where each snapshot is a folder of several files,
/// folder by folder. Files of which none repeats another are parts of one another, and equal lines inside of one file
/// are its own business. `folders`: by file. Pairs without a common charge cost nothing.
FileComparison compareFiles(const std::vector<FilePart>& parts, const std::vector<std::string>& folders);

} // namespace altimeter::store

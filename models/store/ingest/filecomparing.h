#pragma once

#include "models/domain/decimal.h"
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
    std::uint64_t rows = 0;
    DecimalSum billed;
};

/// A file of a delivery.
struct ComparedFile {
    std::string folder;
    std::string name;          ///< in its folder
    std::uint64_t columns = 0; ///< a hash of its header
    bool hasRejected = false;  ///< lines that could not be read: nobody knows whether another file has them too
};

/// A file that need not be counted, as every line of it stands in another one too, or is told anew by it.
struct LeftOutFile {
    std::size_t file = 0;
    std::size_t in = 0;      ///< the file, or one of the folder, that says it
    bool isRestated = false; ///< with other cells or amounts: the other one is the later state by its name
};

/// Two files of a delivery that speak of the same charges although neither is the other.
struct SharedLines {
    std::size_t first = 0, second = 0; ///< files
    std::size_t partition = 0;
    Overlap overlap;
    bool isRestated = false;    ///< the one is the other at another time, and their names do not say which
    bool areOtherBills = false; ///< see areOtherBills()
};

/// The same charges of two files under two partitions.
struct MirroredLines {
    std::size_t first = 0, second = 0; ///< parts
    Resemblance resemblance;
};

/// What the files of one delivery have in common.
struct FileComparison {
    std::vector<LeftOutFile> leftOut;
    std::vector<SharedLines> unclear; ///< so much that it cannot be told what counts
    std::vector<SharedLines> beside;  ///< a few lines, or the same places with other amounts: they count, and are told
    std::vector<MirroredLines> mirrored; ///< under two accounts, currencies, …: at least half of the lines of one
};

/// Finds the charges that stand twice in one delivery: copies (packed, with other line ends or numbers written in
/// another way), and snapshots of a growing month, file by file and, where each snapshot is a folder of several files,
/// folder by folder. What stands in another file to the last cell is left out, and so is a state all of whose charges
/// another file tells with other amounts, tags or names, where the names of the files say which of them is the later
/// one (see laterByName()), unless `keepsStates`. Other invoices and corrections are no states. Equal lines inside of
/// one file are its own business. Pairs without a common charge or amount cost nothing.
FileComparison compareFiles(const std::vector<FilePart>& parts, const std::vector<ComparedFile>& files,
                            bool keepsStates = false);

} // namespace altimeter::store

#pragma once

#include "models/domain/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// A file that looks like a delivery and cannot be read: what it is in plain English ("a Parquet file").
struct UnreadFile {
    std::filesystem::path path;
    std::string what;
};

/// The files of a delivery, both sorted by path.
struct CostFiles {
    std::vector<std::filesystem::path> files;
    std::vector<UnreadFile> unread;
};

/// All cost files below `path`: the file itself, or every *.csv, *.tsv and their *.gz in the folder and its subfolders,
/// and beside them what looks like a delivery in a form that is not read (Parquet, Zstandard, Excel, …), so that nobody
/// takes a part for the whole. A file without an ending that begins as FOCUS csv does is read; other tables without
/// one, texts that hold a table and cost files with something behind their ending ("a.csv.part") are named. What is
/// hidden is no delivery and left out: files and folders whose name begins with a dot (checkpoints of notebooks,
/// version control), locks and leftovers of office programs, `__MACOSX`. `path` itself may be hidden. Errors: NotFound
/// where there is none, saying what was found instead; Invalid; Io.
Result<CostFiles> findCostFiles(const std::filesystem::path& path);

/// Error Unsupported ("is a Parquet file; export it as CSV") where the first bytes are those of a form that is not
/// read.
Status checkReadableForm(const std::filesystem::path& file, const std::string& displayName);

/// "a Parquet file" by the first bytes of a file (a few hundred, where it has as many); empty where they tell nothing.
std::string_view formByBytes(std::string_view begin);

} // namespace altimeter::providers

#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "providers/core/bytesource.h"
#include "providers/focus/filehabits.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::providers {

/// How far a file has been read; bytes are those on the medium.
struct FileProgress {
    std::uint64_t rows = 0, bytes = 0, totalBytes = 0;
};

/// What a file turned out to be.
struct FocusFileInfo {
    std::string version;             ///< guessed from the header, "0.5" to "1.4"; empty for native profiles
    std::string profile;             ///< "focus", "aws-cur-legacy", "azure-ea"
    std::vector<std::string> header; ///< every column name as written
    std::uint64_t rows = 0;          ///< handed to the sink as charges
    std::uint64_t rejected = 0;      ///< handed to the sink as rejected lines
};

using FileProgressSink = std::function<void(const FileProgress&)>;

/// Reads one FOCUS file, plain or gzip, and hands every charge to `sink` in file order, in batches, then the findings.
///
/// A file is never refused for departing from the standard. Rejected, each with its raw text, are only records that are
/// no CSV, that name no date, or whose date, cost or quantity cannot be read; an unreadable end of a period or unit
/// price costs a finding. Amounts without a currency go under "XXX". Null cells (empty, blank, NULL in any case) are
/// empty; a null cost is unknown. UTF-16 text, lines that end with carriage returns, titles above the header, fields
/// that are separated by ',', ';', '|' or tabs and quotes as Spark writes them are understood. The order of day and
/// month and the decimal sign are decided once for the whole file (see FileHabits); where nothing decides, the file is
/// refused before anything was handed over, unless `hints` say it. `progress` is called after each batch and at the
/// end; it may be empty.
///
/// Batches are filled by `threads` threads (0: as many as the machine has) and taken by the calling one, which with one
/// thread does everything itself. A batch that turns out to begin inside a record is dropped and never taken. What is
/// read depends neither on `threads` nor on `blockBytes` (0: chosen by the size of the file), and the memory not on the
/// size of the file.
///
/// Errors name `displayName`: NotFound, Io, Corrupt (damaged or cut-off gzip), Invalid (no header with a cost and a
/// date column, numbers or dates that can be read in two ways), Cancelled soon after `stop` is requested, or whatever
/// `sink` answers. After an Error the sink must not publish what it got.
Result<FocusFileInfo> readFocusFile(const std::filesystem::path& file, const std::string& displayName,
                                    CostLineSink& sink, const FileProgressSink& progress, std::stop_token stop,
                                    unsigned threads = 0, std::size_t blockBytes = 0, const ReadingHints& hints = {});

/// The same for bytes from anywhere. `open` is called three times: to look for the header, at the rows, and to read.
using OpenSource = std::function<Result<std::unique_ptr<ByteSource>>()>;
Result<FocusFileInfo> readFocusSource(const OpenSource& open, CostLineSink& sink, const FileProgressSink& progress,
                                      std::stop_token stop, unsigned threads = 0, std::size_t blockBytes = 0,
                                      const ReadingHints& hints = {});

} // namespace altimeter::providers

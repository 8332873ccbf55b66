#pragma once

#include "tests/bench/benchcatalogue.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace altimeter::bench {

/// Where the files go. All calls come from one thread; an answer of false ends the writing.
class FileSink {
public:
    virtual ~FileSink() = default;
    /// Ends the file before, if any.
    virtual bool beginFile(const std::string& name) = 0;
    virtual bool write(std::string_view bytes) = 0;
    /// Ends the last file.
    virtual bool finish() = 0;
};

/// Exact sums of one currency in 10^-12 of its major unit.
struct Totals {
    std::uint64_t rows = 0;
    __extension__ using Int128 = __int128;
    Int128 billed = 0, effective = 0, list = 0, contracted = 0;
};

/// What was written.
struct Written {
    std::uint64_t rows = 0, bytes = 0, files = 0;
    std::string firstDay, lastDay; ///< ISO, both inside
    std::map<std::string, Totals> totals;
};

/// Writes the cost files of `spec` in order of days. False when the sink failed; `written` then holds what came before.
bool writeCostFiles(const Spec& spec, FileSink& sink, Written& written);

/// 10^-12 units as a plain decimal without trailing zeros.
std::string decimalText(Totals::Int128 value);

} // namespace altimeter::bench

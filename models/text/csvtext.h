#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Small CSV texts (RFC 4180). Cost files are read by providers/focus/csvreader, which is made for gigabytes.
namespace altimeter::words {

/// Adds `text` as one field: in quotes where it holds a comma, a quote or a line end, or where `isQuoted` asks for
/// them.
void appendCsvField(std::string& out, std::string_view text, bool isQuoted = false);
std::string csvField(std::string_view text);

struct CsvRecords {
    std::vector<std::vector<std::string>> records;
    std::size_t openQuoteLine = 0; ///< the line of a quote that is never closed: what was read up to it; 0: none
};
/// LF or CRLF; a byte-order mark and blank lines are skipped.
CsvRecords readCsv(std::string_view text);

} // namespace altimeter::words

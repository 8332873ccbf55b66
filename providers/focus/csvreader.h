#pragma once

#include "providers/core/bytesource.h"
#include "providers/focus/recordscanner.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// What records may be separated by; of two that stand equally often in a line the first one counts.
inline constexpr std::array kDelimiters{',', ';', '\t', '|'};
/// The one that stands most often outside quotes.
char likelyDelimiter(std::string_view line);

/// Reads records separated by one of kDelimiters (RFC 4180) one by one in bounded memory.
///
/// Quoted fields may hold delimiters, doubled quotes and line feeds; lines end with LF or CRLF; a byte-order mark,
/// empty lines and a leading "sep=;" line are skipped. The delimiter is the one that stands most often in the first
/// line. The first record sets how many fields each later one must have. A malformed record costs only its first
/// physical line: reading goes on behind it, so an unclosed quote cannot swallow the rest. What it reads does not
/// depend on the block size. This is the reference; CsvBlockReader reads the same, faster. One thread at a time.
class CsvReader {
public:
    enum class Step : std::uint8_t {
        Record,
        Malformed, ///< see problem() and raw(); the next call goes on behind it
        End,
    };

    /// `source` must outlive the reader.
    explicit CsvReader(ByteSource& source, std::size_t blockBytes = kBlockBytes, const CsvLimits& limits = {});
    /// Goes on in the middle of a file, at the start of a record that stands on `line`.
    CsvReader(ByteSource& source, std::size_t blockBytes, const CsvFormat& format, std::uint64_t line,
              const CsvLimits& limits = {});

    /// Goes to the next record. Errors are those of the source, plus Unsupported for UTF-16 text.
    Result<Step> next();

    /// Unquoted fields of the current record. All views live until the next call.
    std::span<const std::string_view> fields() const { return m_fields; }
    const CsvRecord& record() const { return m_record; }
    /// The record as it stands in the file, without its line end.
    std::string_view raw() const { return m_raw; }
    /// First physical line of the record; the file's first line is 1.
    std::uint64_t lineNumber() const { return m_recordLine; }
    const CsvProblem& problem() const { return m_problem; }
    char delimiter() const { return m_format.delimiter; }
    const std::string& sourceName() const { return m_source.name(); }

    /// For whoever goes on reading: what was read from the source and belongs to no record yet, and its first line.
    std::string_view unread() const { return {m_buffer.data() + m_at, m_end - m_at}; }
    std::uint64_t nextLine() const { return m_line; }
    const CsvFormat& format() const { return m_format; }

private:
    Result<bool> refill();
    Status prime();
    Status fillFirstLine();
    void skipSeparatorLine();
    bool skipEmptyLine();
    bool takeRecord();
    Result<Step> recover();
    Status skipRestOfLine();

    ByteSource& m_source;       // constant after construction
    const std::size_t m_block;  // constant after construction
    const CsvLimits m_limits;   // constant after construction
    std::vector<char> m_buffer; ///< unread bytes are [m_at, m_end); kCsvPadding readable bytes follow
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    bool m_sourceEnded = false;
    bool m_primed = false;
    CsvFormat m_format;
    RecordScanner m_scanner;
    CsvRecord m_record;
    FieldText m_text;
    std::vector<std::string_view> m_fields;
    std::string_view m_raw;
    std::string m_rawCopy;
    std::uint64_t m_line = 1;
    std::uint64_t m_recordLine = 0;
    CsvProblem m_problem;
};

} // namespace altimeter::providers

#pragma once

#include "providers/core/bytesource.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// Beyond these a record is rejected, so that a broken file cannot take the memory.
struct CsvLimits {
    std::size_t fieldBytes = std::size_t{1} << 20;
    std::size_t recordBytes = std::size_t{4} << 20;
    std::size_t columns = 1024;
    std::size_t keptRawBytes = std::size_t{64} << 10; ///< of a malformed record
};

/// Why a record is malformed: a stable kebab-case id and a sentence in plain English.
struct CsvProblem {
    std::string check;
    std::string message;
};

/// Reads comma-, semicolon- or tab-separated records (RFC 4180) one by one in bounded memory.
///
/// Quoted fields may hold delimiters, doubled quotes and line feeds; lines end with LF or CRLF; a byte-order mark,
/// empty lines and a leading "sep=;" line are skipped. The delimiter is the one that stands most often in the first
/// line. The first record sets how many fields each later one must have. A malformed record costs only its first
/// physical line: reading goes on behind it, so an unclosed quote cannot swallow the rest. What it reads does not
/// depend on the block size. One thread at a time.
class CsvReader {
public:
    enum class Step : std::uint8_t {
        Record,
        Malformed, ///< see problem() and raw(); the next call goes on behind it
        End,
    };

    /// `source` must outlive the reader.
    explicit CsvReader(ByteSource& source, std::size_t blockBytes = kBlockBytes, const CsvLimits& limits = {});

    /// Goes to the next record. Errors are those of the source, plus Unsupported for UTF-16 text.
    Result<Step> next();

    /// Unquoted fields of the current record. All views live until the next call.
    std::span<const std::string_view> fields() const { return {m_fields.data(), m_fieldCount}; }
    /// The record as it stands in the file, without its line end.
    std::string_view raw() const { return m_raw; }
    /// First physical line of the record; the file's first line is 1.
    std::uint64_t lineNumber() const { return m_recordLine; }
    /// Whether a byte above 127 may stand in the record.
    bool mayHaveHighBytes() const { return m_highBytes; }
    const CsvProblem& problem() const { return m_problem; }
    char delimiter() const { return m_delimiter; }

private:
    enum class Scan : std::uint8_t { Complete, NeedMore, Malformed };

    Result<bool> refill();
    Status prime();
    Status fillFirstLine();
    void skipSeparatorLine();
    bool skipEmptyLine();
    Scan scan();
    Scan scanQuoted(const char*& at, const char* end, std::string_view& field);
    bool isTooLong(const char* record, const char* field, const char* stop) const;
    Scan failTooLong(const char* record, const char* field);
    Scan fail(std::string check, std::string message);
    void finishRecord(const char* begin, const char* contentEnd, const char* next);
    bool hasWidth();
    Result<Step> recover();
    Status skipRestOfLine();
    std::string_view unescaped(std::string_view quoted);

    ByteSource& m_source;        // constant after construction
    const std::size_t m_block;   // constant after construction
    const CsvLimits m_limits;    // constant after construction
    std::vector<char> m_buffer;  ///< unread bytes are [m_at, m_end); kPadding readable bytes follow
    std::vector<char> m_scratch; ///< unescaped fields of the current record; as large as the buffer
    std::size_t m_scratchUsed = 0;
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    bool m_sourceEnded = false;
    bool m_primed = false;
    char m_delimiter = ',';
    std::vector<std::string_view> m_fields;
    std::size_t m_fieldCount = 0;
    std::size_t m_width = 0; ///< fields of the first record; 0 before it
    std::size_t m_lineFeeds = 0;
    std::string_view m_raw;
    std::string m_rawCopy;
    std::uint64_t m_line = 1;
    std::uint64_t m_recordLine = 0;
    bool m_highBytes = false;
    CsvProblem m_problem;
};

} // namespace altimeter::providers

#pragma once

#include "models/domain/result.h"
#include "providers/core/bytesource.h"
#include "providers/focus/recordscanner.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// A stretch of a file that begins with a record and, if no quote stands astray in it, ends with one.
struct CsvBlock {
    std::vector<char> buffer; ///< `size` bytes of the file, at least kCsvPadding more behind them
    std::size_t size = 0;
    std::uint64_t line = 0;     ///< physical line it begins on
    std::uint64_t consumed = 0; ///< ByteSource::consumed() when it was cut
    bool isLast = false;

    std::string_view text() const { return {buffer.data(), size}; }
};

/// Cuts the rest of a file into blocks at line feeds outside quotes, judged by counting quotes alone. A stray quote
/// makes a wrong cut; CsvBlockReader finds that out. Memory is bounded by the block size plus the longest record.
/// One thread at a time.
class CsvCutter {
public:
    /// `source` stands at the start of a record, on physical line `line`, and must outlive the cutter.
    CsvCutter(ByteSource& source, std::size_t blockBytes, std::uint64_t line, const CsvLimits& limits = {});

    /// Cuts the next block into `block`, whose buffer is used again. False behind the last one, and behind a block that
    /// no cut was found in. Errors are those of the source, and Cancelled; `block` then holds what was read.
    Result<bool> next(CsvBlock& block, const std::stop_token& stop);
    /// What was read behind the last block.
    std::string_view unread() const { return m_carry; }

private:
    Result<bool> fill(CsvBlock& block, std::size_t wanted, const std::stop_token& stop);
    void count(std::string_view bytes);
    std::size_t cutBehind(std::string_view text, std::size_t from);

    ByteSource& m_source;           // constant after construction
    const std::size_t m_blockBytes; // constant after construction
    const std::size_t m_mostBytes;  // constant after construction
    std::string m_carry;            ///< the begin of the next block
    std::uint64_t m_line;
    std::uint64_t m_quotes = 0, m_lineFeeds = 0; ///< of the block at hand
    bool m_ended = false;
};

/// Reads the records of one block as CsvReader does, several times faster: 64 bytes at a time become bit masks, and
/// only a record in which something is odd goes through RecordScanner. One thread at a time.
class CsvBlockReader {
public:
    enum class Step : std::uint8_t {
        Record,
        Malformed, ///< see problem() and raw()
        End,
        Torn, ///< the block ends inside a record, which begins at position(): it was cut in the wrong place
    };

    explicit CsvBlockReader(const CsvFormat& format, const CsvLimits& limits = {});

    /// Goes to the begin of `block`, which must outlive the reading of it. It writes into its padding.
    void start(CsvBlock& block);
    Step next();

    const CsvRecord& record() const { return m_record; }
    /// The record as it stands in the file, without its line end.
    std::string_view raw() const { return m_raw; }
    std::uint64_t lineNumber() const { return m_record.line; }
    const CsvProblem& problem() const { return m_problem; }
    /// Where the next record begins, and its physical line.
    std::size_t position() const { return m_at; }
    std::uint64_t nextLine() const { return m_line; }

private:
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    enum class Fast : std::uint8_t { Record, Empty, Odd };
    Fast readFast();
    Step readOdd();
    bool isEmptyLine(std::size_t lineFeed) const;
    void takeFast(std::size_t lineFeed);
    void seek(std::size_t position);
    bool loadWord();
    std::uint64_t oddBehindQuotes(std::uint64_t candidates) const;
    std::uint64_t innerLineFeedsBefore(std::size_t position) const;

    const CsvFormat m_format;
    const CsvLimits m_limits;
    const std::size_t m_longest; ///< a shorter record cannot break a limit
    RecordScanner m_scanner;
    std::vector<std::uint32_t> m_ends;
    CsvRecord m_record;
    std::string_view m_raw;
    CsvProblem m_problem;

    const char* m_text = nullptr;
    std::size_t m_size = 0;
    std::size_t m_limit = 0; ///< m_size, or one more where a line feed was put behind the file's last line
    bool m_isLast = false;
    std::size_t m_at = 0;
    std::uint64_t m_line = 0;

    // The masks of the 64 bytes at m_word, and what the bytes before them leave open.
    std::size_t m_word = 0, m_nextWord = 0;
    std::uint64_t m_structural = 0;  ///< delimiters and line feeds outside quotes that were not yet taken
    std::uint64_t m_inner = 0;       ///< line feeds in quotes
    std::uint64_t m_innerBefore = 0; ///< their number before m_word, since the last seek
    std::uint64_t m_innerTaken = 0;  ///< their number before m_at
    std::uint64_t m_insideBefore = 0, m_edgeBefore = 0, m_closeBefore = 0;
    std::size_t m_odd = kNone; ///< the first byte that needs the scanner
    bool m_wordHigh = false, m_wordDoubled = false;
    bool m_high = false, m_doubled = false; ///< seen since the record began
};

} // namespace altimeter::providers

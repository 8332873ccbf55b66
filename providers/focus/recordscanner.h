#pragma once

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

/// Readable bytes that must follow a text that is scanned, so that a vector load needs no bound.
inline constexpr std::size_t kCsvPadding = 64;

/// How a record that is no RFC 4180 is read where there is no doubt about it.
enum class QuoteStyle : std::uint8_t {
    Doubled,   ///< a quote within a quoted field is written twice, as the standard asks
    Backslash, ///< it stands behind a backslash, as Spark writes it
    Bare,      ///< quotes in unquoted fields mean nothing: tab-separated text, JSON without quotes around it
};

/// What holds for every record behind the header.
struct CsvFormat {
    char delimiter = ',';
    std::size_t width = 0; ///< fields of the first record; 0 before it
};

/// Where the fields of one record stand in its text. Views live as long as the text.
struct CsvRecord {
    const char* text = nullptr;
    std::span<const std::uint32_t> ends; ///< by field: where it ends; the next one starts one byte behind
    std::uint64_t line = 0;              ///< first physical line; the file's first line is 1
    bool mayHaveHighBytes = false;       ///< a byte above 127 may stand in the record
    bool mayHaveDoubledQuotes = false;
    QuoteStyle quotes = QuoteStyle::Doubled;

    std::size_t fieldCount() const { return ends.size(); }
    std::size_t begin(std::size_t field) const { return field == 0 ? 0 : ends[field - 1] + std::size_t{1}; }
    /// The field as it stands in the text, its quotes included.
    std::string_view rawField(std::size_t field) const { return {text + begin(field), ends[field] - begin(field)}; }
    /// The record as it stands in the text, without its line end.
    std::string_view raw() const { return {text, ends.empty() ? 0 : ends.back()}; }
};

/// Gives the text of fields without their quotes. Views live until the next call of start().
class FieldText {
public:
    /// A new record begins.
    void start(const CsvRecord& record)
    {
        m_hasBackslashes = record.quotes == QuoteStyle::Backslash;
        m_mayHaveDoubledQuotes = record.mayHaveDoubledQuotes;
        m_used = 0;
        if ((m_mayHaveDoubledQuotes || m_hasBackslashes) && m_scratch.size() < record.raw().size() + kCsvPadding)
            m_scratch.resize(2 * record.raw().size() + kCsvPadding);
    }
    /// `raw`: a field of that record as it stands in the text.
    std::string_view of(std::string_view raw)
    {
        if (raw.empty() || raw.front() != '"')
            return raw;
        const std::string_view content = raw.substr(1, raw.size() - 2);
        if (m_hasBackslashes) [[unlikely]]
            return withoutBackslashes(content);
        return m_mayHaveDoubledQuotes ? unescaped(content) : content;
    }

private:
    std::string_view unescaped(std::string_view content);
    std::string_view withoutBackslashes(std::string_view content);

    bool m_hasBackslashes = false;
    bool m_mayHaveDoubledQuotes = false;
    std::vector<char> m_scratch;
    std::size_t m_used = 0;
};

/// Finds the end of one record and judges its quotes, byte by byte of its grammar: the reference for every faster way.
class RecordScanner {
public:
    enum class Outcome : std::uint8_t {
        Complete,
        NeedMore, ///< the text ends inside the record
        Malformed,
    };

    explicit RecordScanner(const CsvLimits& limits) : m_limits(limits), m_ends(limits.columns) {}

    /// Scans the record at the start of `text`, behind which kCsvPadding bytes are readable. `isLast` tells that the
    /// file ends with `text`. A record whose quotes are astray is looked at once more, line by line: where one of the
    /// other ways to write quotes gives exactly `format.width` fields, it is read that way.
    Outcome scan(std::string_view text, const CsvFormat& format, bool isLast);

    /// After Complete: its fields, how many bytes it takes with its line end, how many line feeds stand in its quotes.
    std::span<const std::uint32_t> ends() const { return {m_ends.data(), m_fieldCount}; }
    std::size_t length() const { return m_length; }
    std::uint64_t innerLineFeeds() const { return m_innerLineFeeds; }
    bool sawHighBytes() const { return m_highBytes; }
    bool sawDoubledQuotes() const { return m_doubledQuotes; }
    QuoteStyle quotes() const { return m_quotes; }
    /// After Malformed.
    const CsvProblem& problem() const { return m_problem; }

private:
    Outcome scanStandard(std::string_view text, char delimiter, bool isLast);
    Outcome scanOtherwise(std::string_view text, const CsvFormat& format, bool isLast);
    bool splitLine(std::string_view line, const CsvFormat& format, QuoteStyle style);
    Outcome scanQuoted(const char*& at);
    Outcome scanPlain(const char*& at, const char*& contentEnd);
    bool isTooLong(const char* field, const char* stop) const;
    Outcome failTooLong(const char* field);
    Outcome fail(std::string check, std::string message);

    const CsvLimits m_limits;
    const char* m_begin = nullptr;
    const char* m_end = nullptr;
    char m_delimiter = ',';
    bool m_isLast = false;
    std::vector<std::uint32_t> m_ends;
    std::size_t m_fieldCount = 0;
    std::size_t m_length = 0;
    std::uint64_t m_innerLineFeeds = 0;
    bool m_highBytes = false;
    bool m_doubledQuotes = false;
    QuoteStyle m_quotes = QuoteStyle::Doubled;
    CsvProblem m_problem;
};

/// Why a complete record does not fit the header.
CsvProblem fieldCountProblem(std::size_t fields, std::size_t width);
/// Nothing but blanks, tabs and carriage returns.
bool isBlankText(std::string_view text);
/// The first line of `text` without its line end, cut at `most` bytes.
std::string_view firstLineOf(std::string_view text, std::size_t most);

} // namespace altimeter::providers

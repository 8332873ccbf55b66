#include "providers/focus/headersearch.h"

#include "models/text/words.h"
#include "providers/focus/columns.h"
#include "providers/focus/csvreader.h"
#include "providers/focus/recordscanner.h"
#include "providers/focus/rowtext.h"

#include <algorithm>
#include <string_view>

namespace altimeter::providers {

namespace {

constexpr std::size_t kSearchedBytes = std::size_t{256} << 10;
constexpr std::size_t kSearchedLines = 50;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The begin of a file, and whether that is all of it.
struct Begin {
    std::string bytes; ///< kCsvPadding more than `size`
    std::size_t size = 0;
    bool isAll = false;
};

Result<Begin> readBegin(ByteSource& source)
{
    Begin begin;
    begin.bytes.resize(kSearchedBytes + kCsvPadding);
    while (begin.size < kSearchedBytes) {
        const auto got = source.read(std::span(begin.bytes).subspan(begin.size, kSearchedBytes - begin.size));
        if (!got)
            return got.error();
        begin.isAll = *got == 0;
        if (begin.isAll)
            break;
        begin.size += *got;
    }
    return begin;
}

/// Tries the lines of a begin one after another.
class HeaderSearch {
public:
    HeaderSearch(const Begin& begin, const std::string& file)
        : m_text(begin.bytes.data(), begin.size), m_isAll(begin.isAll), m_file(file)
    {
    }

    Result<HeaderPlace> run()
    {
        m_place.offset = m_text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
        for (std::size_t tried = 0; tried < kSearchedLines && m_place.offset < m_text.size(); ++m_place.line) {
            const std::string_view rest = m_text.substr(m_place.offset);
            const std::size_t length = std::min(rest.find('\n'), rest.size() - 1) + 1;
            const std::string_view line = words::trimmed(rest.substr(0, length), "\r\n");
            if (!isBlankText(line) && !takeSeparator(line)) {
                ++tried;
                if (isHeader(rest, line))
                    return found();
                noteFirst(line);
            }
            m_place.offset += length;
        }
        return notFound();
    }

private:
    /// Spreadsheets write "sep=;" ahead of the header.
    bool takeSeparator(std::string_view line)
    {
        if (line.size() != 5 || !line.starts_with("sep=") || !m_firstLine.empty())
            return false;
        m_separator = line.back();
        return true;
    }
    bool isHeader(std::string_view rest, std::string_view line)
    {
        if (m_separator)
            return fits(rest, *m_separator);
        const char likely = likelyDelimiter(line);
        if (fits(rest, likely))
            return true;
        return std::any_of(kDelimiters.begin(), kDelimiters.end(), [&](char delimiter) {
            return delimiter != likely && line.find(delimiter) != std::string_view::npos && fits(rest, delimiter);
        });
    }
    bool fits(std::string_view rest, char delimiter)
    {
        m_place.delimiter = delimiter;
        if (m_scanner.scan(rest, {delimiter, 0}, m_isAll) != RecordScanner::Outcome::Complete)
            return false;
        const CsvRecord record{rest.data(), m_scanner.ends(), 1, true, m_scanner.sawDoubledQuotes()};
        FieldText text;
        text.start(record);
        std::vector<std::string_view> fields;
        for (std::size_t i = 0; i < record.fieldCount(); ++i)
            fields.push_back(text.of(record.rawField(i)));
        const Status usable = checkUsable(mapHeader(fields), m_file);
        if (m_firstLine.empty() && !usable)
            m_lacks = usable.error().what;
        return usable.ok();
    }
    void noteFirst(std::string_view line)
    {
        if (m_left++ == 0) {
            m_firstLine = shownText(line);
            m_firstLineNumber = m_place.line;
        }
    }
    HeaderPlace found()
    {
        if (m_left > 0) {
            Finding finding;
            finding.severity = Severity::Note;
            finding.check = "lines-above-header";
            finding.rows = 0;
            finding.firstLine = m_firstLineNumber;
            finding.message = std::to_string(m_left) + " line" + (m_left == 1 ? "" : "s") + " above the header " +
                              (m_left == 1 ? "is" : "are") + " left out, first: \"" + m_firstLine + "\"";
            m_place.findings.push_back(std::move(finding));
        }
        return std::move(m_place);
    }
    Error notFound() const
    {
        if (m_left == 0)
            return {ErrorCode::Invalid, "is empty: it has no header line", m_file};
        const std::string what = m_lacks.empty() ? "is no cost file: no header was found in it" : m_lacks;
        return {ErrorCode::Invalid,
                what + ". Its first line holds \"" + m_firstLine +
                    "\"; export it as CSV with a header of column names, at most " + std::to_string(kSearchedLines) +
                    " lines below the top",
                m_file};
    }

    const std::string_view m_text;
    const bool m_isAll;
    const std::string& m_file;
    RecordScanner m_scanner{CsvLimits{}};
    HeaderPlace m_place;
    std::optional<char> m_separator;
    std::size_t m_left = 0; ///< lines that are no header
    std::string m_firstLine, m_lacks;
    std::uint64_t m_firstLineNumber = 0;
};

} // namespace

Result<HeaderPlace> findHeader(ByteSource& source)
{
    const auto begin = readBegin(source);
    if (!begin)
        return begin.error();
    return HeaderSearch(*begin, source.name()).run();
}

Status skipBytes(RereadableSource& source, std::size_t count)
{
    std::string bytes(count, '\0');
    while (count > 0) {
        const auto got = source.read(std::span(bytes).subspan(0, count));
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        count -= *got;
    }
    return {};
}

} // namespace altimeter::providers

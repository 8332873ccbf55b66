#include "providers/focus/csvreader.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace altimeter::providers {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

} // namespace

char likelyDelimiter(std::string_view line)
{
    std::array<std::size_t, kDelimiters.size()> counts{};
    bool quoted = false;
    for (const char c : line) {
        quoted ^= c == '"';
        for (std::size_t i = 0; i < kDelimiters.size(); ++i)
            counts[i] += !quoted && c == kDelimiters[i] ? 1U : 0U;
    }
    return kDelimiters[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

CsvReader::CsvReader(ByteSource& source, std::size_t blockBytes, const CsvLimits& limits)
    : m_source(source), m_block(std::max<std::size_t>(blockBytes, 1)), m_limits(limits),
      m_buffer(m_block + kCsvPadding), m_scanner(limits)
{
}

CsvReader::CsvReader(ByteSource& source, std::size_t blockBytes, const CsvFormat& format, std::uint64_t line,
                     const CsvLimits& limits)
    : CsvReader(source, blockBytes, limits)
{
    m_primed = true;
    m_format = format;
    m_line = line;
}

Result<CsvReader::Step> CsvReader::next()
{
    if (!m_primed) {
        if (const Status primed = prime(); !primed)
            return primed.error();
    }
    m_fields.clear();
    for (;;) {
        if (m_at != m_end && skipEmptyLine())
            continue;
        auto outcome = RecordScanner::Outcome::NeedMore;
        if (m_at != m_end)
            outcome = m_scanner.scan(unread(), m_format, m_sourceEnded);
        if (outcome == RecordScanner::Outcome::Malformed)
            return recover();
        if (outcome == RecordScanner::Outcome::Complete) {
            if (takeRecord())
                return m_fields.empty() ? Step::Malformed : Step::Record;
            continue;
        }
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more && m_at == m_end)
            return Step::End;
    }
}

/// Takes the record that was scanned; no fields are left where it does not fit the header. False for a blank line.
bool CsvReader::takeRecord()
{
    m_recordLine = m_line;
    m_record = {m_buffer.data() + m_at,       m_scanner.ends(),  m_line, m_scanner.sawHighBytes(),
                m_scanner.sawDoubledQuotes(), m_scanner.quotes()};
    m_raw = m_record.raw();
    m_line += m_scanner.innerLineFeeds() + 1;
    m_at += m_scanner.length();
    m_text.start(m_record);
    for (std::size_t i = 0; i < m_record.fieldCount(); ++i)
        m_fields.push_back(m_text.of(m_record.rawField(i)));
    if (m_fields.size() == 1 && m_format.width != 1 && isBlankText(m_fields[0])) {
        m_fields.clear();
        return false;
    }
    if (m_format.width == 0)
        m_format.width = m_fields.size();
    if (m_fields.size() == m_format.width)
        return true;
    m_problem = fieldCountProblem(m_fields.size(), m_format.width);
    m_raw = m_raw.substr(0, m_limits.keptRawBytes);
    m_fields.clear();
    return true;
}

/// Makes room and reads one block. False at the end of the source.
Result<bool> CsvReader::refill()
{
    if (m_sourceEnded)
        return false;
    if (m_at > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_at, m_end - m_at);
        m_end -= m_at;
        m_at = 0;
    }
    if (m_end + m_block + kCsvPadding > m_buffer.size())
        m_buffer.resize(std::max(m_end + m_block, m_end * 2) + kCsvPadding);
    const auto count = m_source.read(std::span(m_buffer).subspan(m_end, m_block));
    if (!count)
        return count.error();
    m_end += *count;
    m_sourceEnded = *count == 0;
    return *count != 0;
}

Status CsvReader::prime()
{
    m_primed = true;
    if (const Status filled = fillFirstLine(); !filled)
        return filled;
    const std::string_view start(m_buffer.data(), m_end);
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
        return Error{ErrorCode::Unsupported, "is UTF-16 text; save it as CSV in UTF-8", m_source.name()};
    if (start.starts_with(kByteOrderMark))
        m_at = kByteOrderMark.size();
    const std::string_view text(m_buffer.data() + m_at, std::min(m_end - m_at, m_limits.recordBytes));
    m_format.delimiter = likelyDelimiter(text.substr(0, text.find('\n')));
    skipSeparatorLine();
    return {};
}

/// Reads until the first line and the one behind it are at hand, the source ends or a record would be too long.
Status CsvReader::fillFirstLine()
{
    const auto linesAtHand = [this] { return std::count(m_buffer.data(), m_buffer.data() + m_end, '\n'); };
    while (linesAtHand() < 2 && m_end <= m_limits.recordBytes + kByteOrderMark.size()) {
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more)
            break;
    }
    return {};
}

/// Spreadsheets write "sep=;" ahead of the header.
void CsvReader::skipSeparatorLine()
{
    const std::string_view text(m_buffer.data() + m_at, m_end - m_at);
    const std::size_t lineEnd = text.find('\n');
    std::string_view line = text.substr(0, lineEnd);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.size() != 5 || !line.starts_with("sep=") || lineEnd == std::string_view::npos)
        return;
    m_format.delimiter = line.back();
    m_at += lineEnd + 1;
    ++m_line;
}

/// Skips one line end at the start of a record; false when none stands there.
bool CsvReader::skipEmptyLine()
{
    const char* const at = m_buffer.data() + m_at;
    const bool lineFeed = *at == '\n';
    const bool both = *at == '\r' && m_end - m_at > 1 && at[1] == '\n';
    if (!lineFeed && !both)
        return false;
    m_at += lineFeed ? 1 : 2;
    ++m_line;
    return true;
}

/// Gives up the record's first physical line and stands on the next one.
Result<CsvReader::Step> CsvReader::recover()
{
    while (unread().find('\n') == std::string_view::npos && m_end - m_at <= m_limits.keptRawBytes) {
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more)
            break;
    }
    m_rawCopy = firstLineOf(unread(), m_limits.keptRawBytes);
    m_raw = m_rawCopy;
    m_problem = m_scanner.problem();
    m_recordLine = m_line++;
    if (const Status skipped = skipRestOfLine(); !skipped)
        return skipped.error();
    return Step::Malformed;
}

Status CsvReader::skipRestOfLine()
{
    for (;;) {
        const std::size_t lineEnd = unread().find('\n');
        if (lineEnd != std::string_view::npos) {
            m_at += lineEnd + 1;
            return {};
        }
        m_at = m_end;
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more)
            return {};
    }
}

} // namespace altimeter::providers

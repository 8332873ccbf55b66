#include "providers/focus/csvreader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace altimeter::providers {

namespace {

constexpr std::size_t kPadding = 32; ///< readable bytes behind the buffer, so that a vector load needs no bound
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Finds the next byte that means something. May load up to 15 bytes behind `end`, never answers beyond it.
class Finder {
public:
#if defined(__SSE2__)
    explicit Finder(char delimiter)
        : m_delimiter(_mm_set1_epi8(delimiter)), m_quote(_mm_set1_epi8('"')), m_lineFeed(_mm_set1_epi8('\n')),
          m_high(_mm_setzero_si128())
    {
    }
    const char* inPlain(const char* at, const char* end)
    {
        return find(at, end, [this](__m128i bytes) {
            return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, m_delimiter), _mm_cmpeq_epi8(bytes, m_quote)),
                                _mm_or_si128(_mm_cmpeq_epi8(bytes, m_lineFeed), isNul(bytes)));
        });
    }
    const char* inQuotes(const char* at, const char* end)
    {
        return find(at, end, [this](__m128i bytes) {
            return _mm_or_si128(_mm_cmpeq_epi8(bytes, m_quote),
                                _mm_or_si128(_mm_cmpeq_epi8(bytes, m_lineFeed), isNul(bytes)));
        });
    }
    bool sawHighBytes() const
    {
        return _mm_movemask_epi8(m_high) != 0;
    }

private:
    static __m128i isNul(__m128i bytes)
    {
        return _mm_cmpeq_epi8(bytes, _mm_setzero_si128());
    }

    template <typename Match> const char* find(const char* at, const char* end, Match match)
    {
        for (; at < end; at += 16) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            m_high = _mm_or_si128(m_high, bytes);
            const auto hits = static_cast<unsigned>(_mm_movemask_epi8(match(bytes)));
            if (hits != 0)
                return std::min(at + std::countr_zero(hits), end);
        }
        return end;
    }

    __m128i m_delimiter;
    __m128i m_quote;
    __m128i m_lineFeed;
    __m128i m_high;
#else
    explicit Finder(char delimiter) : m_delimiter(delimiter) {}
    const char* inPlain(const char* at, const char* end)
    {
        while (at != end && *at != m_delimiter && *at != '"' && *at != '\n' && *at != '\0')
            m_high |= *at++;
        return at;
    }
    const char* inQuotes(const char* at, const char* end)
    {
        while (at != end && *at != '"' && *at != '\n' && *at != '\0')
            m_high |= *at++;
        return at;
    }
    bool sawHighBytes() const
    {
        return (static_cast<unsigned char>(m_high) & 0x80U) != 0;
    }

private:
    char m_delimiter;
    char m_high = 0;
#endif
};

bool isBlankText(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

char likelyDelimiter(std::string_view line)
{
    std::array<std::size_t, 3> counts{};
    bool quoted = false;
    for (const char c : line) {
        quoted ^= c == '"';
        counts[0] += !quoted && c == ',';
        counts[1] += !quoted && c == ';';
        counts[2] += !quoted && c == '\t';
    }
    constexpr std::array kDelimiters{',', ';', '\t'};
    return kDelimiters[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

std::string megabytes(std::size_t bytes)
{
    constexpr std::size_t kMebi = std::size_t{1} << 20;
    return bytes % kMebi == 0 ? std::to_string(bytes / kMebi) + " MiB" : std::to_string(bytes) + " bytes";
}

} // namespace

CsvReader::CsvReader(ByteSource& source, std::size_t blockBytes, const CsvLimits& limits)
    : m_source(source), m_block(std::max<std::size_t>(blockBytes, 1)), m_limits(limits), m_buffer(m_block + kPadding),
      m_fields(limits.columns)
{
}

Result<CsvReader::Step> CsvReader::next()
{
    if (!m_primed) {
        if (const Status primed = prime(); !primed)
            return primed.error();
    }
    for (;;) {
        if (m_at == m_end || skipEmptyLine()) {
            if (m_at != m_end)
                continue;
            const auto more = refill();
            if (!more)
                return more.error();
            if (!*more)
                return Step::End;
            continue;
        }
        const Scan outcome = scan();
        if (outcome == Scan::NeedMore) {
            const auto more = refill();
            if (!more)
                return more.error();
            continue;
        }
        if (outcome == Scan::Malformed)
            return recover();
        if (m_fieldCount == 1 && m_width != 1 && isBlankText(m_fields[0]))
            continue;
        if (!hasWidth())
            return Step::Malformed;
        return Step::Record;
    }
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
    if (m_end + m_block + kPadding > m_buffer.size())
        m_buffer.resize(std::max(m_end + m_block, m_end * 2) + kPadding);
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
    m_delimiter = likelyDelimiter(text.substr(0, text.find('\n')));
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
    m_delimiter = line.back();
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

CsvReader::Scan CsvReader::fail(std::string check, std::string message)
{
    m_problem = {std::move(check), std::move(message)};
    return Scan::Malformed;
}

bool CsvReader::isTooLong(const char* record, const char* field, const char* stop) const
{
    return static_cast<std::size_t>(stop - field) > m_limits.fieldBytes ||
           static_cast<std::size_t>(stop - record) > m_limits.recordBytes;
}

/// Names the limit that is met first, wherever the blocks end.
CsvReader::Scan CsvReader::failTooLong(const char* record, const char* field)
{
    const std::size_t rowLeft =
        m_limits.recordBytes - std::min<std::size_t>(m_limits.recordBytes, static_cast<std::size_t>(field - record));
    if (m_limits.fieldBytes < rowLeft)
        return fail("field-too-long",
                    "a field is longer than " + megabytes(m_limits.fieldBytes) + ", or its closing quote is missing");
    return fail("row-too-long",
                "the row is longer than " + megabytes(m_limits.recordBytes) + ", or a closing quote is missing");
}

CsvReader::Scan CsvReader::scan()
{
    const char* const begin = m_buffer.data() + m_at;
    const char* const end = m_buffer.data() + m_end;
    const char* at = begin;
    Finder finder(m_delimiter);
    m_fieldCount = 0;
    m_lineFeeds = 0;
    m_scratchUsed = 0;
    m_highBytes = false;
    bool quotedHigh = false;
    for (;;) {
        std::string_view field;
        if (at != end && *at == '"') {
            if (const Scan quoted = scanQuoted(at, end, field); quoted != Scan::Complete)
                return quoted;
            quotedHigh = quotedHigh || m_highBytes;
        } else {
            const char* const stop = finder.inPlain(at, end);
            if (isTooLong(begin, at, stop))
                return failTooLong(begin, at);
            if (stop == end && !m_sourceEnded)
                return Scan::NeedMore;
            if (stop != end && *stop == '"')
                return fail("stray-quote", "a quote stands inside an unquoted field");
            if (stop != end && *stop == '\0')
                return fail("nul-byte", "a NUL byte stands in the row");
            field = {at, static_cast<std::size_t>(stop - at)};
            if ((stop == end || *stop == '\n') && field.ends_with('\r'))
                field.remove_suffix(1);
            at = stop;
        }
        if (static_cast<std::size_t>(at - begin) > m_limits.recordBytes)
            return fail("row-too-long", "the row is longer than " + megabytes(m_limits.recordBytes));
        if (m_fieldCount == m_limits.columns)
            return fail("too-many-columns", "the row has more than " + std::to_string(m_limits.columns) + " columns");
        m_fields[m_fieldCount++] = field;
        if (at != end && *at == m_delimiter) {
            ++at;
            continue;
        }
        m_highBytes = quotedHigh || finder.sawHighBytes();
        const char* next = at;
        if (next != end && *next == '\r')
            ++next;
        finishRecord(begin, at, next == end ? end : next + 1);
        return Scan::Complete;
    }
}

/// Reads a quoted field that starts at `at`; afterwards `at` stands on what follows the closing quote: a delimiter, the
/// line end or the end of the source.
CsvReader::Scan CsvReader::scanQuoted(const char*& at, const char* end, std::string_view& field)
{
    const char* const begin = m_buffer.data() + m_at;
    const char* const content = at + 1;
    const char* stop = content;
    Finder finder(m_delimiter);
    bool doubled = false;
    for (;;) {
        stop = finder.inQuotes(stop, end);
        if (isTooLong(begin, content, stop))
            return failTooLong(begin, content);
        if (stop == end)
            return m_sourceEnded ? fail("unclosed-quote", "a quoted field is never closed") : Scan::NeedMore;
        if (*stop == '\0')
            return fail("nul-byte", "a NUL byte stands in the row");
        if (*stop == '\n') {
            ++m_lineFeeds;
            ++stop;
            continue;
        }
        if (stop + 1 == end && !m_sourceEnded)
            return Scan::NeedMore;
        if (stop + 1 == end || stop[1] != '"')
            break;
        doubled = true;
        stop += 2;
    }
    m_highBytes = finder.sawHighBytes();
    field = {content, static_cast<std::size_t>(stop - content)};
    if (doubled)
        field = unescaped(field);
    at = stop + 1;
    if (at == end || *at == m_delimiter || *at == '\n')
        return Scan::Complete;
    if (*at == '\r' && at + 1 == end && !m_sourceEnded)
        return Scan::NeedMore;
    if (*at == '\r' && (at + 1 == end || at[1] == '\n'))
        return Scan::Complete;
    return fail("stray-quote", "text follows the closing quote of a field");
}

std::string_view CsvReader::unescaped(std::string_view quoted)
{
    // The buffer grows between scans only, so nothing of this record lies in the scratch when it has to follow.
    if (m_scratch.size() < m_buffer.size())
        m_scratch.resize(m_buffer.size());
    char* const begin = m_scratch.data() + m_scratchUsed;
    char* to = begin;
    for (std::size_t from = 0; from < quoted.size();) {
        const std::size_t quote = std::min(quoted.find('"', from), quoted.size() - 1);
        std::memcpy(to, quoted.data() + from, quote - from + 1);
        to += quote - from + 1;
        from = quote + (quoted[quote] == '"' ? 2 : 1);
    }
    m_scratchUsed += static_cast<std::size_t>(to - begin);
    return {begin, static_cast<std::size_t>(to - begin)};
}

void CsvReader::finishRecord(const char* begin, const char* contentEnd, const char* next)
{
    m_raw = {begin, static_cast<std::size_t>(contentEnd - begin)};
    if (m_raw.ends_with('\r'))
        m_raw.remove_suffix(1);
    m_recordLine = m_line;
    m_line += m_lineFeeds + 1;
    m_at = static_cast<std::size_t>(next - m_buffer.data());
}

/// The first record sets the width; false when a later one differs.
bool CsvReader::hasWidth()
{
    if (m_width == 0)
        m_width = m_fieldCount;
    if (m_fieldCount == m_width)
        return true;
    m_problem = {"field-count",
                 "the row has " + std::to_string(m_fieldCount) + " fields, the header has " + std::to_string(m_width)};
    m_raw = m_raw.substr(0, m_limits.keptRawBytes);
    return false;
}

/// Gives up the record's first physical line and stands on the next one.
Result<CsvReader::Step> CsvReader::recover()
{
    const auto lineAtHand = [this] { return std::string_view(m_buffer.data() + m_at, m_end - m_at); };
    while (lineAtHand().find('\n') == std::string_view::npos && m_end - m_at <= m_limits.keptRawBytes) {
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more)
            break;
    }
    std::string_view line = lineAtHand().substr(0, lineAtHand().find('\n'));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    m_rawCopy = line.substr(0, m_limits.keptRawBytes);
    m_raw = m_rawCopy;
    m_recordLine = m_line++;
    m_fieldCount = 0;
    if (const Status skipped = skipRestOfLine(); !skipped)
        return skipped.error();
    return Step::Malformed;
}

Status CsvReader::skipRestOfLine()
{
    for (;;) {
        const std::string_view rest(m_buffer.data() + m_at, m_end - m_at);
        const std::size_t lineEnd = rest.find('\n');
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

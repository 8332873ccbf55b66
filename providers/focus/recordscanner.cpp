#include "providers/focus/recordscanner.h"

#include "models/text/words.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace altimeter::providers {

namespace {

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

std::string megabytes(std::size_t bytes)
{
    constexpr std::size_t kMebi = std::size_t{1} << 20;
    return bytes % kMebi == 0 ? std::to_string(bytes / kMebi) + " MiB" : std::to_string(bytes) + " bytes";
}

/// Copies up to the first quote, that included, and answers how many bytes that were. May write 15 bytes too many and
/// read as many behind `from`.
std::size_t copyThroughQuote(char* to, const char* from, std::size_t size)
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    for (std::size_t i = 0; i < size; i += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), bytes);
        const auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)));
        if (hits != 0)
            return std::min(i + static_cast<std::size_t>(std::countr_zero(hits)) + 1, size);
    }
    return size;
#else
    std::size_t count = 0;
    while (count < size && from[count] != '"') {
        to[count] = from[count];
        ++count;
    }
    if (count < size)
        to[count++] = '"';
    return count;
#endif
}

/// Behind the quoted text that begins at `at`, or npos where it is not closed.
std::size_t quotedEnd(std::string_view line, std::size_t at, bool withBackslash)
{
    for (++at; at < line.size(); ++at) {
        if (withBackslash && line[at] == '\\')
            ++at;
        else if (line[at] == '"' && !withBackslash && at + 1 < line.size() && line[at + 1] == '"')
            ++at;
        else if (line[at] == '"')
            return at + 1;
    }
    return std::string_view::npos;
}

/// Behind the JSON object or list that begins at `at`, or npos where its brackets do not close.
std::size_t jsonEnd(std::string_view line, std::size_t at)
{
    std::size_t open = 0;
    while (at < line.size()) {
        const char c = line[at];
        if (c == '"') {
            for (++at; at < line.size() && line[at] != '"'; ++at)
                at += line[at] == '\\' ? 1U : 0U;
        }
        ++at;
        open += c == '{' || c == '[' ? 1U : 0U;
        if ((c == '}' || c == ']') && --open == 0)
            return at;
    }
    return std::string_view::npos;
}

/// Where the field that begins at `at` ends: on the delimiter or behind the line; npos where it cannot be read so.
std::size_t fieldEnd(std::string_view line, std::size_t at, char delimiter, QuoteStyle style)
{
    const auto closed = [&](std::size_t end) {
        return end <= line.size() && (end == line.size() || line[end] == delimiter) ? end : std::string_view::npos;
    };
    const char first = at < line.size() ? line[at] : delimiter;
    if (first == '"')
        return closed(quotedEnd(line, at, style == QuoteStyle::Backslash));
    if (style == QuoteStyle::Bare && (first == '{' || first == '[')) {
        const std::size_t end = closed(jsonEnd(line, at));
        if (end != std::string_view::npos)
            return end;
    }
    const std::size_t end = std::min(line.find(delimiter, at), line.size());
    const bool hasQuote = line.substr(at, end - at).find('"') != std::string_view::npos;
    return hasQuote && !(style == QuoteStyle::Bare && delimiter == '\t') ? std::string_view::npos : end;
}

} // namespace

std::string_view FieldText::withoutBackslashes(std::string_view content)
{
    char* const begin = m_scratch.data() + m_used;
    char* to = begin;
    for (std::size_t i = 0; i < content.size(); ++i) {
        const bool escapes =
            content[i] == '\\' && i + 1 < content.size() && (content[i + 1] == '"' || content[i + 1] == '\\');
        i += escapes ? 1U : 0U;
        *to++ = content[i];
    }
    m_used += static_cast<std::size_t>(to - begin);
    return {begin, static_cast<std::size_t>(to - begin)};
}

std::string_view FieldText::unescaped(std::string_view content)
{
    char* const begin = m_scratch.data() + m_used;
    char* to = begin;
    for (std::size_t from = 0; from < content.size();) {
        const std::size_t count = copyThroughQuote(to, content.data() + from, content.size() - from);
        to += count;
        from += count + 1; // the second quote of a pair
    }
    m_used += static_cast<std::size_t>(to - begin);
    return {begin, static_cast<std::size_t>(to - begin)};
}

RecordScanner::Outcome RecordScanner::fail(std::string check, std::string message)
{
    m_problem = {std::move(check), std::move(message)};
    return Outcome::Malformed;
}

bool RecordScanner::isTooLong(const char* field, const char* stop) const
{
    return static_cast<std::size_t>(stop - field) > m_limits.fieldBytes ||
           static_cast<std::size_t>(stop - m_begin) > m_limits.recordBytes;
}

/// Names the limit that is met first, wherever the text ends.
RecordScanner::Outcome RecordScanner::failTooLong(const char* field)
{
    const std::size_t rowLeft =
        m_limits.recordBytes - std::min<std::size_t>(m_limits.recordBytes, static_cast<std::size_t>(field - m_begin));
    if (m_limits.fieldBytes < rowLeft)
        return fail("field-too-long",
                    "a field is longer than " + megabytes(m_limits.fieldBytes) + ", or its closing quote is missing");
    return fail("row-too-long",
                "the row is longer than " + megabytes(m_limits.recordBytes) + ", or a closing quote is missing");
}

RecordScanner::Outcome RecordScanner::scan(std::string_view text, const CsvFormat& format, bool isLast)
{
    m_quotes = QuoteStyle::Doubled;
    const Outcome outcome = scanStandard(text, format.delimiter, isLast);
    const bool isAstray = outcome == Outcome::Malformed && m_problem.check != "nul-byte" && format.width > 0;
    return isAstray ? scanOtherwise(text, format, isLast) : outcome;
}

/// Only the first line is looked at: so a quote that is never closed costs no more than its line, however long the file
/// is, and what is found does not depend on how much of the file is at hand.
RecordScanner::Outcome RecordScanner::scanOtherwise(std::string_view text, const CsvFormat& format, bool isLast)
{
    const std::size_t lineFeed = text.find('\n');
    if (lineFeed == std::string_view::npos && !isLast)
        return text.size() > m_limits.recordBytes ? Outcome::Malformed : Outcome::NeedMore;
    std::string_view line = text.substr(0, lineFeed);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.size() > m_limits.recordBytes || line.find('\0') != std::string_view::npos)
        return Outcome::Malformed;
    const bool hasEscape = line.find("\\\"") != std::string_view::npos;
    const bool asBackslash = hasEscape && splitLine(line, format, QuoteStyle::Backslash);
    if (!asBackslash && !splitLine(line, format, QuoteStyle::Bare))
        return Outcome::Malformed;
    m_quotes = asBackslash ? QuoteStyle::Backslash : QuoteStyle::Bare;
    m_highBytes =
        std::any_of(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
    m_doubledQuotes = !asBackslash;
    m_innerLineFeeds = 0;
    m_length = lineFeed == std::string_view::npos ? text.size() : lineFeed + 1;
    return Outcome::Complete;
}

/// Whether the line has as many fields as the header when quotes are written in that style; m_ends then says which.
bool RecordScanner::splitLine(std::string_view line, const CsvFormat& format, QuoteStyle style)
{
    m_fieldCount = 0;
    for (std::size_t at = 0;; ++at) {
        const std::size_t end = fieldEnd(line, at, format.delimiter, style);
        if (end == std::string_view::npos || end - at > m_limits.fieldBytes || m_fieldCount == m_ends.size())
            return false;
        m_ends[m_fieldCount++] = static_cast<std::uint32_t>(end);
        if (end == line.size())
            return m_fieldCount == format.width;
        at = end;
    }
}

RecordScanner::Outcome RecordScanner::scanStandard(std::string_view text, char delimiter, bool isLast)
{
    m_begin = text.data();
    m_end = m_begin + text.size();
    m_delimiter = delimiter;
    m_isLast = isLast;
    m_fieldCount = 0;
    m_innerLineFeeds = 0;
    m_highBytes = false;
    m_doubledQuotes = false;
    for (const char* at = m_begin;; ++at) {
        const bool quoted = at != m_end && *at == '"';
        const char* contentEnd = nullptr;
        const Outcome outcome = quoted ? scanQuoted(at) : scanPlain(at, contentEnd);
        if (outcome != Outcome::Complete)
            return outcome;
        if (quoted)
            contentEnd = at;
        if (static_cast<std::size_t>(at - m_begin) > m_limits.recordBytes)
            return fail("row-too-long", "the row is longer than " + megabytes(m_limits.recordBytes));
        if (m_fieldCount == m_limits.columns)
            return fail("too-many-columns", "the row has more than " + std::to_string(m_limits.columns) + " columns");
        m_ends[m_fieldCount++] = static_cast<std::uint32_t>(contentEnd - m_begin);
        if (at != m_end && *at == m_delimiter)
            continue;
        if (at != m_end && *at == '\r')
            ++at;
        m_length = static_cast<std::size_t>((at == m_end ? at : at + 1) - m_begin);
        return Outcome::Complete;
    }
}

/// Reads an unquoted field that starts at `at`; afterwards `at` stands on the delimiter, the line feed or the end.
RecordScanner::Outcome RecordScanner::scanPlain(const char*& at, const char*& contentEnd)
{
    Finder finder(m_delimiter);
    const char* const stop = finder.inPlain(at, m_end);
    if (isTooLong(at, stop))
        return failTooLong(at);
    if (stop == m_end && !m_isLast)
        return Outcome::NeedMore;
    if (stop != m_end && *stop == '"')
        return fail("stray-quote", "a quote stands inside an unquoted field");
    if (stop != m_end && *stop == '\0')
        return fail("nul-byte", "a NUL byte stands in the row");
    const bool endsLine = stop == m_end || *stop == '\n';
    contentEnd = endsLine && stop != at && stop[-1] == '\r' ? stop - 1 : stop;
    m_highBytes = m_highBytes || finder.sawHighBytes();
    at = stop;
    return Outcome::Complete;
}

/// Reads a quoted field that starts at `at`; afterwards `at` stands on what follows the closing quote: a delimiter, the
/// line end or the end of the file.
RecordScanner::Outcome RecordScanner::scanQuoted(const char*& at)
{
    const char* const content = at + 1;
    const char* stop = content;
    Finder finder(m_delimiter);
    for (;;) {
        stop = finder.inQuotes(stop, m_end);
        if (isTooLong(content, stop))
            return failTooLong(content);
        if (stop == m_end)
            return m_isLast ? fail("unclosed-quote", "a quoted field is never closed") : Outcome::NeedMore;
        if (*stop == '\0')
            return fail("nul-byte", "a NUL byte stands in the row");
        if (*stop == '\n') {
            ++m_innerLineFeeds;
            ++stop;
            continue;
        }
        if (stop + 1 == m_end && !m_isLast)
            return Outcome::NeedMore;
        if (stop + 1 == m_end || stop[1] != '"')
            break;
        m_doubledQuotes = true;
        stop += 2;
    }
    m_highBytes = m_highBytes || finder.sawHighBytes();
    at = stop + 1;
    if (at == m_end || *at == m_delimiter || *at == '\n')
        return Outcome::Complete;
    if (*at == '\r' && at + 1 == m_end && !m_isLast)
        return Outcome::NeedMore;
    if (*at == '\r' && (at + 1 == m_end || at[1] == '\n'))
        return Outcome::Complete;
    return fail("stray-quote", "text follows the closing quote of a field");
}

CsvProblem fieldCountProblem(std::size_t fields, std::size_t width)
{
    return {"field-count",
            "the row has " + std::to_string(fields) + " fields, the header has " + std::to_string(width)};
}

bool isBlankText(std::string_view text)
{
    return words::trimmed(text, " \t\r").empty();
}

std::string_view firstLineOf(std::string_view text, std::size_t most)
{
    std::string_view line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line.substr(0, most);
}

} // namespace altimeter::providers

#include "providers/focus/csvblock.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace altimeter::providers {

namespace {

constexpr std::size_t kWordBytes = 64;
constexpr std::size_t kSliceBytes = std::size_t{128} << 10; ///< between two looks at the stop token

/// One bit for each of 64 bytes.
struct WordMasks {
    std::uint64_t quotes = 0, delimiters = 0, lineFeeds = 0, nuls = 0;
    bool hasHighBytes = false;
};

struct Counts {
    std::uint64_t quotes = 0, lineFeeds = 0;
};

#if defined(__SSE2__)

std::uint64_t bits(__m128i matches)
{
    return static_cast<std::uint32_t>(_mm_movemask_epi8(matches));
}

struct Quarters {
    __m128i a, b, c, d;

    explicit Quarters(const char* text)
        : a(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text))),
          b(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16))),
          c(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 32))),
          d(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 48)))
    {
    }
    std::uint64_t equalTo(char byte) const
    {
        const __m128i wanted = _mm_set1_epi8(byte);
        return bits(_mm_cmpeq_epi8(a, wanted)) | bits(_mm_cmpeq_epi8(b, wanted)) << 16U |
               bits(_mm_cmpeq_epi8(c, wanted)) << 32U | bits(_mm_cmpeq_epi8(d, wanted)) << 48U;
    }
    bool hasHighBytes() const { return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) != 0; }
    bool hasNul() const
    {
        const __m128i smallest = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
        return _mm_movemask_epi8(_mm_cmpeq_epi8(smallest, _mm_setzero_si128())) != 0;
    }
};

WordMasks masksOf(const char* text, char delimiter)
{
    const Quarters bytes(text);
    return {bytes.equalTo('"'), bytes.equalTo(delimiter), bytes.equalTo('\n'), bytes.hasNul() ? bytes.equalTo('\0') : 0,
            bytes.hasHighBytes()};
}

std::uint64_t sumOfBytes(__m128i counters)
{
    const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
           static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
}

Counts countsOf(std::string_view text)
{
    constexpr std::size_t kLanes = 16;
    constexpr std::size_t kRounds = 255; // a counter of one byte holds as many
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i lineFeed = _mm_set1_epi8('\n');
    Counts counts;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (static_cast<std::size_t>(end - at) >= kLanes) {
        __m128i quotes = _mm_setzero_si128();
        __m128i lineFeeds = _mm_setzero_si128();
        for (std::size_t i = 0; i < kRounds && static_cast<std::size_t>(end - at) >= kLanes; ++i, at += kLanes) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            quotes = _mm_sub_epi8(quotes, _mm_cmpeq_epi8(bytes, quote));
            lineFeeds = _mm_sub_epi8(lineFeeds, _mm_cmpeq_epi8(bytes, lineFeed));
        }
        counts.quotes += sumOfBytes(quotes);
        counts.lineFeeds += sumOfBytes(lineFeeds);
    }
    for (; at != end; ++at) {
        counts.quotes += *at == '"';
        counts.lineFeeds += *at == '\n';
    }
    return counts;
}

#else

WordMasks masksOf(const char* text, char delimiter)
{
    WordMasks masks;
    for (std::size_t i = 0; i < kWordBytes; ++i) {
        masks.quotes |= std::uint64_t{text[i] == '"'} << i;
        masks.delimiters |= std::uint64_t{text[i] == delimiter} << i;
        masks.lineFeeds |= std::uint64_t{text[i] == '\n'} << i;
        masks.nuls |= std::uint64_t{text[i] == '\0'} << i;
        masks.hasHighBytes = masks.hasHighBytes || static_cast<unsigned char>(text[i]) > 127;
    }
    return masks;
}

Counts countsOf(std::string_view text)
{
    return {static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '"')),
            static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'))};
}

#endif

/// Bit i of the answer: whether an odd number of bits up to and with bit i is set.
std::uint64_t prefixXor(std::uint64_t bits)
{
    bits ^= bits << 1U;
    bits ^= bits << 2U;
    bits ^= bits << 4U;
    bits ^= bits << 8U;
    bits ^= bits << 16U;
    bits ^= bits << 32U;
    return bits;
}

} // namespace

CsvCutter::CsvCutter(ByteSource& source, std::size_t blockBytes, std::uint64_t line, const CsvLimits& limits)
    : m_source(source), m_blockBytes(std::max<std::size_t>(blockBytes, 1)),
      m_mostBytes(limits.recordBytes + m_blockBytes), m_line(line)
{
}

Result<bool> CsvCutter::next(CsvBlock& block, const std::stop_token& stop)
{
    if (m_ended)
        return false;
    if (block.buffer.size() < m_carry.size() + kCsvPadding)
        block.buffer.resize(m_carry.size() + kCsvPadding);
    std::copy(m_carry.begin(), m_carry.end(), block.buffer.begin());
    block.size = m_carry.size();
    block.line = m_line;
    block.isLast = false;
    m_carry.clear();
    m_quotes = m_lineFeeds = 0;
    count(block.text());
    std::size_t cut = 0;
    for (std::size_t wanted = m_blockBytes; cut == 0 && !m_ended; wanted += block.size) {
        const std::size_t known = wanted == m_blockBytes ? 0 : block.size; // where no cut was found before
        const auto filled = fill(block, std::max(wanted, block.size + 1), stop);
        if (!filled)
            return filled.error();
        block.isLast = m_ended = !*filled;
        cut = block.isLast ? block.size : cutBehind(block.text(), known);
        m_ended = m_ended || (cut == 0 && block.size > m_mostBytes);
    }
    block.consumed = m_source.consumed();
    if (cut == 0)
        cut = block.size;
    m_carry = block.text().substr(cut);
    block.size = cut;
    m_line += m_lineFeeds;
    return block.size > 0;
}

/// Reads until `block` holds `wanted` bytes. False when the source ended before.
Result<bool> CsvCutter::fill(CsvBlock& block, std::size_t wanted, const std::stop_token& stop)
{
    if (block.buffer.size() < wanted + kCsvPadding)
        block.buffer.resize(wanted + kCsvPadding);
    while (block.size < wanted) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "reading was cancelled", m_source.name()};
        const auto target = std::span(block.buffer).subspan(block.size, std::min(wanted - block.size, kSliceBytes));
        const auto got = m_source.read(target);
        if (!got)
            return got.error();
        if (*got == 0)
            return false;
        count({target.data(), *got});
        block.size += *got;
    }
    return true;
}

void CsvCutter::count(std::string_view bytes)
{
    const Counts counts = countsOf(bytes);
    m_quotes += counts.quotes;
    m_lineFeeds += counts.lineFeeds;
}

/// One behind the last line feed outside quotes that stands at `from` or later, 0 when there is none. Leaves the line
/// feeds behind the cut out of the count.
std::size_t CsvCutter::cutBehind(std::string_view text, std::size_t from)
{
    bool quoted = m_quotes % 2 != 0;
    std::uint64_t skipped = 0;
    for (std::size_t at = text.size(); at > from; --at) {
        const char c = text[at - 1];
        quoted ^= c == '"';
        if (c != '\n')
            continue;
        if (!quoted) {
            m_lineFeeds -= skipped;
            return at;
        }
        ++skipped;
    }
    return 0;
}

CsvBlockReader::CsvBlockReader(const CsvFormat& format, const CsvLimits& limits)
    : m_format(format), m_limits(limits), m_longest(std::min(limits.fieldBytes, limits.recordBytes)), m_scanner(limits),
      m_ends(format.width)
{
}

void CsvBlockReader::start(CsvBlock& block)
{
    m_text = block.buffer.data();
    m_size = block.size;
    m_isLast = block.isLast;
    m_limit = m_size;
    if (m_isLast && m_size > 0 && m_text[m_size - 1] != '\n')
        block.buffer[m_limit++] = '\n';
    m_line = block.line;
    m_at = 0;
    seek(0);
}

CsvBlockReader::Step CsvBlockReader::next()
{
    while (m_at < m_size) {
        const Fast outcome = readFast();
        if (outcome == Fast::Record)
            return Step::Record;
        if (outcome == Fast::Empty)
            continue;
        const Step step = readOdd();
        if (step != Step::End)
            return step;
    }
    return Step::End;
}

/// Takes one record as the masks show it. Odd leaves everything to readOdd().
CsvBlockReader::Fast CsvBlockReader::readFast()
{
    std::size_t count = 0;
    for (;;) {
        while (m_structural == 0) {
            if (!loadWord())
                return Fast::Odd;
        }
        const std::size_t position = m_word + static_cast<std::size_t>(std::countr_zero(m_structural));
        m_structural &= m_structural - 1;
        if (count == m_ends.size())
            return Fast::Odd;
        m_ends[count++] = static_cast<std::uint32_t>(position - m_at);
        if (m_text[position] != '\n')
            continue;
        if (position >= m_odd || position - m_at > m_longest)
            return Fast::Odd;
        if (count == 1 && isEmptyLine(position)) {
            m_at = position + 1;
            ++m_line;
            return Fast::Empty;
        }
        if (count != m_ends.size())
            return Fast::Odd;
        takeFast(position);
        return Fast::Record;
    }
}

bool CsvBlockReader::isEmptyLine(std::size_t lineFeed) const
{
    return lineFeed < m_size && (lineFeed == m_at || (lineFeed == m_at + 1 && m_text[m_at] == '\r'));
}

void CsvBlockReader::takeFast(std::size_t lineFeed)
{
    if (lineFeed > m_at && m_text[lineFeed - 1] == '\r')
        --m_ends.back();
    m_record = {m_text + m_at, m_ends, m_line, m_high || m_wordHigh, m_doubled || m_wordDoubled};
    m_raw = m_record.raw();
    const std::uint64_t inner = innerLineFeedsBefore(lineFeed);
    m_line += inner - m_innerTaken + 1;
    m_innerTaken = inner;
    m_at = lineFeed + 1;
    m_high = m_doubled = false;
}

std::uint64_t CsvBlockReader::innerLineFeedsBefore(std::size_t position) const
{
    if (m_inner == 0)
        return m_innerBefore;
    const std::uint64_t below = (std::uint64_t{1} << (position - m_word)) - 1;
    return m_innerBefore + static_cast<std::uint64_t>(std::popcount(m_inner & below));
}

/// Lets the reference decide about the record at m_at. End: it was a blank line.
CsvBlockReader::Step CsvBlockReader::readOdd()
{
    const std::string_view rest(m_text + m_at, m_size - m_at);
    const auto outcome = m_scanner.scan(rest, m_format, m_isLast);
    const std::size_t lineFeed = rest.find('\n');
    if (outcome == RecordScanner::Outcome::NeedMore || (lineFeed == std::string_view::npos && !m_isLast))
        return Step::Torn;
    m_record = {rest.data(),       m_scanner.ends(), m_line, m_scanner.sawHighBytes(), m_scanner.sawDoubledQuotes(),
                m_scanner.quotes()};
    if (outcome == RecordScanner::Outcome::Malformed) {
        m_problem = m_scanner.problem();
        m_raw = firstLineOf(rest, m_limits.keptRawBytes);
        ++m_line;
        seek(m_at + std::min(lineFeed, rest.size() - 1) + 1);
        return Step::Malformed;
    }
    m_raw = m_record.raw();
    m_line += m_scanner.innerLineFeeds() + 1;
    seek(m_at + m_scanner.length());
    if (m_record.fieldCount() == m_format.width)
        return Step::Record;
    if (m_record.fieldCount() == 1) {
        FieldText text;
        text.start(m_record);
        if (isBlankText(text.of(m_record.rawField(0))))
            return Step::End;
    }
    m_problem = fieldCountProblem(m_record.fieldCount(), m_format.width);
    m_raw = m_raw.substr(0, m_limits.keptRawBytes);
    return Step::Malformed;
}

/// Stands at the begin of a record.
void CsvBlockReader::seek(std::size_t position)
{
    m_at = m_word = m_nextWord = position;
    m_structural = m_inner = m_innerBefore = m_innerTaken = 0;
    m_insideBefore = 0;
    m_edgeBefore = 1;
    m_closeBefore = 0;
    m_odd = kNone;
    m_wordHigh = m_wordDoubled = m_high = m_doubled = false;
}

/// Goes to the next 64 bytes. False at the end of the block.
bool CsvBlockReader::loadWord()
{
    if (m_nextWord >= m_limit)
        return false;
    m_high = m_high || m_wordHigh;
    m_doubled = m_doubled || m_wordDoubled;
    if (m_inner != 0)
        m_innerBefore += static_cast<std::uint64_t>(std::popcount(m_inner));
    m_word = m_nextWord;
    m_nextWord += kWordBytes;
    WordMasks masks = masksOf(m_text + m_word, m_format.delimiter);
    if (m_nextWord > m_limit) {
        const std::uint64_t valid = (std::uint64_t{1} << (m_limit - m_word)) - 1;
        masks.quotes &= valid;
        masks.delimiters &= valid;
        masks.lineFeeds &= valid;
        masks.nuls &= valid;
    }
    const std::uint64_t edges = masks.delimiters | masks.lineFeeds | masks.quotes;
    const std::uint64_t inside = prefixXor(masks.quotes) ^ m_insideBefore;
    const std::uint64_t opening = masks.quotes & inside;
    const std::uint64_t closing = masks.quotes & ~inside;
    std::uint64_t odd = (opening & ~(edges << 1U | m_edgeBefore)) | masks.nuls;
    const std::uint64_t unexpected = (closing << 1U | m_closeBefore) & ~edges;
    if (unexpected != 0)
        odd |= oddBehindQuotes(unexpected);
    if (odd != 0 && m_odd == kNone)
        m_odd = m_word + static_cast<std::size_t>(std::countr_zero(odd));
    m_structural = (masks.delimiters | masks.lineFeeds) & ~inside;
    m_inner = masks.lineFeeds & inside;
    m_wordHigh = masks.hasHighBytes;
    m_wordDoubled = (masks.quotes & (closing << 1U | m_closeBefore)) != 0;
    m_insideBefore = std::uint64_t{0} - (inside >> 63U);
    m_edgeBefore = edges >> 63U;
    m_closeBefore = closing >> 63U;
    return true;
}

/// Of the bytes behind closing quotes that are neither quote nor field end, those that do not begin a CRLF.
std::uint64_t CsvBlockReader::oddBehindQuotes(std::uint64_t candidates) const
{
    std::uint64_t odd = 0;
    for (; candidates != 0; candidates &= candidates - 1) {
        const std::size_t position = m_word + static_cast<std::size_t>(std::countr_zero(candidates));
        const bool endsLine = position + 1 < m_limit && m_text[position] == '\r' && m_text[position + 1] == '\n';
        if (!endsLine && position < m_limit)
            odd |= candidates & (~candidates + 1);
    }
    return odd;
}

} // namespace altimeter::providers

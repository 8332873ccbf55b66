#include "providers/events/recordstream.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr std::array<std::string_view, 8> kLists{"resourceSpans", "resourceLogs", "resourceMetrics", "data",
                                                 "observations",  "records",      "results",         "value"};

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace

/// Whether the byte at that place is there; reads on where it must.
bool JsonRecordStream::has(std::size_t at)
{
    while (at >= m_buffer.size() && !m_isEnd && !m_failure) {
        const std::size_t before = m_buffer.size();
        m_buffer.resize(before + kBlockBytes);
        const auto got = m_source.read(std::span(m_buffer).subspan(before));
        m_buffer.resize(before + (got ? *got : 0));
        if (!got)
            m_failure = got.error();
        else
            m_isEnd = *got == 0;
    }
    return at < m_buffer.size();
}

/// Forgets what was read, so that memory stays bounded.
void JsonRecordStream::consume(std::size_t count)
{
    m_line +=
        static_cast<std::uint64_t>(std::count(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_at),
                                              m_buffer.begin() + static_cast<std::ptrdiff_t>(m_at + count), '\n'));
    m_at += count;
}

/// Over a byte order mark, and over what belongs to a broken record.
void JsonRecordStream::prepare()
{
    if (!m_isBegun) {
        m_isBegun = true;
        has(2);
        if (std::string_view(m_buffer).starts_with("\xef\xbb\xbf"))
            m_at = 3;
    }
    while (m_lostColumn) { // a record begins no further right than the broken one did
        compact();
        consume(lineEnd(m_at) - m_at);
        if (!has(m_at)) {
            m_lostColumn.reset();
            return;
        }
        if (m_buffer[m_at] != '\n')
            continue; // a piece of a line without an end
        std::size_t at = m_at + 1;
        while (has(at) && (m_buffer[at] == ' ' || m_buffer[at] == '\t') && at - m_at <= *m_lostColumn)
            ++at;
        const bool isRecord = has(at) && (m_buffer[at] == '{' || m_buffer[at] == '[') && at - m_at - 1 <= *m_lostColumn;
        consume(1);
        if (isRecord)
            m_lostColumn.reset();
    }
}

void JsonRecordStream::compact()
{
    if (m_at < kBlockBytes)
        return;
    m_buffer.erase(0, m_at - 1); // what stands before tells whether a line begins here
    m_at = 1;
}

Result<std::optional<JsonRecord>> JsonRecordStream::next()
{
    compact();
    prepare();
    while (true) {
        // between records: blanks, commas, and lists that open and close
        while (has(m_at) && (isBlank(m_buffer[m_at]) || m_buffer[m_at] == ',' || m_buffer[m_at] == '[' ||
                             (m_buffer[m_at] == ']' && m_list.empty()))) {
            consume(1);
            compact();
        }
        if (!has(m_at)) {
            if (m_failure)
                return *m_failure;
            return std::optional<JsonRecord>();
        }
        if (m_isInWrapper && m_list.empty() && m_buffer[m_at] != '{') {
            if (!passMember())
                return std::optional<JsonRecord>(broken(lineEnd(m_at) - m_at, "it does not go on as JSON does"));
            continue;
        }
        if (m_buffer[m_at] == ']') {
            m_list.clear();
            consume(1);
            continue;
        }
        if (m_buffer[m_at] != '{')
            return std::optional<JsonRecord>(broken(lineEnd(m_at) - m_at, "it is no JSON object"));
        m_isInWrapper = m_isInWrapper && !m_list.empty();
        Extent found = extent(m_isInWrapper ? kLongestRecord : kLongestWhole);
        if (found.end == End::TooLong && !m_isInWrapper) {
            if (enterList())
                continue;
            found = extent(kLongestRecord);
        }
        if (m_failure && found.end != End::Whole)
            return *m_failure;
        return std::optional<JsonRecord>(take(found));
    }
}

JsonRecord JsonRecordStream::take(const Extent& found)
{
    if (found.end != End::Whole)
        return broken(found.size, found.why);
    JsonRecord record;
    record.text = std::string_view(m_buffer).substr(m_at, found.size);
    record.line = m_line;
    record.list = m_list;
    const std::uint64_t before = m_line;
    const bool beginsLine = m_at == 0 || m_buffer[m_at - 1] == '\n';
    consume(found.size);
    if (!m_isLines && m_line == before && beginsLine && found.size > 2) {
        std::size_t after = m_at;
        while (after < m_buffer.size() && (m_buffer[after] == ' ' || m_buffer[after] == '\r'))
            ++after;
        m_isLines = after < m_buffer.size() && m_buffer[after] == '\n';
    }
    return record;
}

/// Bytes of the line before the place.
std::size_t JsonRecordStream::column() const
{
    std::size_t at = m_at;
    while (at > 0 && m_buffer[at - 1] != '\n')
        --at;
    return m_at - at;
}

JsonRecord JsonRecordStream::broken(std::size_t size, std::string_view why)
{
    JsonRecord record;
    record.line = m_line;
    record.text = std::string_view(m_buffer).substr(m_at, size);
    record.problem = std::string(why);
    m_lostColumn = column();
    consume(size);
    return record;
}

/// Where the line ends that the byte lies on, its end not counted.
std::size_t JsonRecordStream::lineEnd(std::size_t at)
{
    while (true) {
        const std::size_t found = m_buffer.find('\n', at);
        if (found != std::string::npos)
            return found;
        at = m_buffer.size();
        // a line without an end is passed over in pieces
        if (at - m_at > kLongestRecord || !has(at))
            return m_buffer.size();
    }
}

/// At the quote that opens a text: goes behind the one that closes it. False where a line ends before, and at the end.
bool JsonRecordStream::passText(std::size_t& at)
{
    ++at;
    while (has(at)) {
        const char* const end = m_buffer.data() + m_buffer.size();
        const char* found = m_buffer.data() + at;
        while (found != end && *found != '"' && *found != '\\' && *found != '\n')
            ++found;
        at = static_cast<std::size_t>(found - m_buffer.data());
        if (found == end) {
            if (at - m_at > kLongestRecord)
                return true; // the caller sees that it is too long
            continue;
        }
        if (m_buffer[at] == '\n')
            return false;
        if (m_buffer[at] == '"') {
            ++at;
            return true;
        }
        at += has(at + 1) && m_buffer[at + 1] != '\n' ? 2U : 1U;
    }
    return false;
}

/// Whether an object begins a line although none can stand here.
bool JsonRecordStream::isRecordNext(std::size_t at)
{
    return has(at + 1) && m_buffer[at + 1] == '{';
}

JsonRecordStream::Extent JsonRecordStream::extent(std::size_t most)
{
    std::string open;   // brackets to be closed
    char before = '\0'; // what stands before, blanks apart
    std::size_t at = m_at;
    while (has(at)) {
        if (at - m_at > most)
            return {End::TooLong, lineEnd(at) - m_at, "it is longer than 32 MiB"};
        const char c = m_buffer[at];
        if (c == '"') {
            if (!passText(at) && has(at))
                return {End::Broken, at - m_at, "a text in it is not closed before the line ends"};
            before = '"';
            continue;
        }
        if (c == '\n') {
            const bool cannot =
                (before != ',' && before != ':' && before != '[') || (before == ',' && open.back() == '{') || m_isLines;
            if (cannot && isRecordNext(at))
                return {End::Broken, at - m_at, "it is not closed before the next one begins"};
        } else if (c == '{' || c == '[') {
            open += c;
        } else if (c == '}' || c == ']') {
            if (open.back() != (c == '}' ? '{' : '['))
                return {End::Broken, lineEnd(at) - m_at, "its brackets do not match"};
            open.pop_back();
            if (open.empty())
                return {End::Whole, at + 1 - m_at, {}};
        }
        if (!isBlank(c))
            before = c;
        ++at;
    }
    return {End::CutOff, m_buffer.size() - m_at, "it is cut off"};
}

/// At an object that is too long: goes into its list of records where it begins with one.
bool JsonRecordStream::enterList()
{
    std::size_t at = m_at + 1;
    while (has(at) && isBlank(m_buffer[at]))
        ++at;
    if (!has(at) || m_buffer[at] != '"')
        return false;
    const std::size_t quote = at;
    if (!passText(at) || !isList(m_buffer.substr(quote + 1, at - quote - 2)))
        return false;
    consume(quote - m_at);
    m_isInWrapper = true;
    return passMember();
}

bool JsonRecordStream::isList(std::string_view name)
{
    return std::find(kLists.begin(), kLists.end(), name) != kLists.end();
}

/// Between the members of the object around the lists: into the next list, over any other member, or out.
bool JsonRecordStream::passMember()
{
    if (m_buffer[m_at] == '}') {
        consume(1);
        m_isInWrapper = false;
        return true;
    }
    std::size_t at = m_at;
    if (m_buffer[m_at] != '"' || !passText(at))
        return false;
    const std::string name = m_buffer.substr(m_at + 1, at - m_at - 2);
    while (has(at) && (isBlank(m_buffer[at]) || m_buffer[at] == ':'))
        ++at;
    if (!has(at))
        return false;
    consume(at - m_at);
    const char c = m_buffer[m_at];
    if (c == '[' && isList(name)) {
        m_list = name;
        consume(1);
        return true;
    }
    if (c == '"') {
        at = m_at;
        const bool isClosed = passText(at);
        consume(at - m_at);
        return isClosed;
    }
    if (c == '{' || c == '[') {
        const Extent member = extent(kLongestRecord);
        consume(member.size);
        return member.end == End::Whole;
    }
    while (has(m_at) && m_buffer[m_at] != ',' && m_buffer[m_at] != '}' && m_buffer[m_at] != '\n')
        consume(1);
    return true;
}

} // namespace altimeter::providers

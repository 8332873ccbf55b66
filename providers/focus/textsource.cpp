#include "providers/focus/textsource.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace altimeter::providers {

namespace {

constexpr std::size_t kJudgedBytes = std::size_t{64} << 10;
constexpr std::size_t kZerosJudged = 4096;

/// How many of the bytes at even (`odd` 0) or odd places are zero.
std::size_t zerosAt(std::string_view bytes, std::size_t odd)
{
    std::size_t zeros = 0;
    for (std::size_t i = odd; i < bytes.size(); i += 2)
        zeros += bytes[i] == '\0' ? 1U : 0U;
    return zeros;
}

void appendUtf8(std::string& text, char32_t character)
{
    const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    const auto code = static_cast<std::uint32_t>(character);
    if (code < 0x80U) {
        put(code);
    } else if (code < 0x800U) {
        put(0xC0U | code >> 6U);
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000U) {
        put(0xE0U | code >> 12U);
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | code >> 18U);
        put(0x80U | (code >> 12U & 0x3FU));
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

} // namespace

TextSource::TextSource(std::unique_ptr<ByteSource> bytes) : ByteSource(bytes->name()), m_bytes(std::move(bytes)) {}

std::string TextSource::changes() const
{
    std::string said;
    if (m_encoding == Encoding::LittleEndian || m_encoding == Encoding::BigEndian)
        said = "the file is UTF-16 text and is read as such";
    if (m_turnsLineEnds)
        said += said.empty() ? "the lines end with carriage returns alone and are read as lines"
                             : "; its lines end with carriage returns alone";
    return said;
}

/// Reads the begin of the file and decides how the whole of it is read.
Status TextSource::begin()
{
    m_begin.resize(kJudgedBytes);
    std::size_t size = 0;
    while (size < m_begin.size()) {
        const auto got = m_bytes->read(std::span(m_begin).subspan(size));
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        size += *got;
    }
    m_begin.resize(size);
    const std::string_view judged = std::string_view(m_begin).substr(0, kZerosJudged);
    const std::size_t even = zerosAt(judged, 0);
    const std::size_t odd = zerosAt(judged, 1);
    const std::size_t most = judged.size() / 2 / 4 * 3;
    m_encoding = Encoding::Bytes;
    if (judged.starts_with("\xFF\xFE") || (judged.size() >= 4 && even == 0 && odd > most))
        m_encoding = Encoding::LittleEndian;
    else if (judged.starts_with("\xFE\xFF") || (judged.size() >= 4 && odd == 0 && even > most))
        m_encoding = Encoding::BigEndian;
    if (m_encoding != Encoding::Bytes) {
        m_at = judged.starts_with("\xFF\xFE") || judged.starts_with("\xFE\xFF") ? 2 : 0;
        decode(std::string_view(m_begin).substr(m_at));
        m_at = m_begin.size();
    }
    const std::string& text = m_encoding == Encoding::Bytes ? m_begin : m_decoded;
    m_turnsLineEnds = text.find('\r') != std::string::npos && text.find('\n') == std::string::npos;
    return {};
}

Result<std::size_t> TextSource::readRaw(std::span<char> target)
{
    if (m_at == m_begin.size())
        return m_bytes->read(target);
    const std::size_t count = std::min(target.size(), m_begin.size() - m_at);
    std::memcpy(target.data(), m_begin.data() + m_at, count);
    m_at += count;
    return count;
}

/// Two bytes are one unit; what is left over waits for the next ones.
void TextSource::decode(std::string_view pairs)
{
    m_rest.append(pairs);
    constexpr char32_t kReplacement = 0xFFFD;
    std::size_t at = 0;
    for (; at + 2 <= m_rest.size(); at += 2) {
        const auto first = static_cast<unsigned char>(m_rest[at]);
        const auto second = static_cast<unsigned char>(m_rest[at + 1]);
        const char32_t unit = m_encoding == Encoding::LittleEndian ? static_cast<char32_t>(second << 8U | first)
                                                                   : static_cast<char32_t>(first << 8U | second);
        const bool isLow = unit >= 0xDC00 && unit <= 0xDFFF;
        if (m_highHalf != 0 && isLow) {
            appendUtf8(m_decoded, 0x10000 + ((m_highHalf - 0xD800) << 10U) + (unit - 0xDC00));
            m_highHalf = 0;
            continue;
        }
        if (m_highHalf != 0)
            appendUtf8(m_decoded, kReplacement);
        m_highHalf = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
        if (m_highHalf == 0)
            appendUtf8(m_decoded, isLow ? kReplacement : unit);
    }
    m_rest.erase(0, at);
}

/// False at the end of the text.
Result<bool> TextSource::decodeMore()
{
    m_decoded.clear();
    m_decodedAt = 0;
    std::array<char, 16384> bytes{};
    while (m_decoded.empty()) {
        const auto got = readRaw(bytes);
        if (!got)
            return got.error();
        if (*got == 0) {
            if (!m_rest.empty() || m_highHalf != 0)
                return Error{ErrorCode::Corrupt, "the UTF-16 text ends within a character", name()};
            return false;
        }
        decode({bytes.data(), *got});
    }
    return true;
}

/// A line feed behind a carriage return belongs to it.
void TextSource::turnLineEnds(char* bytes, std::size_t& size)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const char c = bytes[i];
        if (c != '\n' || !m_afterReturn)
            bytes[kept++] = c == '\r' ? '\n' : c;
        m_afterReturn = c == '\r';
    }
    size = kept;
}

Result<std::size_t> TextSource::read(std::span<char> target)
{
    if (m_encoding == Encoding::Unknown) {
        if (const Status begun = begin(); !begun)
            return begun.error();
    }
    for (;;) {
        std::size_t count = 0;
        if (m_encoding == Encoding::Bytes) {
            const auto got = readRaw(target);
            if (!got)
                return got;
            count = *got;
        } else {
            if (m_decodedAt == m_decoded.size()) {
                const auto more = decodeMore();
                if (!more)
                    return more.error();
            }
            count = std::min(target.size(), m_decoded.size() - m_decodedAt);
            std::memcpy(target.data(), m_decoded.data() + m_decodedAt, count);
            m_decodedAt += count;
        }
        const bool ended = count == 0;
        if (m_turnsLineEnds)
            turnLineEnds(target.data(), count);
        if (count > 0 || ended || target.empty()) // what was read may have been a line feed alone
            return count;
    }
}

} // namespace altimeter::providers

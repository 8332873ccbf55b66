#include "app/cli/text.h"

#include "models/text/showntext.h"

#include <algorithm>
#include <array>

namespace altimeter::cli {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byteAt(std::string_view text, std::size_t at)
{
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/// Bytes of the well-formed UTF-8 sequence at `at`; 0 where there is none.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const unsigned char first = byteAt(text, at);
    const unsigned char second = byteAt(text, at + 1);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return isContinuation(second) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool inRange = (first != 0xE0 || second >= 0xA0) && (first != 0xED || second <= 0x9F);
        return isContinuation(second) && inRange && isContinuation(byteAt(text, at + 2)) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool inRange = (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second <= 0x8F);
        const bool whole = isContinuation(byteAt(text, at + 2)) && isContinuation(byteAt(text, at + 3));
        return isContinuation(second) && inRange && whole ? 4 : 0;
    }
    return 0;
}

/// Calls `use` with each well-formed sequence of `text`, and with U+FFFD for each byte that belongs to none.
template <typename Use> void forEachSequence(std::string_view text, Use use)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        use(length == 0 ? kReplacement : text.substr(at, length));
        at += std::max<std::size_t>(length, 1);
    }
}

void appendJson(std::string& out, std::string_view sequence)
{
    const char c = sequence.front();
    constexpr std::string_view kHex = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
    } else if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else if (c == '\t') {
        out += "\\t";
    } else if (c >= 0 && c < ' ') {
        out += "\\u00";
        out += kHex[static_cast<std::size_t>(c) >> 4];
        out += kHex[static_cast<std::size_t>(c) & 0xF];
    } else {
        out += sequence;
    }
}

} // namespace

std::string jsonString(std::string_view text)
{
    std::string out = "\"";
    forEachSequence(text, [&out](std::string_view sequence) { appendJson(out, sequence); });
    out += '"';
    return out;
}

std::string csvField(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"')
            out += '"';
        out += c;
    }
    out += '"';
    return out;
}

std::string terminalText(std::string_view text)
{
    return words::shown(text, words::LineEnds::Blank);
}

std::string terminalName(std::string_view text)
{
    return words::shown(text);
}

std::size_t textWidth(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !isContinuation(static_cast<unsigned char>(c)); }));
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

} // namespace altimeter::cli

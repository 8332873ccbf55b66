#include "models/json/jsonmender.h"

#include <algorithm>

namespace altimeter {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kReplacementEscape = "\\ufffd";

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

void JsonMender::take(std::string_view piece, std::string& out)
{
    const auto isPlain = [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\'; };
    while (!piece.empty()) {
        if (m_mode == Mode::Text || m_mode == Mode::Outside) { // most of a text is neither quote nor escape
            const auto end = m_mode == Mode::Text ? std::find_if_not(piece.begin(), piece.end(), isPlain)
                                                  : std::find(piece.begin(), piece.end(), '"');
            const auto size = static_cast<std::size_t>(end - piece.begin());
            out.append(piece.substr(0, size));
            piece.remove_prefix(size);
            if (piece.empty())
                return;
        }
        step(piece.front(), out);
        piece.remove_prefix(1);
    }
}

void JsonMender::finish(std::string& out)
{
    out += m_high + m_held;
    *this = {};
}

void JsonMender::step(char c, std::string& out)
{
    switch (m_mode) {
    case Mode::Outside:
        out += c;
        m_mode = c == '"' ? Mode::Text : Mode::Outside;
        return;
    case Mode::Text:
        return inText(c, out);
    case Mode::Utf8:
        return inUtf8(c, out);
    case Mode::AfterHigh:
        if (c != '\\') {
            dropHigh(out);
            return inText(c, out);
        }
        m_held = c;
        m_mode = Mode::Escape;
        return;
    case Mode::Escape:
        m_held += c;
        m_mode = Mode::Hex;
        if (c == 'u')
            return;
        dropHigh(out);
        out += m_held;
        m_held.clear();
        m_mode = Mode::Text;
        return;
    case Mode::Hex:
        return inHex(c, out);
    }
}

/// The half that stands alone becomes a character of its own.
void JsonMender::dropHigh(std::string& out)
{
    if (!m_high.empty())
        out += kReplacementEscape;
    m_high.clear();
}

void JsonMender::inText(char c, std::string& out)
{
    m_mode = Mode::Text;
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
        m_held = c;
        m_mode = Mode::Escape;
    } else if (byte < 0x80) {
        out += c;
        m_mode = c == '"' ? Mode::Outside : Mode::Text;
    } else if (byte < 0xC2 || byte > 0xF4) {
        out += kReplacement;
    } else {
        m_held = c;
        m_missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
        m_low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;     // neither longer than needed
        m_highest = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF; // nor a half, nor beyond U+10FFFF
        m_mode = Mode::Utf8;
    }
}

void JsonMender::inUtf8(char c, std::string& out)
{
    const auto byte = static_cast<unsigned char>(c);
    if (byte < m_low || byte > m_highest) {
        out += kReplacement;
        m_held.clear();
        return inText(c, out);
    }
    m_held += c;
    m_low = 0x80;
    m_highest = 0xBF;
    if (--m_missing > 0)
        return;
    out += m_held;
    m_held.clear();
    m_mode = Mode::Text;
}

void JsonMender::inHex(char c, std::string& out)
{
    if (hexDigit(c) < 0) { // no escape at all: whoever reads it says so
        dropHigh(out);
        out += m_held;
        m_held.clear();
        return inText(c, out);
    }
    m_held += c;
    constexpr std::size_t kWhole = 6;
    if (m_held.size() == kWhole)
        endHex(out);
}

void JsonMender::endHex(std::string& out)
{
    int code = 0;
    for (const char digit : std::string_view(m_held).substr(2))
        code = code * 16 + hexDigit(digit);
    const bool isHigh = code >= 0xD800 && code < 0xDC00;
    const bool isLow = code >= 0xDC00 && code < 0xE000;
    if (isLow && !m_high.empty()) {
        out += m_high + m_held;
        m_high.clear();
    } else {
        dropHigh(out);
        if (isHigh)
            m_high = m_held;
        else if (isLow)
            out += kReplacementEscape;
        else
            out += m_held;
    }
    m_held.clear();
    m_mode = isHigh ? Mode::AfterHigh : Mode::Text;
}

} // namespace altimeter

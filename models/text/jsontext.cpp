#include "models/text/jsontext.h"

#include "models/text/hextext.h"
#include "models/text/utf8.h"

#include <algorithm>

namespace altimeter::words {

namespace {

constexpr bool isPlain(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void appendEscaped(std::string& out, char c)
{
    constexpr std::string_view kMeant = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetters = "\"\\bfnrt";
    if (const auto known = kMeant.find(c); known != std::string_view::npos)
        (out += '\\') += kLetters[known];
    else
        out += "\\u00" + hexOf(std::string_view(&c, 1));
}

} // namespace

void appendJsonQuoted(std::string& out, std::string_view text)
{
    out += '"';
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isPlain) - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        const std::size_t length = sequenceLength(text, 0);
        if (length == 0)
            out += "\xEF\xBF\xBD";
        else if (length == 1)
            appendEscaped(out, text.front());
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out += '"';
}

std::string jsonQuoted(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 2);
    appendJsonQuoted(out, text);
    return out;
}

} // namespace altimeter::words

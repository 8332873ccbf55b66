#include "models/text/hextext.h"

#include "models/text/words.h"

#include <cstdint>

namespace altimeter::words {

namespace {

constexpr std::string_view digitsOf(HexCase hexCase)
{
    return hexCase == HexCase::Lower ? "0123456789abcdef" : "0123456789ABCDEF";
}

void appendHex(std::string& out, char c, std::string_view digits)
{
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

/// Six bits a digit; three bytes are four digits.
std::string encoded(std::string_view bytes, std::string_view alphabet, bool isPadded)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) {
            if (i <= group.size())
                text += alphabet[bits >> (18U - 6U * i) & 63U];
            else if (isPadded)
                text += '=';
        }
    }
    return text;
}

} // namespace

std::string hexOf(std::string_view bytes, HexCase hexCase)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes)
        appendHex(text, c, digitsOf(hexCase));
    return text;
}

std::string percentEncoded(std::string_view text, std::string_view bare, HexCase hexCase)
{
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        const char low = toLower(c);
        if ((low >= 'a' && low <= 'z') || isDigit(c) || bare.find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        encoded += '%';
        appendHex(encoded, c, digitsOf(hexCase));
    }
    return encoded;
}

std::string base64(std::string_view bytes)
{
    return encoded(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

std::string base64Url(std::string_view bytes)
{
    return encoded(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

} // namespace altimeter::words

#include "providers/net/masking.h"

#include "models/text/hextext.h"
#include "models/text/utf8.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

constexpr std::string_view kHidden = "[hidden]";
constexpr std::size_t kShortest = 4;
constexpr int kMostLayers = 3; ///< of escapes inside of escapes

/// A text as it reads without some escapes, and where each of its bytes stands in the original.
struct Reading {
    std::string text;
    std::vector<std::size_t> from, to;

    void add(char c, std::size_t begin, std::size_t end)
    {
        text += c;
        from.push_back(begin);
        to.push_back(end);
    }
};

/// What stands at `at`: the bytes it means, and how many bytes say so; none where it is no escape.
struct Escape {
    std::string means;
    std::size_t length = 0;
};

/// The number of `count` hexadecimal digits; -1 where they are none.
int hexAt(std::string_view text, std::size_t at, std::size_t count)
{
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        const int digit = i < text.size() ? words::hexDigit(text[i]) : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

Escape jsonEscape(std::string_view text, std::size_t at)
{
    if (text[at] != '\\' || at + 1 >= text.size())
        return {};
    constexpr std::string_view kLetters = "\"\\/bfnrt'", kMeant = "\"\\/\b\f\n\r\t'";
    if (const auto found = kLetters.find(text[at + 1]); found != std::string_view::npos)
        return {std::string(1, kMeant[found]), 2};
    const int code = text[at + 1] == 'u' ? hexAt(text, at + 2, 4) : -1;
    if (code < 0)
        return {};
    Escape found{{}, 6};
    words::appendCharacter(found.means, static_cast<char32_t>(code));
    return found;
}

Escape percentEscape(std::string_view text, std::size_t at)
{
    if (text[at] == '+')
        return {" ", 1};
    const int code = text[at] == '%' ? hexAt(text, at + 1, 2) : -1;
    return code < 0 ? Escape() : Escape{std::string(1, static_cast<char>(code)), 3};
}

/// Percent escapes where a blank is %20 and '+' is itself.
Escape strictPercentEscape(std::string_view text, std::size_t at)
{
    return text[at] == '+' ? Escape() : percentEscape(text, at);
}

Escape htmlEscape(std::string_view text, std::size_t at)
{
    constexpr std::array<std::pair<std::string_view, char>, 9> kNames{{{"&quot;", '"'},
                                                                       {"&amp;", '&'},
                                                                       {"&lt;", '<'},
                                                                       {"&gt;", '>'},
                                                                       {"&apos;", '\''},
                                                                       {"&#39;", '\''},
                                                                       {"&#34;", '"'},
                                                                       {"&#x27;", '\''},
                                                                       {"&#x22;", '"'}}};
    if (text[at] != '&')
        return {};
    for (const auto& [name, meant] : kNames) {
        if (text.substr(at).starts_with(name))
            return {std::string(1, meant), name.size()};
    }
    return {};
}

using Reader = Escape (*)(std::string_view, std::size_t);
constexpr std::array<Reader, 4> kReaders{jsonEscape, percentEscape, strictPercentEscape, htmlEscape};

Reading unescaped(const Reading& before, Reader reader)
{
    Reading after;
    for (std::size_t at = 0; at < before.text.size();) {
        const Escape escape = reader(before.text, at);
        const std::size_t length = std::max<std::size_t>(escape.length, 1);
        const std::string_view means =
            escape.length > 0 ? std::string_view(escape.means) : std::string_view(before.text).substr(at, 1);
        for (const char c : means)
            after.add(c, before.from[at], before.to[at + length - 1]);
        at += length;
    }
    return after;
}

/// How a secret may stand in a text besides as itself: in base64 (of both alphabets, and at each place of a longer
/// text) and in hexadecimal digits.
std::vector<std::string> spellingsOf(std::string_view secret)
{
    std::vector<std::string> spellings{std::string(secret)};
    constexpr std::size_t kSure = 8; ///< shorter pieces of base64 could be anything
    for (std::size_t shift = 0; shift < 3; ++shift) {
        const std::string encoded = words::base64(std::string(shift, '\0') + std::string(secret));
        // A digit that also holds bits of a neighbour is left out; what is left over is fewer than six bits of the key.
        const std::size_t skipped = (shift * 8 + 5) / 6;
        const std::size_t sure = (shift + secret.size()) * 8 / 6;
        if (sure < skipped + kSure)
            continue;
        std::string middle = encoded.substr(skipped, sure - skipped);
        spellings.push_back(middle);
        std::replace(middle.begin(), middle.end(), '+', '-');
        std::replace(middle.begin(), middle.end(), '/', '_');
        spellings.push_back(std::move(middle));
    }
    spellings.push_back(words::hexOf(secret));
    spellings.push_back(words::hexOf(secret, words::HexCase::Upper));
    return spellings;
}

class Mask {
public:
    Mask(std::string_view text, std::vector<std::string> spellings)
        : m_spellings(std::move(spellings)), m_isHidden(text.size(), false)
    {
        Reading plain;
        for (std::size_t i = 0; i < text.size(); ++i)
            plain.add(text[i], i, i + 1);
        look(plain, 0);
    }
    const std::vector<bool>& hidden() const { return m_isHidden; }

private:
    void look(const Reading& reading, int layer)
    {
        for (const std::string& spelling : m_spellings) {
            for (auto at = reading.text.find(spelling); at != std::string::npos;
                 at = reading.text.find(spelling, at + spelling.size())) {
                for (std::size_t i = reading.from[at]; i < reading.to[at + spelling.size() - 1]; ++i)
                    m_isHidden[i] = true;
            }
        }
        if (layer == kMostLayers)
            return;
        for (const Reader reader : kReaders) {
            const Reading next = unescaped(reading, reader);
            if (next.text != reading.text)
                look(next, layer + 1);
        }
    }

    const std::vector<std::string> m_spellings;
    std::vector<bool> m_isHidden;
};

} // namespace

std::string withoutSecrets(std::string text, std::span<const std::string_view> secrets)
{
    std::vector<std::string> spellings;
    for (const std::string_view secret : secrets) {
        if (secret.size() < kShortest)
            continue;
        for (std::string& spelling : spellingsOf(secret))
            spellings.push_back(std::move(spelling));
    }
    if (spellings.empty() || text.empty())
        return text;
    const Mask mask(text, std::move(spellings));
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!mask.hidden()[i])
            shown += text[i];
        else if (i == 0 || !mask.hidden()[i - 1])
            shown += kHidden;
    }
    return shown;
}

} // namespace altimeter::providers

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace altimeter::store {

/// No document that the store reads nests deeper.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Where lists and objects of the text begin to nest deeper than `most`; npos where they do not. To be asked before
/// every parse: a parsed document is taken apart by recursion, and a hundred thousand levels overflow the stack. Texts
/// that are no JSON may get either answer, but never a deep one that a parser would follow.
inline std::size_t tooDeepAt(std::string_view text, std::size_t most = kMaxJsonDepth)
{
    std::size_t depth = 0;
    bool inText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inText = false;
        } else if (c == '"') {
            inText = true;
        } else if (c == '[' || c == '{') {
            if (++depth > most)
                return i;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return std::string_view::npos;
}

/// A document as text, on one line; each byte that belongs to no character becomes U+FFFD.
template <typename Json> std::string jsonLine(const Json& document)
{
    return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

inline bool isShallowJson(std::string_view text)
{
    return tooDeepAt(text) == std::string_view::npos;
}

} // namespace altimeter::store

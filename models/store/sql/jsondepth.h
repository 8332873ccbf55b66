#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace altimeter::store {

/// No document that the store reads nests deeper.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Calls `bracket(c)` for each bracket of the text from `begin` on that stands outside of its strings, until it
/// answers true; that place, or npos.
template <typename Bracket> std::size_t findBracket(std::string_view text, std::size_t begin, Bracket bracket)
{
    bool inText = false;
    for (std::size_t i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (inText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inText = false;
        } else if (c == '"') {
            inText = true;
        } else if ((c == '[' || c == '{' || c == ']' || c == '}') && bracket(c)) {
            return i;
        }
    }
    return std::string_view::npos;
}

/// Where lists and objects of the text begin to nest deeper than `most`; npos where they do not. To be asked before
/// every parse: a parsed document is taken apart by recursion, and a hundred thousand levels overflow the stack. Texts
/// that are no JSON may get either answer, but never a deep one that a parser would follow.
inline std::size_t tooDeepAt(std::string_view text, std::size_t most = kMaxJsonDepth)
{
    std::size_t depth = 0;
    return findBracket(text, 0, [&depth, most](char c) {
        if (c == '[' || c == '{')
            return ++depth > most;
        depth -= depth > 0 ? 1 : 0;
        return false;
    });
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

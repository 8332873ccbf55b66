#include "providers/focus/jsonshape.h"

#include "models/text/words.h"

#include <algorithm>
#include <string>
#include <vector>

namespace altimeter::providers {

namespace {

constexpr int kDeepest = 64;

class ShapeScanner {
public:
    explicit ShapeScanner(std::string_view text) : m_text(text) {}

    JsonShape shape()
    {
        skipBlanks();
        JsonShape found = m_shape;
        const bool complete = peek() == '{' && object(0) && (skipBlanks(), m_at == m_text.size());
        if (complete) {
            found = m_shape;
            found.isObject = true;
            std::sort(m_keys.begin(), m_keys.end());
            found.repeatsKey = std::adjacent_find(m_keys.begin(), m_keys.end()) != m_keys.end();
            found.repeatsKeyOtherwise = repeatsFoldedKey();
        }
        return found;
    }

private:
    /// Requires sorted keys.
    bool repeatsFoldedKey()
    {
        m_keys.erase(std::unique(m_keys.begin(), m_keys.end()), m_keys.end());
        std::vector<std::string> folded;
        for (const std::string_view key : m_keys)
            folded.push_back(words::foldTagKey(key));
        std::sort(folded.begin(), folded.end());
        return std::adjacent_find(folded.begin(), folded.end()) != folded.end();
    }
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char c)
    {
        if (m_at == m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    void skipBlanks()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
            ++m_at;
    }
    bool string(std::string_view& content)
    {
        const std::size_t begin = m_at + 1;
        if (!take('"'))
            return false;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2U : 1U;
        if (m_at >= m_text.size())
            return false;
        content = m_text.substr(begin, m_at - begin);
        ++m_at;
        return true;
    }
    bool word()
    {
        const std::size_t begin = m_at;
        while (std::isalnum(static_cast<unsigned char>(peek())) || peek() == '-' || peek() == '+' || peek() == '.')
            ++m_at;
        const std::string_view said = m_text.substr(begin, m_at - begin);
        if (said == "true" || said == "false" || said == "null")
            return true;
        const bool startsAsNumber =
            !said.empty() && (said[0] == '-' || std::isdigit(static_cast<unsigned char>(said[0])));
        return startsAsNumber && std::isdigit(static_cast<unsigned char>(said.back())) &&
               said.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    }
    bool value(int depth)
    {
        skipBlanks();
        std::string_view ignored;
        if (peek() == '"')
            return string(ignored);
        if (peek() != '{' && peek() != '[')
            return word();
        m_shape.isNested = true;
        return depth < kDeepest && (peek() == '{' ? object(depth + 1) : array(depth + 1));
    }
    bool member(int depth)
    {
        skipBlanks();
        std::string_view key;
        if (!string(key))
            return false;
        if (depth == 0)
            noteKey(key);
        skipBlanks();
        return take(':') && value(depth);
    }
    void noteKey(std::string_view key)
    {
        m_keys.push_back(key);
        m_shape.hasPaddedKey = m_shape.hasPaddedKey || key.starts_with(' ') || key.ends_with(' ');
        m_shape.hasElements = m_shape.hasElements || words::equalsIgnoreCase(key, "elements");
    }
    bool object(int depth)
    {
        take('{');
        skipBlanks();
        if (take('}'))
            return true;
        do {
            if (!member(depth))
                return false;
            skipBlanks();
        } while (take(','));
        return take('}');
    }
    bool array(int depth)
    {
        take('[');
        skipBlanks();
        if (take(']'))
            return true;
        do {
            if (!value(depth))
                return false;
            skipBlanks();
        } while (take(','));
        return take(']');
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    JsonShape m_shape;
    std::vector<std::string_view> m_keys;
};

} // namespace

JsonShape jsonShape(std::string_view text)
{
    return ShapeScanner(text).shape();
}

} // namespace altimeter::providers

#include "providers/core/xmltext.h"

#include "models/text/utf8.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace altimeter::providers {

namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::string_view kBlanks = " \t\r\n";

/// Appends what "&name;" means; false when it is not known.
bool appendEntity(std::string& text, std::string_view name)
{
    if (name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos") {
        text += name == "amp" ? '&' : name == "lt" ? '<' : name == "gt" ? '>' : name == "quot" ? '"' : '\'';
        return true;
    }
    if (!name.starts_with('#'))
        return false;
    name.remove_prefix(1);
    const bool isHex = name.starts_with('x');
    name.remove_prefix(isHex ? 1 : 0);
    std::uint32_t code = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), code, isHex ? 16 : 10);
    const bool isSurrogate = code >= 0xd800 && code < 0xe000;
    if (failed != std::errc() || end != name.data() + name.size() || code == 0 || code > 0x10ffff || isSurrogate)
        return false;
    words::appendCharacter(text, code);
    return true;
}

class XmlParser {
public:
    explicit XmlParser(std::string_view text) : m_text(text) {}

    /// The root; none where the text is no such XML, then position() says where.
    std::optional<XmlElement> parse()
    {
        while (m_at < m_text.size()) {
            const bool isGood = m_text[m_at] == '<' ? markup() : characters();
            if (!isGood)
                return std::nullopt;
        }
        if (!m_root || !m_open.empty())
            return std::nullopt;
        return std::move(m_root);
    }
    std::size_t position() const { return m_at; }

private:
    std::string_view rest() const { return m_text.substr(m_at); }

    /// Steps behind `mark`; what lies before it is answered.
    std::optional<std::string_view> upTo(std::string_view mark)
    {
        const auto found = m_text.find(mark, m_at);
        if (found == std::string_view::npos)
            return std::nullopt;
        const auto passed = m_text.substr(m_at, found - m_at);
        m_at = found + mark.size();
        return passed;
    }

    bool characters()
    {
        const auto end = std::min(m_text.find('<', m_at), m_text.size());
        std::string text;
        while (m_at < end) {
            if (m_text[m_at] != '&') {
                text += m_text[m_at++];
                continue;
            }
            const auto stop = m_text.find(';', m_at);
            if (stop == std::string_view::npos || stop > end || stop - m_at > 12 ||
                !appendEntity(text, m_text.substr(m_at + 1, stop - m_at - 1)))
                return false;
            m_at = stop + 1;
        }
        if (m_open.empty())
            return text.find_first_not_of(kBlanks) == std::string::npos;
        m_open.back().text += text;
        return true;
    }

    bool markup()
    {
        if (rest().starts_with("<?"))
            return upTo("?>").has_value();
        if (rest().starts_with("<!--"))
            return upTo("-->").has_value();
        if (rest().starts_with("<![CDATA[")) {
            m_at += 9;
            const auto text = upTo("]]>");
            if (!text || m_open.empty())
                return false;
            m_open.back().text += *text;
            return true;
        }
        if (rest().starts_with("<!")) // a document type
            return false;
        return rest().starts_with("</") ? close() : open();
    }

    static std::string localName(std::string_view name)
    {
        const auto colon = name.find(':');
        return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
    }

    bool open()
    {
        // A '>' may stand in the value of an attribute.
        std::size_t end = m_at + 1;
        for (char quote = 0; end < m_text.size() && (quote != 0 || m_text[end] != '>'); ++end) {
            const char c = m_text[end];
            if (quote != 0)
                quote = c == quote ? '\0' : quote;
            else if (c == '"' || c == '\'')
                quote = c;
            else if (c == '<')
                return false;
        }
        if (end == m_text.size() || m_open.size() == kDeepest || (m_root && m_open.empty()))
            return false;
        std::string_view tag = m_text.substr(m_at + 1, end - m_at - 1);
        const bool isEmpty = tag.ends_with('/');
        tag.remove_suffix(isEmpty ? 1 : 0);
        const std::string_view name = tag.substr(0, tag.find_first_of(kBlanks));
        if (name.empty())
            return false;
        m_at = end + 1;
        m_open.push_back({localName(name), {}, {}});
        m_names.push_back(name);
        return !isEmpty || finish();
    }

    bool close()
    {
        const std::size_t begin = m_at;
        m_at += 2;
        auto name = upTo(">");
        if (name) {
            name = name->substr(0, name->find_last_not_of(kBlanks) + 1);
            if (!m_open.empty() && *name == m_names.back())
                return finish();
        }
        m_at = begin;
        return false;
    }

    bool finish()
    {
        XmlElement done = std::move(m_open.back());
        m_open.pop_back();
        m_names.pop_back();
        if (m_open.empty())
            m_root = std::move(done);
        else
            m_open.back().children.push_back(std::move(done));
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<XmlElement> m_open;
    std::vector<std::string_view> m_names; ///< of these, with their prefixes
    std::optional<XmlElement> m_root;
};

} // namespace

const XmlElement& XmlElement::operator[](std::string_view child) const
{
    static const XmlElement nothing;
    const auto found =
        std::find_if(children.begin(), children.end(), [&](const XmlElement& one) { return one.name == child; });
    return found == children.end() ? nothing : *found;
}

std::vector<const XmlElement*> XmlElement::all(std::string_view child) const
{
    std::vector<const XmlElement*> found;
    for (const XmlElement& one : children) {
        if (one.name == child)
            found.push_back(&one);
    }
    return found;
}

Result<XmlElement> parseXml(std::string_view text, const std::string& where)
{
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    XmlParser parser(text);
    auto root = parser.parse();
    if (!root)
        return Error{ErrorCode::Invalid,
                     "the answer is no XML (it stops making sense at byte " + std::to_string(parser.position()) + ')',
                     where, "Check the base address: a sign-in page or a proxy may be in between."};
    return std::move(*root);
}

} // namespace altimeter::providers

#include "app/report/fontcoverage.h"

#include <algorithm>

namespace altimeter::report {

namespace {

/// Big-endian reads that answer 0 and remember when they leave the file.
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes) {}

    std::uint32_t u16(std::size_t at) { return byte(at) << 8 | byte(at + 1); }
    std::uint32_t u32(std::size_t at) { return u16(at) << 16 | u16(at + 2); }
    bool ok() const { return m_ok; }

private:
    std::uint32_t byte(std::size_t at)
    {
        if (at < m_bytes.size())
            return static_cast<unsigned char>(m_bytes[at]);
        m_ok = false;
        return 0;
    }

    std::string_view m_bytes;
    bool m_ok = true;
};

std::size_t findTable(Reader& font, std::uint32_t tag)
{
    const std::size_t tables = font.u16(4);
    for (std::size_t i = 0; i < tables; ++i) {
        const std::size_t record = 12 + 16 * i;
        if (font.u32(record) == tag)
            return font.u32(record + 8);
    }
    return 0;
}

std::size_t findFormat4(Reader& font, std::size_t cmap)
{
    const std::size_t encodings = font.u16(cmap + 2);
    for (std::size_t i = 0; i < encodings; ++i) {
        const std::size_t record = cmap + 4 + 8 * i;
        const std::uint32_t platform = font.u16(record);
        const std::size_t table = cmap + font.u32(record + 4);
        if ((platform == 3 && font.u16(record + 2) == 1 && font.u16(table) == 4) ||
            (platform == 0 && font.u16(table) == 4))
            return table;
    }
    return 0;
}

std::uint32_t glyphOf(Reader& font, std::uint32_t character, std::size_t delta, std::size_t offset, std::uint32_t start)
{
    const std::uint32_t rangeOffset = font.u16(offset);
    if (rangeOffset == 0)
        return (character + font.u16(delta)) & 0xFFFF;
    const std::uint32_t glyph = font.u16(offset + rangeOffset + 2 * (character - start));
    return glyph == 0 ? 0 : (glyph + font.u16(delta)) & 0xFFFF;
}

} // namespace

Result<FontCoverage> FontCoverage::parse(std::string_view bytes)
{
    Reader font(bytes);
    const std::size_t cmap = findTable(font, 0x636D6170);
    const std::size_t table = cmap == 0 ? 0 : findFormat4(font, cmap);
    if (table == 0)
        return Error{ErrorCode::Unsupported, "the font has no format 4 Unicode character map", {}};
    const std::size_t segmentBytes = font.u16(table + 6);
    const std::size_t ends = table + 14;
    const std::size_t starts = ends + segmentBytes + 2;
    FontCoverage coverage;
    for (std::size_t segment = 0; segment < segmentBytes && font.ok(); segment += 2) {
        const std::uint32_t first = font.u16(starts + segment);
        const std::uint32_t last = std::min<std::uint32_t>(font.u16(ends + segment), 0xFFFE);
        for (std::uint32_t c = first; c <= last && font.ok(); ++c) {
            const std::size_t delta = starts + segmentBytes + segment;
            if (glyphOf(font, c, delta, delta + segmentBytes, first) == 0)
                continue;
            const auto character = static_cast<std::uint16_t>(c);
            if (!coverage.m_ranges.empty() && coverage.m_ranges.back().second + 1 == character)
                coverage.m_ranges.back().second = character;
            else
                coverage.m_ranges.emplace_back(character, character);
        }
    }
    if (!font.ok())
        return Error{ErrorCode::Corrupt, "the font's character map lies outside the file", {}};
    return coverage;
}

bool FontCoverage::has(char32_t character) const
{
    if (character > 0xFFFE)
        return false;
    const auto wanted = static_cast<std::uint16_t>(character);
    const auto next = std::upper_bound(m_ranges.begin(), m_ranges.end(), wanted,
                                       [](std::uint16_t value, const auto& range) { return value < range.first; });
    return next != m_ranges.begin() && std::prev(next)->second >= wanted;
}

} // namespace altimeter::report

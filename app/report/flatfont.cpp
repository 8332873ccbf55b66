#include "app/report/flatfont.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace altimeter::report {

namespace {

constexpr std::uint32_t kHead = 0x68656164, kLoca = 0x6C6F6361, kGlyf = 0x676C7966, kMaxp = 0x6D617870;
constexpr std::size_t kLocaFormat = 50; ///< in head
constexpr std::size_t kMostGlyphs = 32'768;

// flags of a part
constexpr std::uint32_t kArgsAreWords = 0x1, kArgsAreDistances = 0x2, kHasScale = 0x8, kMoreParts = 0x20,
                        kHasTwoScales = 0x40, kHasMatrix = 0x80;

/// Big-endian reads that answer 0 and remember when they leave the bytes.
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes) {}
    std::uint32_t u8(std::size_t at)
    {
        if (at < m_bytes.size())
            return static_cast<unsigned char>(m_bytes[at]);
        m_ok = false;
        return 0;
    }
    std::uint32_t u16(std::size_t at) { return u8(at) << 8 | u8(at + 1); }
    int i16(std::size_t at) { return static_cast<std::int16_t>(u16(at)); }
    std::uint32_t u32(std::size_t at) { return u16(at) << 16 | u16(at + 2); }
    bool ok() const { return m_ok; }

private:
    std::string_view m_bytes;
    bool m_ok = true;
};

void put16(std::string& out, int value)
{
    out.push_back(static_cast<char>((value >> 8) & 0xFF));
    out.push_back(static_cast<char>(value & 0xFF));
}

void put32(std::string& out, std::uint32_t value)
{
    put16(out, static_cast<int>(value >> 16));
    put16(out, static_cast<int>(value & 0xFFFF));
}

struct Table {
    std::uint32_t tag = 0, checksum = 0;
    std::string_view bytes;
};

struct Outline {
    struct Point {
        double x = 0, y = 0;
        bool isOn = true;
    };
    std::vector<Point> points;
    std::vector<std::size_t> ends; ///< the last point of each contour
};

class Font {
public:
    static Result<Font> read(std::string_view bytes)
    {
        Font font;
        Reader reader(bytes);
        const std::size_t count = reader.u16(4);
        for (std::size_t i = 0; i < count && reader.ok(); ++i) {
            const std::size_t record = 12 + 16 * i;
            const std::size_t offset = reader.u32(record + 8), length = reader.u32(record + 12);
            if (!reader.ok() || offset > bytes.size() || length > bytes.size() - offset)
                return Error{ErrorCode::Corrupt, "a table of the font lies outside the file", {}};
            font.m_tables.push_back({reader.u32(record), reader.u32(record + 4), bytes.substr(offset, length)});
        }
        for (const std::uint32_t tag : {kHead, kLoca, kGlyf, kMaxp}) {
            if (font.table(tag).empty())
                return Error{ErrorCode::Unsupported, "the font has no TrueType outlines", {}};
        }
        if (!reader.ok() || font.table(kHead).size() < kLocaFormat + 2 || font.table(kMaxp).size() < 14)
            return Error{ErrorCode::Corrupt, "the font is cut off", {}};
        return font;
    }

    const std::vector<Table>& tables() const { return m_tables; }
    std::string_view table(std::uint32_t tag) const
    {
        const auto found =
            std::find_if(m_tables.begin(), m_tables.end(), [tag](const Table& one) { return one.tag == tag; });
        return found == m_tables.end() ? std::string_view() : found->bytes;
    }
    std::size_t glyphs() const { return Reader(table(kMaxp)).u16(4); }

    /// Empty for a glyph without an outline, and for one that lies outside.
    std::string_view glyph(std::size_t number) const
    {
        const bool isLong = Reader(table(kHead)).u16(kLocaFormat) != 0;
        Reader places(table(kLoca));
        const std::size_t from = isLong ? places.u32(4 * number) : 2 * places.u16(2 * number);
        const std::size_t to = isLong ? places.u32(4 * number + 4) : 2 * places.u16(2 * number + 2);
        const std::string_view all = table(kGlyf);
        return !places.ok() || to <= from || to > all.size() ? std::string_view() : all.substr(from, to - from);
    }

    static bool isComposite(std::string_view glyph) { return glyph.size() >= 10 && Reader(glyph).i16(0) < 0; }

    /// None where it cannot be told.
    std::optional<Outline> outlineOf(std::size_t number, int depth = 0) const
    {
        constexpr int kDeepest = 8;
        const std::string_view bytes = glyph(number);
        if (bytes.empty())
            return Outline();
        if (depth > kDeepest)
            return std::nullopt;
        return isComposite(bytes) ? outlineOfParts(bytes, depth) : outlineOfPoints(bytes);
    }

private:
    static std::optional<Outline> outlineOfPoints(std::string_view bytes)
    {
        constexpr std::uint32_t kOn = 0x1, kShortX = 0x2, kShortY = 0x4, kRepeat = 0x8, kSameX = 0x10, kSameY = 0x20;
        Reader reader(bytes);
        Outline outline;
        const int contours = reader.i16(0);
        std::size_t at = 10;
        for (int i = 0; i < contours; ++i, at += 2)
            outline.ends.push_back(reader.u16(at));
        const std::size_t count = outline.ends.empty() ? 0 : outline.ends.back() + 1;
        at += 2 + reader.u16(at);
        std::vector<std::uint32_t> flags;
        while (flags.size() < count && reader.ok()) {
            const std::uint32_t flag = reader.u8(at++);
            const std::size_t times = (flag & kRepeat) != 0 ? 1 + reader.u8(at++) : 1;
            flags.insert(flags.end(), times, flag);
        }
        if (flags.size() != count)
            return std::nullopt;
        const auto coordinate = [&](std::uint32_t flag, std::uint32_t isShort, std::uint32_t isSame) {
            int step = 0;
            if ((flag & isShort) != 0)
                step = static_cast<int>(reader.u8(at++)) * ((flag & isSame) != 0 ? 1 : -1);
            else if ((flag & isSame) == 0)
                step = reader.i16(std::exchange(at, at + 2));
            return step;
        };
        int x = 0, y = 0;
        for (const std::uint32_t flag : flags) {
            x += coordinate(flag, kShortX, kSameX);
            outline.points.push_back({static_cast<double>(x), 0, (flag & kOn) != 0});
        }
        for (std::size_t i = 0; i < count; ++i) {
            y += coordinate(flags[i], kShortY, kSameY);
            outline.points[i].y = y;
        }
        return reader.ok() ? std::optional(std::move(outline)) : std::nullopt;
    }

    std::optional<Outline> outlineOfParts(std::string_view bytes, int depth) const
    {
        Reader reader(bytes);
        Outline whole;
        std::size_t at = 10;
        for (std::uint32_t flags = kMoreParts; (flags & kMoreParts) != 0;) {
            flags = reader.u16(at);
            const std::size_t number = reader.u16(at + 2);
            at += 4;
            if (!reader.ok() || (flags & kArgsAreDistances) == 0)
                return std::nullopt;
            const bool isWide = (flags & kArgsAreWords) != 0;
            const double dx = isWide ? reader.i16(at) : static_cast<std::int8_t>(reader.u8(at));
            const double dy = isWide ? reader.i16(at + 2) : static_cast<std::int8_t>(reader.u8(at + 1));
            at += isWide ? 4 : 2;
            const auto part = outlineOf(number, depth + 1);
            if (!part)
                return std::nullopt;
            const Matrix matrix = readMatrix(reader, flags, at);
            const std::size_t first = whole.points.size();
            for (const Outline::Point& point : part->points)
                whole.points.push_back({matrix.xx * point.x + matrix.yx * point.y + dx,
                                        matrix.xy * point.x + matrix.yy * point.y + dy, point.isOn});
            for (const std::size_t end : part->ends)
                whole.ends.push_back(first + end);
        }
        return reader.ok() ? std::optional(std::move(whole)) : std::nullopt;
    }

    struct Matrix {
        double xx = 1, xy = 0, yx = 0, yy = 1;
    };
    static Matrix readMatrix(Reader& reader, std::uint32_t flags, std::size_t& at)
    {
        const auto next = [&] { return reader.i16(std::exchange(at, at + 2)) / 16384.0; };
        Matrix matrix;
        if ((flags & kHasScale) != 0) {
            matrix.xx = matrix.yy = next();
        } else if ((flags & kHasTwoScales) != 0) {
            matrix.xx = next();
            matrix.yy = next();
        } else if ((flags & kHasMatrix) != 0) {
            matrix.xx = next();
            matrix.xy = next();
            matrix.yx = next();
            matrix.yy = next();
        }
        return matrix;
    }

    std::vector<Table> m_tables;
};

std::string glyphOf(const Outline& outline)
{
    std::string bytes;
    int left = std::numeric_limits<int>::max(), bottom = left, right = std::numeric_limits<int>::min(), top = right;
    std::vector<std::pair<int, int>> places;
    for (const Outline::Point& point : outline.points) {
        const int x = static_cast<int>(std::lround(point.x)), y = static_cast<int>(std::lround(point.y));
        places.emplace_back(x, y);
        left = std::min(left, x);
        right = std::max(right, x);
        bottom = std::min(bottom, y);
        top = std::max(top, y);
    }
    if (places.empty())
        return bytes;
    for (const int value : {static_cast<int>(outline.ends.size()), left, bottom, right, top})
        put16(bytes, value);
    for (const std::size_t end : outline.ends)
        put16(bytes, static_cast<int>(end));
    put16(bytes, 0); // no instructions: those of the parts know other points
    for (const Outline::Point& point : outline.points)
        bytes.push_back(point.isOn ? 1 : 0);
    for (std::size_t i = 0; i < places.size(); ++i)
        put16(bytes, places[i].first - (i == 0 ? 0 : places[i - 1].first));
    for (std::size_t i = 0; i < places.size(); ++i)
        put16(bytes, places[i].second - (i == 0 ? 0 : places[i - 1].second));
    return bytes;
}

/// The places that other outlines may need: as many points as the parts together had.
std::string mostPoints(std::string_view maxp)
{
    std::string changed(maxp);
    Reader reader(maxp);
    for (const std::size_t at : {std::size_t{6}, std::size_t{8}}) { // points and contours; four bytes on: of composites
        std::string most;
        put16(most, static_cast<int>(std::max(reader.u16(at), reader.u16(at + 4))));
        changed.replace(at, 2, most);
    }
    return changed;
}

} // namespace

bool losesParts(std::string_view font)
{
    const auto read = Font::read(font);
    return read && read->glyphs() > kMostGlyphs;
}

Result<std::string> withoutComposites(std::string_view bytes)
{
    const auto font = Font::read(bytes);
    if (!font)
        return font.error();
    std::string outlines, places;
    for (std::size_t number = 0; number < font->glyphs(); ++number) {
        put32(places, static_cast<std::uint32_t>(outlines.size()));
        const std::string_view glyph = font->glyph(number);
        const auto whole = Font::isComposite(glyph) ? font->outlineOf(number) : std::nullopt;
        outlines += whole ? glyphOf(*whole) : std::string(glyph);
        outlines.resize((outlines.size() + 3) / 4 * 4);
    }
    put32(places, static_cast<std::uint32_t>(outlines.size()));
    std::string head(font->table(kHead));
    head[kLocaFormat] = 0;
    head[kLocaFormat + 1] = 1;
    const std::string maxp = mostPoints(font->table(kMaxp));

    std::string flat(bytes.substr(0, 12)), contents;
    const std::size_t start = 12 + 16 * font->tables().size();
    for (const Table& table : font->tables()) {
        const std::string_view content = table.tag == kGlyf   ? std::string_view(outlines)
                                         : table.tag == kLoca ? std::string_view(places)
                                         : table.tag == kHead ? std::string_view(head)
                                         : table.tag == kMaxp ? std::string_view(maxp)
                                                              : table.bytes;
        put32(flat, table.tag);
        put32(flat, table.checksum); // nobody who reads this font checks it
        put32(flat, static_cast<std::uint32_t>(start + contents.size()));
        put32(flat, static_cast<std::uint32_t>(content.size()));
        contents += content;
        contents.resize((contents.size() + 3) / 4 * 4);
    }
    return flat + contents;
}

} // namespace altimeter::report

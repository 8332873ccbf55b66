#include <QtTest/QtTest>

#include "app/report/flatfont.h"
#include "app/report/fontcoverage.h"

using namespace altimeter;
using namespace altimeter::report;

namespace {

std::string number(int value, int bytes)
{
    std::string text;
    for (int i = bytes; i-- > 0;)
        text.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
    return text;
}

/// A triangle with its corner at (0, 0).
std::string triangle(int side)
{
    std::string glyph = number(1, 2);
    for (const int edge : {0, 0, side, side})
        glyph += number(edge, 2);
    glyph += number(2, 2) + number(0, 2) + std::string(3, '\1'); // ends with point 2, no instructions, all on the line
    for (const int step : {0, side, -side, 0, 0, side})
        glyph += number(step, 2);
    return glyph + (glyph.size() % 2 ? std::string(1, '\0') : std::string());
}

/// Glyph 0: nothing; 1 and 2: triangles; 3: both, the second moved by (100, -20); 4: 3 at half its size.
std::string sampleFont(int glyphs = 5)
{
    std::string both = number(-1, 2) + std::string(8, '\0');
    both += number(0x0022, 2) + number(1, 2) + std::string("\0\0", 2);
    both += number(0x0003, 2) + number(2, 2) + number(100, 2) + number(-20, 2);
    std::string half = number(-1, 2) + std::string(8, '\0');
    half += number(0x000A, 2) + number(3, 2) + std::string("\0\0", 2) + number(0x2000, 2);
    const std::vector<std::string> outlines = {std::string(), triangle(10), triangle(40), both, half};
    std::string glyf, loca = number(0, 2);
    for (const std::string& outline : outlines) {
        glyf += outline;
        loca += number(static_cast<int>(glyf.size() / 2), 2);
    }
    std::string maxp =
        number(0x00010000, 4) + number(glyphs, 2) + number(3, 2) + number(1, 2) + number(6, 2) + number(2, 2);
    const std::vector<std::pair<std::string, std::string>> tables = {
        {"glyf", glyf}, {"head", std::string(54, '\0')}, {"loca", loca}, {"maxp", maxp}, {"name", "abc"}};
    std::string font = number(0x00010000, 4) + number(static_cast<int>(tables.size()), 2) + std::string(6, '\0'),
                contents;
    for (const auto& [tag, bytes] : tables) {
        font += tag + number(0, 4) + number(static_cast<int>(12 + 16 * tables.size() + contents.size()), 4) +
                number(static_cast<int>(bytes.size()), 4);
        contents += bytes + std::string((4 - bytes.size() % 4) % 4, '\0');
    }
    return font + contents;
}

std::string tableOf(const std::string& font, const char* tag)
{
    const auto u32 = [&](std::size_t at) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(font[at + i]);
        return value;
    };
    const std::size_t record = font.find(tag);
    return font.substr(u32(record + 8), u32(record + 12));
}

int i16(const std::string& bytes, std::size_t at)
{
    return static_cast<std::int16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                     static_cast<unsigned char>(bytes[at + 1]));
}

std::string glyphOf(const std::string& font, std::size_t number)
{
    const std::string loca = tableOf(font, "loca"), glyf = tableOf(font, "glyf");
    const auto place = [&](std::size_t at) {
        return static_cast<std::size_t>(i16(loca, 4 * at) << 16 | (i16(loca, 4 * at + 2) & 0xFFFF));
    };
    return glyf.substr(place(number), place(number + 1) - place(number));
}

} // namespace

/// A font whose glyphs are whole, for a library that loses parts.
class TestFlatFont : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parts_becomeOneOutline()
    {
        const auto flat = withoutComposites(sampleFont());
        QVERIFY(flat.ok());
        QVERIFY(glyphOf(*flat, 0).empty());
        const std::string both = glyphOf(*flat, 3);
        QCOMPARE(i16(both, 0), 2); // contours
        const int edges[] = {i16(both, 2), i16(both, 4), i16(both, 6), i16(both, 8)};
        QCOMPARE(edges[0], 0);
        QCOMPARE(edges[1], -20);
        QCOMPARE(edges[2], 140);
        QCOMPARE(edges[3], 20);
        QCOMPARE(i16(both, 10), 2); // the last point of each
        QCOMPARE(i16(both, 12), 5);
        const std::string half = glyphOf(*flat, 4); // of parts of parts
        QCOMPARE(i16(half, 0), 2);
        QCOMPARE(i16(half, 6), 70);
        QCOMPARE(tableOf(*flat, "name"), std::string("abc"));
        QCOMPARE(i16(tableOf(*flat, "maxp"), 6), 6);
        QVERIFY(*withoutComposites(*flat) == *flat); // nothing is left to do
    }

    void losesParts_isOfLargeFontsAlone()
    {
        QVERIFY(!losesParts(sampleFont()));
        QVERIFY(losesParts(sampleFont(40'000)));
        QVERIFY(!losesParts("no font"));
    }

    void damagedFonts_areErrors_orKeepWhatTheyHave()
    {
        const std::string font = sampleFont();
        for (std::size_t size = 0; size < font.size(); size += 3) {
            const auto flat = withoutComposites(std::string_view(font).substr(0, size));
            QVERIFY(!flat.ok() || !flat->empty());
        }
        for (std::size_t at = 92; at < font.size(); ++at) { // whatever the tables hold
            std::string wrong = font;
            wrong[at] = static_cast<char>(~wrong[at]);
            const auto flat = withoutComposites(wrong);
            QVERIFY(!flat.ok() || !flat->empty());
        }
    }

    void shippedFont_keepsItsCharacters()
    {
        QFile file(QStringLiteral(ALTIMETER_SOURCE_DIR "/resources/fonts/NotoSans-Regular.ttf"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string font = file.readAll().toStdString();
        QVERIFY(!losesParts(font));
        const auto flat = withoutComposites(font);
        QVERIFY(flat.ok());
        const auto coverage = FontCoverage::parse(*flat);
        QVERIFY(coverage.ok() && coverage->has(U'\u00E9') && coverage->has(U'A'));
    }
};

QTEST_APPLESS_MAIN(TestFlatFont)
#include "tst_flatfont.moc"

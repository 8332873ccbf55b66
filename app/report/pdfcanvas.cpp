#include "app/report/pdfcanvas.h"

#include "app/report/flatfont.h"
#include "app/report/fontcoverage.h"
#include "app/report/fontfolder.h"
#include "app/report/unicodemap.h"
#include "models/text/showntext.h"
#include "models/text/utf8.h"

#include <fstream>
#include <hpdf.h>
#include <optional>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace altimeter::report {

namespace {

struct Refusal {
    HPDF_STATUS code = HPDF_OK;
    HPDF_STATUS detail = HPDF_OK;
};

void remember(HPDF_STATUS code, HPDF_STATUS detail, void* user)
{
    auto* first = static_cast<Refusal*>(user);
    if (first->code == HPDF_OK)
        *first = {code, detail};
}

Error asError(const Refusal& refusal)
{
    std::ostringstream text;
    text << "the PDF library refused the document (error 0x" << std::hex << refusal.code << ", detail " << std::dec
         << refusal.detail << ")";
    return Error{ErrorCode::Invalid, text.str(), "weekly report"};
}

HPDF_REAL real(double value)
{
    return static_cast<HPDF_REAL>(value);
}

/// The shipped Noto Sans has no minus sign; its en dash is drawn as wide and as high as one.
char32_t substitute(char32_t c, const FontCoverage& coverage)
{
    return c == U'\u2212' && !coverage.has(c) ? U'\u2013' : c;
}

/// Windows-1252, the code of the standard fonts, beyond what it shares with Latin-1.
std::optional<unsigned char> asWinAnsi(char32_t c)
{
    switch (c) {
    case U'\u20AC':
        return 0x80;
    case U'\u2026':
        return 0x85;
    case U'\u2018':
        return 0x91;
    case U'\u2019':
        return 0x92;
    case U'\u201C':
        return 0x93;
    case U'\u201D':
        return 0x94;
    case U'\u2022':
        return 0x95;
    case U'\u2212':
    case U'\u2013':
        return 0x96;
    case U'\u2014':
        return 0x97;
    case U'\u2039':
        return 0x8B;
    case U'\u203A':
        return 0x9B;
    case U'\u2009':
        return 0x20;
    default:
        break;
    }
    if ((c >= 0x20 && c < 0x7F) || (c >= 0xA1 && c <= 0xFF))
        return static_cast<unsigned char>(c);
    return std::nullopt;
}

Result<std::string> readFile(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    if (!stream.good() && !stream.eof())
        return Error{ErrorCode::Io, "the font file cannot be read", file.filename().string()};
    return bytes.str();
}

/// A file that lies on no disk: the library reads fonts from files alone, and keeps them open for itself.
class MemoryFile {
public:
    explicit MemoryFile(const Result<std::string>& bytes)
    {
        if (!bytes || bytes->empty())
            return;
        m_file = ::memfd_create("font", MFD_CLOEXEC);
        std::size_t written = 0;
        while (m_file >= 0 && written < bytes->size()) {
            const auto more = ::write(m_file, bytes->data() + written, bytes->size() - written);
            if (more <= 0)
                return;
            written += static_cast<std::size_t>(more);
        }
        m_isWhole = m_file >= 0;
    }
    ~MemoryFile()
    {
        if (m_file >= 0)
            ::close(m_file);
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    bool isWhole() const { return m_isWhole; }
    std::string path() const { return "/proc/self/fd/" + std::to_string(m_file); }

private:
    int m_file = -1;
    bool m_isWhole = false;
};

/// The pattern's type changed between releases of the library (whole numbers up to 2.3, reals since): both compile.
template <typename Unit, typename Phase>
void setDash(HPDF_STATUS (*set)(HPDF_Page, const Unit*, HPDF_UINT, Phase), HPDF_Page page, double on, double off)
{
    const Unit pattern[] = {static_cast<Unit>(on), static_cast<Unit>(off)};
    set(page, pattern, 2, Phase{});
}

constexpr double kCircle = 0.5522847498; // control point distance of a quarter circle

} // namespace

struct PdfCanvas::Impl {
    struct FontSlot {
        HPDF_Font font = nullptr;
        std::optional<FontCoverage> coverage; ///< none: standard font in WinAnsi
    };

    Refusal refusal;
    HPDF_Doc document = nullptr;
    std::vector<HPDF_Page> pages;
    HPDF_Page page = nullptr;
    FontSlot fonts[2];
    std::filesystem::path wideFile;       ///< empty: no font for what these lack
    mutable std::optional<FontSlot> wide; ///< loaded when a text needs it; without coverage: it could not be
    mutable bool replaced = false;

    /// Characters of one font.
    struct Run {
        HPDF_Font font = nullptr;
        std::string bytes;
    };

    ~Impl()
    {
        if (document)
            HPDF_Free(document);
    }

    const FontSlot& slot(Face face) const { return fonts[static_cast<std::size_t>(face)]; }

    Result<FontSlot> loadedFont(const std::filesystem::path& file) const
    {
        const auto bytes = readFile(file);
        if (!bytes)
            return bytes.error();
        auto coverage = FontCoverage::parse(*bytes);
        if (!coverage)
            return Error{coverage.error().code, coverage.error().what, file.filename().string()};
        const MemoryFile flat(losesParts(*bytes) ? withoutComposites(*bytes) : Result<std::string>(std::string()));
        const std::string path = flat.isWhole() ? flat.path() : file.string();
        const char* name = HPDF_LoadTTFontFromFile(document, path.c_str(), HPDF_TRUE);
        HPDF_Font font = name ? HPDF_GetFont(document, name, "UTF-8") : nullptr;
        if (!font)
            return Error{ErrorCode::Io, "the font cannot be embedded", file.filename().string()};
        return FontSlot{font, coverage.take()};
    }

    Status loadFont(Face face, const std::filesystem::path& file)
    {
        auto loaded = loadedFont(file);
        if (!loaded)
            return loaded.error();
        fonts[static_cast<std::size_t>(face)] = loaded.take();
        return {};
    }

    /// Null where no font for it can be had.
    const FontSlot* wideSlot() const
    {
        if (!wide && !wideFile.empty()) {
            auto loaded = loadedFont(wideFile);
            wide = loaded ? loaded.take() : FontSlot();
        }
        return wide && wide->coverage ? &*wide : nullptr;
    }

    Status loadFonts(const std::filesystem::path& folder)
    {
        if (!holdsReportFonts(folder)) {
            fonts[0].font = HPDF_GetFont(document, "Helvetica", "WinAnsiEncoding");
            fonts[1].font = HPDF_GetFont(document, "Helvetica-Bold", "WinAnsiEncoding");
            return {};
        }
        HPDF_UseUTFEncodings(document);
        HPDF_SetCurrentEncoder(document, "UTF-8");
        wideFile = findWideFont(folder);
        if (const auto done = loadFont(Face::Regular, folder / kRegularFontFile); !done)
            return done;
        return loadFont(Face::Bold, folder / kBoldFontFile);
    }

    /// What is handed to the library, font by font: only characters a font has; what acts unseen is named, not obeyed.
    std::vector<Run> runsOf(std::string_view text, Face face) const
    {
        const FontSlot& own = slot(face);
        std::vector<Run> runs;
        const auto append = [&runs](HPDF_Font font) -> std::string& {
            if (runs.empty() || runs.back().font != font)
                runs.push_back({font, {}});
            return runs.back().bytes;
        };
        for (char32_t c : words::characters(words::shown(words::firstBytes(text, 4096)))) {
            c = c == 0xA0 ? U' ' : c;
            c = own.coverage ? substitute(c, *own.coverage) : c;
            if (!own.coverage) {
                const auto code = asWinAnsi(c);
                replaced |= !code.has_value();
                append(own.font).push_back(static_cast<char>(code.value_or('?')));
            } else if (own.coverage->has(c)) {
                words::appendCharacter(append(own.font), c);
            } else if (const FontSlot* other = wideSlot(); other && other->coverage->has(c)) {
                words::appendCharacter(append(other->font), c);
            } else {
                replaced = true;
                append(own.font).push_back('?');
            }
        }
        return runs;
    }

    static double width(const std::vector<Run>& runs, double size)
    {
        double sum = 0;
        for (const Run& run : runs) {
            const auto measured = HPDF_Font_TextWidth(run.font, reinterpret_cast<const HPDF_BYTE*>(run.bytes.data()),
                                                      static_cast<HPDF_UINT>(run.bytes.size()));
            sum += static_cast<double>(measured.width) * size / 1000.0;
        }
        return sum;
    }

    static double flip(double y) { return kHeight - y; }

    void fillColour(Colour c) const
    {
        HPDF_Page_SetRGBFill(page, real(c.red / 255.0), real(c.green / 255.0), real(c.blue / 255.0));
    }

    void strokeColour(Colour c, double width) const
    {
        HPDF_Page_SetRGBStroke(page, real(c.red / 255.0), real(c.green / 255.0), real(c.blue / 255.0));
        HPDF_Page_SetLineWidth(page, real(width));
    }

    void path(std::span<const Point> points) const
    {
        HPDF_Page_MoveTo(page, real(points[0].x), real(flip(points[0].y)));
        for (const auto& point : points.subspan(1))
            HPDF_Page_LineTo(page, real(point.x), real(flip(point.y)));
    }

    void curve(Point a, Point b, Point end) const
    {
        HPDF_Page_CurveTo(page, real(a.x), real(flip(a.y)), real(b.x), real(flip(b.y)), real(end.x), real(flip(end.y)));
    }

    /// A rectangle with round corners; a circle when `radius` is half of both sides.
    void roundedPath(double x, double y, double w, double h, double radius) const
    {
        const double c = radius * (1 - kCircle);
        const double right = x + w;
        const double bottom = y + h;
        HPDF_Page_MoveTo(page, real(x + radius), real(flip(y)));
        HPDF_Page_LineTo(page, real(right - radius), real(flip(y)));
        curve({right - c, y}, {right, y + c}, {right, y + radius});
        HPDF_Page_LineTo(page, real(right), real(flip(bottom - radius)));
        curve({right, bottom - c}, {right - c, bottom}, {right - radius, bottom});
        HPDF_Page_LineTo(page, real(x + radius), real(flip(bottom)));
        curve({x + c, bottom}, {x, bottom - c}, {x, bottom - radius});
        HPDF_Page_LineTo(page, real(x), real(flip(y + radius)));
        curve({x, y + c}, {x + c, y}, {x + radius, y});
        HPDF_Page_ClosePath(page);
    }
};

PdfCanvas::PdfCanvas() : m_impl(std::make_unique<Impl>()) {}
PdfCanvas::~PdfCanvas() = default;

Result<std::unique_ptr<PdfCanvas>> PdfCanvas::create(const std::filesystem::path& fontFolder)
{
    auto canvas = std::unique_ptr<PdfCanvas>(new PdfCanvas);
    auto& impl = *canvas->m_impl;
    impl.document = HPDF_New(remember, &impl.refusal);
    if (!impl.document)
        return Error{ErrorCode::Invalid, "the PDF library could not start a document", "weekly report"};
    HPDF_SetCompressionMode(impl.document, HPDF_COMP_ALL);
    if (const auto fonts = impl.loadFonts(fontFolder); !fonts)
        return fonts.error();
    if (impl.refusal.code != HPDF_OK)
        return asError(impl.refusal);
    return canvas;
}

void PdfCanvas::addPage()
{
    m_impl->page = HPDF_AddPage(m_impl->document);
    m_impl->pages.push_back(m_impl->page);
    HPDF_Page_SetSize(m_impl->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
    HPDF_Page_SetLineJoin(m_impl->page, HPDF_ROUND_JOIN);
}

void PdfCanvas::selectPage(std::size_t page)
{
    m_impl->page = m_impl->pages.at(page);
}

std::size_t PdfCanvas::pageCount() const
{
    return m_impl->pages.size();
}

double PdfCanvas::textWidth(std::string_view text, Face face, double size) const
{
    return Impl::width(m_impl->runsOf(text, face), size);
}

std::string PdfCanvas::elided(std::string_view text, Face face, double size, double width) const
{
    if (textWidth(text, face, size) <= width)
        return std::string(text);
    const std::u32string characters = words::characters(words::firstBytes(text, 512));
    std::string best = "\u2026";
    std::string kept;
    for (const char32_t c : characters) {
        words::appendCharacter(kept, c);
        const std::string tried = kept + "\u2026";
        if (textWidth(tried, face, size) > width)
            break;
        best = tried;
    }
    return best;
}

void PdfCanvas::text(Point at, std::string_view text, const TextStyle& style)
{
    const std::vector<Impl::Run> runs = m_impl->runsOf(text, style.face);
    const double width = style.align == Align::Left ? 0 : Impl::width(runs, style.size);
    const double x = style.align == Align::Right    ? at.x - width
                     : style.align == Align::Centre ? at.x - width / 2
                                                    : at.x;
    m_impl->fillColour(style.colour);
    HPDF_Page_BeginText(m_impl->page);
    HPDF_Page_MoveTextPos(m_impl->page, real(x), real(Impl::flip(at.y)));
    for (const Impl::Run& run : runs) {
        HPDF_Page_SetFontAndSize(m_impl->page, run.font, real(style.size));
        HPDF_Page_ShowText(m_impl->page, run.bytes.c_str());
    }
    HPDF_Page_EndText(m_impl->page);
}

void PdfCanvas::line(Point from, Point to, Colour colour, double width)
{
    const Point points[] = {from, to};
    polyline(points, colour, width);
}

void PdfCanvas::polyline(std::span<const Point> points, Colour colour, double width)
{
    if (points.size() < 2)
        return;
    m_impl->strokeColour(colour, width);
    m_impl->path(points);
    HPDF_Page_Stroke(m_impl->page);
}

void PdfCanvas::dashedLine(std::span<const Point> points, Colour colour, double width, double on, double off)
{
    setDash(HPDF_Page_SetDash, m_impl->page, on, off);
    polyline(points, colour, width);
    HPDF_Page_SetDash(m_impl->page, nullptr, 0, 0);
}

void PdfCanvas::fillPolygon(std::span<const Point> points, Colour colour)
{
    if (points.size() < 3)
        return;
    m_impl->fillColour(colour);
    m_impl->path(points);
    HPDF_Page_ClosePath(m_impl->page);
    HPDF_Page_Fill(m_impl->page);
}

void PdfCanvas::fillRect(double x, double y, double width, double height, Colour colour)
{
    m_impl->fillColour(colour);
    HPDF_Page_Rectangle(m_impl->page, real(x), real(Impl::flip(y + height)), real(width), real(height));
    HPDF_Page_Fill(m_impl->page);
}

void PdfCanvas::fillCircle(Point centre, double radius, Colour colour)
{
    m_impl->fillColour(colour);
    m_impl->roundedPath(centre.x - radius, centre.y - radius, 2 * radius, 2 * radius, radius);
    HPDF_Page_Fill(m_impl->page);
}

void PdfCanvas::strokeCircle(Point centre, double radius, Colour colour, double width)
{
    m_impl->strokeColour(colour, width);
    m_impl->roundedPath(centre.x - radius, centre.y - radius, 2 * radius, 2 * radius, radius);
    HPDF_Page_Stroke(m_impl->page);
}

void PdfCanvas::card(double x, double y, double width, double height, double radius, Colour fill, Colour border)
{
    m_impl->fillColour(fill);
    m_impl->strokeColour(border, 0.75);
    m_impl->roundedPath(x, y, width, height, radius);
    HPDF_Page_FillStroke(m_impl->page);
}

bool PdfCanvas::hasEmbeddedFonts() const
{
    return m_impl->fonts[0].coverage.has_value();
}

bool PdfCanvas::replacedCharacters() const
{
    return m_impl->replaced;
}

Result<std::string> PdfCanvas::finish(const std::string& title, Day created)
{
    auto* document = m_impl->document;
    std::string shownTitle;
    for (const Impl::Run& run : m_impl->runsOf(title, Face::Regular))
        shownTitle += run.bytes;
    HPDF_SetInfoAttr(document, HPDF_INFO_TITLE, shownTitle.c_str());
    HPDF_SetInfoAttr(document, HPDF_INFO_CREATOR, "Altimeter");
    HPDF_SetInfoAttr(document, HPDF_INFO_PRODUCER, "Altimeter");
    if (created.isValid()) {
        const HPDF_Date date = {created.year(), created.month(), created.dayOfMonth(), 0, 0, 0, 'Z', 0, 0};
        HPDF_SetInfoDateAttr(document, HPDF_INFO_CREATION_DATE, date);
    }
    HPDF_SaveToStream(document);
    if (m_impl->refusal.code != HPDF_OK)
        return asError(m_impl->refusal);
    std::string bytes(HPDF_GetStreamSize(document), '\0');
    auto size = static_cast<HPDF_UINT32>(bytes.size());
    const HPDF_STATUS read = HPDF_ReadFromStream(document, reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
    if ((read != HPDF_OK && read != HPDF_STREAM_EOF) || size != bytes.size())
        return Error{ErrorCode::Io, "the finished PDF could not be read back", "weekly report"};
    return withUnicodeMaps(bytes);
}

} // namespace altimeter::report

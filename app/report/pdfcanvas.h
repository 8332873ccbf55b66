#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace altimeter::report {

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};
struct Point {
    double x = 0, y = 0;
};
enum class Face : std::uint8_t { Regular, Bold };
enum class Align : std::uint8_t { Left, Centre, Right };

struct TextStyle {
    Face face = Face::Regular;
    double size = 9;
    Colour colour{};
    Align align = Align::Left;
};

/// A PDF document being drawn. Points (1/72 inch) from the upper left corner of the A4 page, y downwards.
///
/// Drawing never fails: the first refusal of the library is remembered and finish() answers it. Characters the font
/// lacks are drawn as '?', and replacedCharacters() says so. Belongs to one thread.
class PdfCanvas {
public:
    static constexpr double kWidth = 595.276, kHeight = 841.89;

    /// Embeds both fonts of `fontFolder`, or takes the standard Helvetica when the folder lacks them.
    static Result<std::unique_ptr<PdfCanvas>> create(const std::filesystem::path& fontFolder);
    ~PdfCanvas();
    PdfCanvas(const PdfCanvas&) = delete;
    PdfCanvas& operator=(const PdfCanvas&) = delete;

    void addPage(); ///< and draws on it from now on
    void selectPage(std::size_t page);
    std::size_t pageCount() const;

    double textWidth(std::string_view text, Face face, double size) const;
    /// `text`, or as much of it as fits into `width` with an ellipsis.
    std::string elided(std::string_view text, Face face, double size, double width) const;
    /// `at.x` is the left end, middle or right end as aligned, `at.y` the base line.
    void text(Point at, std::string_view text, const TextStyle& style);

    void line(Point from, Point to, Colour colour, double width);
    void dashedLine(std::span<const Point> points, Colour colour, double width, double on, double off);
    void polyline(std::span<const Point> points, Colour colour, double width);
    void fillPolygon(std::span<const Point> points, Colour colour);
    void fillRect(double x, double y, double width, double height, Colour colour);
    void fillCircle(Point centre, double radius, Colour colour);
    void strokeCircle(Point centre, double radius, Colour colour, double width);
    /// White with a border, as the cards of the window.
    void card(double x, double y, double width, double height, double radius, Colour fill, Colour border);

    bool hasEmbeddedFonts() const;
    bool replacedCharacters() const;

    /// The document's bytes. `created` stands in the file as its creation date; invalid leaves the date out.
    Result<std::string> finish(const std::string& title, Day created);

private:
    PdfCanvas();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace altimeter::report

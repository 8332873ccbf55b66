#pragma once

#include "app/report/pdfcanvas.h"
#include "models/domain/series.h"
#include "models/domain/weekfigures.h"

#include <span>

namespace altimeter::report {

/// Colours of the light theme, as in the window.
namespace ink {
inline constexpr Colour kPage{0xF3, 0xF5, 0xF8};
inline constexpr Colour kCard{0xFF, 0xFF, 0xFF};
inline constexpr Colour kStripe{0xF8, 0xFA, 0xFC};
inline constexpr Colour kBorder{0xDC, 0xE2, 0xEA};
inline constexpr Colour kGrid{0xE8, 0xEC, 0xF2};
inline constexpr Colour kText{0x1A, 0x23, 0x30};
inline constexpr Colour kSecondary{0x55, 0x60, 0x70};
inline constexpr Colour kTertiary{0x6B, 0x76, 0x85};
inline constexpr Colour kAccent{0x2B, 0x5F, 0xC0};
inline constexpr Colour kGood{0x12, 0x80, 0x5A};
inline constexpr Colour kWarning{0xA6, 0x5F, 0x00};
inline constexpr Colour kBad{0xB3, 0x36, 0x1C};
inline constexpr Colour kSeries{0x2B, 0x4C, 0x9B};
inline constexpr Colour kSeriesFill{0xEC, 0xF0, 0xF8};
inline constexpr Colour kBand95{0xDD, 0xE3, 0xF0};
inline constexpr Colour kBand80{0xB9, 0xC5, 0xE0};
} // namespace ink

struct Frame {
    double x = 0, y = 0, width = 0, height = 0;
};

/// Draws the daily cost with its forecast bands and anomaly rings inside `frame`, axes and legend included.
/// Unknown days leave a gap; credits below zero are drawn below the base line. `peaks` of the currency are named, and
/// `ofTeams`, days with an anomaly of a team alone, have a small ring.
void drawDailyChart(PdfCanvas& canvas, const Frame& frame, const CostSeries& daily, std::span<const PeakDay> peaks,
                    std::span<const Day> ofTeams = {});

} // namespace altimeter::report

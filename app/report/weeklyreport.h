#pragma once

#include "models/domain/overview.h"
#include "models/domain/proofline.h"
#include "models/domain/result.h"
#include "models/domain/series.h"
#include "models/domain/weekfigures.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace altimeter::report {

/// Everything the weekly summary says. All of it is a value: the renderer reads no clock, no file but the fonts, and
/// no workspace.
struct WeeklyInput {
    Overview overview;
    std::string workspaceName;
    std::vector<ProofLine> proof; ///< every partition and lens; the report shows those of `overview.lens`
    WeekFigures week;             ///< the week of the last day of the data, and those it is compared with
    std::vector<PeakDay> peaks;   ///< of the days before, every currency
    SeriesSet weeklyByTeam;       ///< last 8 weeks by team, every currency
    std::uint32_t rulesVersion = 0;
    bool isDemo = false;
};

/// The weekly summary as PDF bytes: A4, vector graphics, embedded fonts. Same input, same fonts: same bytes.
/// Error Io when a font cannot be embedded, Invalid when the PDF library refuses the document.
Result<std::string> renderWeekly(const WeeklyInput& input);
/// The same with the fonts of `fontFolder`; where it holds none the standard Helvetica is used and the foot says so.
Result<std::string> renderWeekly(const WeeklyInput& input, const std::filesystem::path& fontFolder);

/// The same figures as plain UTF-8 text for terminals, at most 100 columns wide but for very large amounts.
std::string renderWeeklyText(const WeeklyInput& input);

} // namespace altimeter::report

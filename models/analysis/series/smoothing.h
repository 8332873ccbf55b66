#pragma once

#include <span>
#include <vector>

namespace altimeter::analysis {

/// Additive or ratio pattern of a season, shrunk towards neutral when the evidence is thin.
struct SeasonalPattern {
    bool isRatio = false;
    std::vector<double> index; ///< by position modulo its size; one neutral element: no season

    double remove(double value, std::size_t position) const;
    double restore(double value, std::size_t position) const;
};

/// Pattern of `filled[from, to)`; positions whose `raw` is NaN carry no evidence. Ratio requires positive values.
SeasonalPattern seasonalPattern(std::span<const double> filled, std::span<const double> raw, std::size_t from,
                                std::size_t to, int period, bool isRatio);

/// How one-step errors are added up while parameters are searched.
enum class FitLoss { Absolute, Squared };

/// Parameters of the three smoothing methods; each method reads only its own.
struct SmoothingParameters {
    double level = 0.3;      ///< weight of the newest value, 0.01..1
    double trendShare = 0.0; ///< weight of the newest slope, as a share of `level`, 0..1
    double damping = 0.9;    ///< 1: undamped
    double theta = 2.0;      ///< 1: no trend, 2: the classic choice
};

enum class SmoothingMethod { Simple, Damped, Holt, Theta };

/// Parameters with the smallest one-step loss on `series`: a coarse grid, then a few coordinate steps.
SmoothingParameters fitSmoothing(SmoothingMethod method, std::span<const double> series, FitLoss loss);

/// Runs `method` over `series` (at least one value) and answers the next `horizon` values.
std::vector<double> smoothAhead(SmoothingMethod method, const SmoothingParameters& parameters,
                                std::span<const double> series, int horizon);

} // namespace altimeter::analysis

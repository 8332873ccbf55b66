#pragma once

#include "models/analysis/series/smoothing.h"

#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::analysis {

/// What the mixture is told about a series.
struct MixtureSetup {
    int horizon = 1;
    int testHorizon = 1; ///< steps over which methods are judged: not those asked, or a day would depend on them
    int season = 1;      ///< 1: none
    int longSeason = 0;  ///< a second, longer rhythm (364 days, 168 hours, 52 weeks); 0: none known
    FitLoss loss = FitLoss::Absolute;
    int fitWindow = 400;  ///< values used for patterns and parameters
    bool isDaily = false; ///< one value per calendar day: much may come in bursts
};

/// What the mixture answers for one series.
struct MixtureAnswer {
    std::vector<double> mean; ///< one per step of the horizon
    /// Errors (actual minus forecast) of the mixture by back-test origin and step; NaN where no value was known.
    std::vector<std::vector<double>> errors;
    int originStep = 1;             ///< steps between origins
    std::vector<double> apart;      ///< how far the methods are from their mean on each step, in the mean
    std::vector<double> apartTotal; ///< and in the sum of the steps up to it
    std::vector<std::pair<std::string, double>> weights; ///< method and share, largest first
};

/// A series is forecast by several cheap methods; their weights follow from their errors at rolling origins.
/// `raw` has NaN for missing, `filled` is the same series without gaps. Answers empty means when stopped.
MixtureAnswer forecastMixture(std::span<const double> raw, std::span<const double> filled, const MixtureSetup& setup,
                              std::stop_token stop);

} // namespace altimeter::analysis

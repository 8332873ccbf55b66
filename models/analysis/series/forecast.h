#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"

#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::analysis {

/// The error of a total grows with its length to this power.
inline constexpr double kTotalGrowth = 0.85;

/// One step ahead: the expected value with its 80 % and 95 % bands. lo95 <= lo80 <= mean <= hi80 <= hi95.
struct ForecastStep {
    double mean = 0;
    double lo80 = 0;
    double hi80 = 0;
    double lo95 = 0;
    double hi95 = 0;
};

/// What to forecast.
struct ForecastOptions {
    int horizon = 1;   ///< steps ahead, at least 1
    int season = 0;    ///< steps per season; 1: none; 0: find it (daily data prefers 7)
    bool daily = true; ///< one value per calendar day; false: the step is unknown or not a day
    Day start{};       ///< day of history[0]; none, or not daily: no calendar, so no charge of a day of the month
};

/// The answer, one step per step of the horizon.
struct ForecastResult {
    std::vector<ForecastStep> steps;
    /// The sums of the first one, two, … steps, one for each step. Their bands come from the errors of past totals,
    /// never from adding the daily bands.
    std::vector<ForecastStep> totals;
    ForecastStep total; ///< over the horizon: the last of them
    int season = 1;     ///< season used; 1: none
    std::string model;  ///< which methods carry the forecast and with what weight, for people
};

/// Steps per season of a series with an unknown step, by the autocorrelation test of the M4 competition on differences;
/// 1 when none is evident. NaN = missing.
int findSeason(std::span<const double> history);

/// Forecasts `history` (oldest first, one value per step, NaN = missing, which is not zero) as a mixture of cheap
/// methods weighted by how well each did in rolling back-tests of this very series; the bands are conformal, from the
/// same tests.
///
/// The mean is a mean: daily cost that comes in bursts is forecast by its mean day, not by its typical day of next to
/// nothing. A level that came and stayed for more than a week is the level to come (atPresentLevel), and one or two
/// days unlike any other (accidentsOf) widen the bands alone. Of a daily series only the present life counts
/// (presentLife): zeros before its birth are no history, and what is switched off is forecast as zero. Where the
/// calendar is known, charges and credits of a day of the month, the quarter or the year (splitCalendar) are forecast
/// on their next due days and widen no other; one that missed its last due day is not forecast further.
///
/// How many steps are asked changes none of them: the methods are judged over one length whatever the horizon, and what
/// a step or the total of the first steps is does not depend on what is asked behind it. A band is never narrower than
/// the methods are apart: while it is open whether a level that came some days ago will stay, it holds both.
///
/// The first step follows the last element, also where that is missing. A history without a negative value never gets a
/// negative mean or bound. Multiplying the history by a positive factor multiplies every answer by it.
/// Error Invalid: no known value, an infinite value, a horizon below 1 or a season below 0. Error Cancelled when
/// stopped. Pure; any thread may call.
Result<ForecastResult> forecast(std::span<const double> history, const ForecastOptions& options,
                                std::stop_token stop = {});

} // namespace altimeter::analysis

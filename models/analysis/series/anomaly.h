#pragma once

#include "models/domain/period.h"

#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::analysis {

/// When a day is worth a marker, and when it is worth a notification.
struct AnomalyOptions {
    double chartLimit = 5;    ///< deviation, in robust sigmas, that marks a day
    double notifyLimit = 6;   ///< deviation that notifies; drops need one sigma more
    double shareLimit = 0.25; ///< smallest deviation worth a marker, as a share of the expected value
    double moneyLimit = 10;   ///< smallest deviation worth a marker, in units of the series
    Day start;                ///< day of values[0]; none: no calendar, so no month starts, ends or weekends are known
    bool mayGrow = false;     ///< the newest values may not be complete yet: nothing is said of them being low
};

/// What is known about one day with the values up to it.
struct DayVerdict {
    bool judged = false; ///< false: too little history, missing value, or one that may not be complete
    double expected = 0; ///< NaN while nothing is known
    double lower = 0;    ///< outside [lower, upper] a judged day is an anomaly
    double upper = 0;
    double score = 0; ///< size of the deviation in robust sigmas, at least 0
    bool anomaly = false;
    bool notify = false;
    std::string kind;     ///< of an anomaly: "spike", "drop", "level-shift" or "slow-leak"
    std::string severity; ///< of an anomaly: "low" (marker only), "medium" (notifies), "high" (and doubles or halves)
};

/// Judges every day of a daily cost series; one verdict per value (fewer only when stopped).
///
/// Causal: verdict t depends on values[0..t] alone (with mayGrow the newest two are judged more mildly than they will
/// be once they are older). NaN = missing. Weekly rhythm, recurring charges and credits on a day of the month, quarter
/// or year, of every other week or of a weekday of the month, and month-end batches are ordinary: at a month's first or
/// last days before there is a precedent up to a few times the level, elsewhere from the second or third time on. A
/// charge that stays away is missed once. A new level is reported once and then becomes ordinary, and so is the way
/// back to a former one after more than four weeks; back within four weeks, also from nothing, it is the end of an
/// incident. A slow rise is reported once and again only when it quickens; anomalous values do not teach. Series of
/// credits (negative level) are judged like their mirror image. Pure; any thread may call.
std::vector<DayVerdict> detectDailyAnomalies(std::span<const double> values, const AnomalyOptions& options,
                                             std::stop_token stop = {});

/// What is known about one row of a fine-grained stream with the rows up to it.
struct StreamVerdict {
    double expected = 0; ///< mean of the rows just before; NaN for the first row
    double lower = 0;    ///< expected less the largest deviation seen so far
    double upper = 0;
    double score = 0; ///< 0 (ordinary) .. 1; an anomaly has at least one half
    bool anomaly = false;
};

/// Judges every row of a metered stream by records: a deviation larger than any before is suspicious.
/// `stepsPerDay`: rows per day (24 for hours), at least 1. Causal like the daily detector; NaN = missing.
std::vector<StreamVerdict> detectStreamAnomalies(std::span<const double> values, int stepsPerDay,
                                                 std::stop_token stop = {});

} // namespace altimeter::analysis

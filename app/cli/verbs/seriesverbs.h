#pragma once

#include "models/domain/result.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace altimeter::cli {

/// Judges every row of a series file (see readSeriesFile) with nothing but the rows before it and answers CSV text:
/// series,timestamp,value,expected,lower,upper,score,is_anomaly in the order of the file.
///
/// Steps of a day or more are judged as daily cost (a missing day is missing, not zero), finer ones as a stream. The
/// score is 0..1; an anomaly has at least 0.5. Not yet known figures are empty. Errors name file, line and field.
Result<std::string> anomaliesOfSeriesFile(const std::filesystem::path& path, std::stop_token stop = {});

/// Forecasts every series of a series file and answers CSV text: series,step,mean,lo80,hi80,lo95,hi95.
///
/// `period` is an ISO date or a whole number; a gap is a missing value. `season` 0 finds the season: 7 for days, 12 for
/// months, for whole numbers by test, where a series without clear evidence follows the clear majority of its file.
/// Errors name file, line and field.
Result<std::string> forecastOfSeriesFile(const std::filesystem::path& path, int horizon, int season,
                                         std::stop_token stop = {});

} // namespace altimeter::cli

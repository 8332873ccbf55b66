#pragma once

#include "models/analysis/series/anomaly.h"
#include "models/analysis/series/forecast.h"

namespace altimeter::session {

/// The analysis of a plain series of numbers, lent to programs that have a file of values instead of a workspace.
/// Pure functions: no workspace is opened and nothing is stored.
using analysis::AnomalyOptions;
using analysis::DayVerdict;
using analysis::detectDailyAnomalies;
using analysis::detectStreamAnomalies;
using analysis::findSeason;
using analysis::forecast;
using analysis::ForecastOptions;
using analysis::ForecastResult;
using analysis::ForecastStep;
using analysis::StreamVerdict;

} // namespace altimeter::session

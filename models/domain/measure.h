#pragma once

#include "models/domain/period.h"

#include <map>
#include <string>

namespace altimeter {

/// A number a source says about a stretch of time that is no charge: utilisation, a forecast, a budget, a coverage.
/// (source, name, labels, start) names it.
struct Measure {
    std::string name; ///< "savings_plan_utilisation"
    std::string unit; ///< "percent", "USD", "cores", "requests/s"
    Instant start, end;
    std::map<std::string, std::string> labels;
    std::string value; ///< decimal text as the source wrote it
};

} // namespace altimeter

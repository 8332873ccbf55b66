#pragma once

#include "models/domain/farcharges.h"
#include "models/domain/period.h"
#include "models/domain/years.h"
#include "models/facts/factset.h"

#include <cstdint>
#include <map>
#include <vector>

namespace altimeter {

/// The days of the data: what "the latest day", "all of it", a forecast and a trend mean. Which they are, knownDaysOf()
/// says. A line outside, dated 9999-12-30, 1900-01-01 or a year ahead, is stored and counted, but it is neither today
/// nor the end of anything. It answers to a range that names its day, and stays in totals over all time.
struct DataDays {
    Day first, last; ///< both inside; none when there is no line

    /// No more days than this, counted back from the last one: an answer with a place for each day stays small.
    static constexpr int kMostDays = 20'000;

    bool contains(Day day) const { return first.isValid() && day >= first && day <= last; }
    friend bool operator==(const DataDays&, const DataDays&) = default;
};

/// The days with lines that are near each other. Lines far from all others (see kNearYears) are outside, unless they
/// are near the time of the last import: those are the newest data, few as they may be. Where nothing is near that time
/// (a clock that was wrong), the stretch with the most lines is the data.
DataDays nearDaysOf(const FactSet& facts);

/// The charges outside `days` and outside `range` as well, by source and currency; a bound of `range` that is not valid
/// is that of `days`.
std::vector<FarCharges> farChargesOf(const FactSet& facts, const DataDays& days, const DateRange& range = {});

} // namespace altimeter

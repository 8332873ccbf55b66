#pragma once

#include "models/domain/comparison.h"
#include "models/domain/query.h"

#include <optional>
#include <string>
#include <vector>

namespace altimeter::ui {

/// A difference between two periods that somebody wants explained, as pages ask each other for it: the Changes page
/// shows its parts.
struct Change {
    std::string rangeText = "mtd"; ///< as it is stored: relative words stay current
    CompareWith with = CompareWith::PeriodBefore;
    Dim by{Dim::Kind::Service, {}}; ///< what its parts are told apart by
    std::vector<Filter> filters;
    CostLens lens = CostLens::Effective;
    std::optional<Currency> currency; ///< the one that is shown; none: the first
    bool onlyKnownDays = false;       ///< BridgeQuestion::onlyKnownDays, as the Overview compares
    friend bool operator==(const Change&, const Change&) = default;
};

} // namespace altimeter::ui

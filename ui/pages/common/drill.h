#pragma once

#include "models/domain/query.h"
#include "ui/pages/explore/explorestate.h"

#include <vector>

/// Steps from one Explore state to the next: pure functions of states and rows, so that every drill is tested as data.
namespace altimeter::ui::drill {

/// What a row of the grid or a mark of the chart stands for.
struct Target {
    std::vector<std::string> keys; ///< one per grouping dim; empty: everything shown
    std::vector<Filter> beside;    ///< what else it is limited to: the column of a pivot
    bool isOther = false;
    std::vector<std::vector<std::string>> otherThan; ///< for "Other": the keys that are not folded
    Currency currency;                               ///< set where the answer has several currencies
    bool limitCurrency = false;
    Day period; ///< first day of the step, or none
    Granularity granularity = Granularity::Day;
    std::optional<DateRange> range; ///< another range than the state's, for the previous period
};

/// The charge lines of `target`.
ExploreState toCharges(const ExploreState& from, const DateRange& range, const Target& target);
/// The same, grouped by `dim`.
ExploreState into(const ExploreState& from, const DateRange& range, const Target& target, const Dim& dim);
/// One level up: the grouping and range before the last step. At the top the state itself, in the grid.
ExploreState up(const ExploreState& from);
/// Keeps (or excludes) values of one dim as a filter of the bar.
ExploreState filtered(const ExploreState& from, const Dim& dim, const std::vector<std::string>& values, bool exclude);

} // namespace altimeter::ui::drill

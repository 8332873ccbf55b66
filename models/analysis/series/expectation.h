#pragma once

#include "models/analysis/series/forecast.h"
#include "models/analysis/series/knownseries.h"
#include "models/domain/result.h"

#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace altimeter::analysis {

/// What a series will still cost on the days that are not known yet: each of its parts is forecast from the day behind
/// the last that is known of it, and the parts are added. Known days are no part of it, and cost nothing here; of
/// others what is seen already is taken away: a running day brings what it has brought, and at least what was expected
/// of it, and a charge dated ahead is not expected once more.
class Expectation {
public:
    /// `series` by day; up to `through`, inside. Errors: those of forecast().
    static Result<Expectation> of(const PartedSeries& series, const CostDays& days, Day through,
                                  const std::stop_token& stop);

    /// Days that an account must be known from its first cost on before anything is said: one of each weekday.
    static constexpr int kLeastDays = 7;

    /// True where nothing can be said, and not all are zero: no part has kLeastDays known days from its first cost on
    /// and a second day with a cost. A large purchase made once is no cost to learn from.
    bool hasTooLittleHistory() const { return m_hasTooLittleHistory; }
    /// Over the days of `range`. Bands of several days come from the errors of past totals, those of several parts from
    /// errors that do not depend on each other. No part expects less than the credits that are due: not less than
    /// nothing without them, and never more credit than the largest of an equally long time. Only where credits are a
    /// tenth of its days and more that largest credit is the bound.
    ForecastStep over(const DateRange& range) const;
    /// What had been expected of the days of `range` and is there already: over() is less by it.
    double seen(const DateRange& range) const;

private:
    struct Part {
        Day from; ///< of the first step
        std::vector<ForecastStep> steps;
        std::vector<ForecastStep> totals;         ///< of the first one, two, … of them
        std::vector<std::pair<Day, double>> gaps; ///< unknown days before `from`, and what each still brings
        std::vector<std::pair<Day, double>> seen; ///< what is taken away of the steps
        std::vector<double> credits;              ///< of the history, day by day; empty: none
        bool isOfCredits = false;                 ///< they are much of what comes
        bool isTold = true;                       ///< there is enough to learn from
    };
    static Result<std::optional<Part>> partOf(const SeriesPart& part, const CostDays& days, Day through,
                                              const std::stop_token& stop);
    static void takeSeen(Part& made, const SeriesPart& part, const std::vector<double>& history);
    static ForecastStep over(const Part& part, const DateRange& range);
    static double leastOf(const Part& part, const DateRange& range);

    std::vector<Part> m_parts;
    bool m_hasTooLittleHistory = false;
};

} // namespace altimeter::analysis

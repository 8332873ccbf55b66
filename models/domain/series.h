#pragma once

#include "models/domain/query.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// A point of a daily, weekly or monthly series. `known` false: no day of this step was delivered by all accounts that
/// the series is made of, or none of its charges states this cost. A known step without a charge cost nothing.
struct SeriesPoint {
    Day period;
    Amount cost;
    bool known = true;
    /// All its days are known, to their end and with the cost of their charges; false for the running day, week or
    /// month: nothing to learn from.
    bool isWhole = true;
};

/// What a detector says of one step. Doubles: statistics, never added into money.
struct AnomalyMark {
    Day period;
    double actual = 0, expected = 0, lower = 0, upper = 0;
    double impact = 0;    ///< actual - expected
    double score = 0;     ///< robust z, signed
    std::string severity; ///< "high", "medium", "low"
    std::string kind;     ///< "spike", "drop", "level-shift", "slow-leak"
    std::string status;   ///< "open", "notable"
};

struct ForecastPoint {
    Day period;
    double mean = 0, lo80 = 0, hi80 = 0, lo95 = 0, hi95 = 0;
};

/// A large purchase made once, or a refund that came once: it counts, and nothing of later days is learnt from it.
struct OncePurchase {
    Currency currency;
    Day day;
    std::string service;          ///< that has the largest part in it; may be empty
    Amount cost;                  ///< below zero: a refund
    Amount refunded{};            ///< of a purchase: what came back of it, as an amount above zero
    Day refundedOn = Day::none(); ///< the last day of that; none: nothing came back
    Day refundOf = Day::none();   ///< of a refund: the day of its purchase; none: of none that is known
};

/// One line of a chart: history, markers, forecast.
struct CostSeries {
    std::vector<std::string> keys; ///< as in the query; empty for the total
    bool isOther = false;
    Currency currency;
    std::vector<SeriesPoint> points;
    std::vector<AnomalyMark> anomalies;
    std::vector<ForecastPoint> forecast;
    /// Of weeks and months with a forecast: what the running one, the last of `points`, will have come to at its end.
    std::optional<ForecastPoint> running{};
};

/// Several series over the same steps, with the steps of the period they are compared with where one was asked for.
struct SeriesSet {
    CostQuery query;
    std::vector<CostSeries> series;
    std::vector<CostSeries> previous;  ///< same keys, periods as they were; empty without comparison
    std::optional<DateRange> base;     ///< the days of `previous`
    std::vector<CurrencyTotal> totals; ///< over the range, with the number of charges that do not state this cost
    std::uint64_t revision = 0;
    std::vector<OncePurchase> purchases{}; ///< and refunds, of the range, where a forecast was asked for
};

} // namespace altimeter

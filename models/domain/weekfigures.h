#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// The week of the last whole day of the data beside those it is compared with. Each range holds the same days of the
/// week; a day that was still running when it was told is in none.
struct WeekFigures {
    DateRange week;       ///< from Monday through the last whole day of the data: seven days at most
    DateRange before;     ///< of the week before
    DateRange yearBefore; ///< 52 weeks before

    struct Sum {
        Amount cost;
        std::uint64_t rows = 0, unknownRows = 0; ///< unknownRows: charges that do not state this cost
        /// None of its charges states it.
        bool isUnknown() const { return rows > 0 && rows == unknownRows; }
    };
    /// What one team spent on one service; empty where no team or service is known.
    struct Line {
        std::string team, service;
        Sum now, before, yearBefore;
    };
    struct PerCurrency {
        Currency currency;
        bool isDelivered = true; ///< false where no day of the week is known of any of its accounts
        Sum now;
        std::optional<Sum> before,
            yearBefore;          ///< none where nothing of these days was delivered, or the data begin later
        std::vector<Line> lines; ///< add up to the sums; by team, then by service
    };
    std::vector<PerCurrency> currencies;
};

/// A day that stands far above those beside it, and the service that it owes that to most.
struct PeakDay {
    Currency currency;
    Day day;
    std::string service; ///< empty where the charges name none
    Amount more;         ///< what that service cost more than on the day before
};

} // namespace altimeter

#pragma once

#include "models/domain/money.h"
#include "models/domain/overview.h"
#include "models/domain/weekfigures.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::report {

/// One line of a table that compares.
struct WeekLine {
    std::string name;
    std::string owner;                             ///< of a service: the team whose part of its change is the largest
    std::optional<Amount> now, before, yearBefore; ///< unknown is not zero
    std::size_t folded = 0;                        ///< so many are in this line
    bool isWhole = true;                           ///< every charge of both weeks states its cost
    /// None where one of them is unknown, in part as well.
    std::optional<Amount> change() const;
};

/// The largest lines, the rest in one, and the total they add up to exactly.
struct WeekTable {
    std::vector<WeekLine> lines;
    WeekLine total;
};

/// Teams by what they cost this week, largest first.
WeekTable weekByTeam(const WeekFigures::PerCurrency& figures, std::size_t most);
/// Services by what they moved against the week before, largest |change| first; empty without a week before.
WeekTable weekMovers(const WeekFigures::PerCurrency& figures, std::size_t most);

/// From the week before to this week, line by line: each bar begins where the one before ends, and the last one ends at
/// this week's total to the last digit.
struct WeekBridge {
    struct Bar {
        Amount from, to;
        bool isTotal = false;
    };
    std::vector<Bar> bars;    ///< the week before, one per line of the table, this week; empty: see below
    double low = 0, high = 1; ///< what the bars are drawn between; low < high
    bool isCut = false;       ///< that leaves zero out, where the changes are small beside the totals
};
/// Of weekMovers(). Empty where a change is unknown, or beyond what an amount can hold.
WeekBridge weekBridge(const WeekTable& movers);

/// Services by what they moved in the month to date against the same days of last month; empty without a last month.
WeekTable monthMovers(const Overview::PerCurrency& figures, std::size_t most);

/// A change is small where it is less than a hundredth of all that is compared: it is shown in grey.
bool isSmallChange(Amount change, Amount before);

/// "Mon to Thu", "all seven days": which days of the week all figures of it hold.
std::string weekDaysText(const WeekFigures& week);
/// What the week cost and how that compares, in words; never of a cost that is unknown.
std::string weekSentence(const WeekFigures& week, const WeekFigures::PerCurrency& figures);
/// Null where nothing of the week was delivered in the currency.
const WeekFigures::PerCurrency* deliveredWeekOf(const WeekFigures& week, Currency currency);

} // namespace altimeter::report

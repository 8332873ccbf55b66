#pragma once

#include "app/report/weeklyreport.h"

#include <optional>
#include <string>
#include <vector>

namespace altimeter::report {

/// Of more than kListedWhole lines the kTopLines largest are listed and all others are one: a page is read, a book of
/// names is not.
inline constexpr std::size_t kTopLines = 10, kListedWhole = 20;
/// The largest anomalies are shown, the others counted.
inline constexpr std::size_t kMostAnomalies = 12;

/// One line of the per-team table.
struct TeamLine {
    std::string name;
    bool isRest = false;               ///< what the named teams leave of the total, or the smaller teams together
    std::optional<Amount> now, before; ///< unknown is not zero
    std::optional<Amount> compared{};  ///< of `now` the days that are over: what is compared with `before`
};

/// Teams of one currency, largest first; `now` of the lines adds up to the month to date exactly, and `before` to the
/// same days of last month as far as it is known.
struct TeamTable {
    std::vector<TeamLine> lines;
    Amount now;
    std::optional<Amount> before;
    Amount compared{};
};
TeamTable teamTable(const Overview::PerCurrency& figures);
/// The same with the smaller teams in one line where they are many; what belongs to no team keeps a line of its own.
TeamTable topTeams(const Overview::PerCurrency& figures);

/// Cost per team and week, at most the last eight weeks; an absent cell is unknown.
struct WeeklyGrid {
    struct Line {
        std::string name;
        std::vector<std::optional<Amount>> cells;
    };
    std::vector<Day> weeks; ///< Mondays
    std::vector<Line> lines;
    std::vector<std::optional<Amount>> totals; ///< exact sum of the known cells of a week
    int scaleDigits = 0;                       ///< the cells are shown in 10^scaleDigits units
    int decimals = 0;
};
/// Where the teams are many the largest of all weeks, and the others in one line.
WeeklyGrid weeklyGrid(const SeriesSet& weeklyByTeam, Currency currency);
/// "thousands of USD", or "USD".
std::string scaleText(int scaleDigits, Currency currency);

/// The proof lines of one source added up.
struct ProofSummary {
    std::string source;
    std::uint64_t partitions = 0, unreconciled = 0;
    DecimalSum file, stored, rolledUp, allocated, exported, remainder, missing;
};
std::vector<ProofSummary> proofBySource(const std::vector<ProofLine>& proof, Currency currency, CostLens lens);
/// One sentence for the foot of every page: reconciled, or how much is not.
std::string proofSentence(const WeeklyInput& input);
/// "1,234.56" from an exact sum, rounded once; its exact text where it is not zero but would round to zero.
std::string sumText(const DecimalSum& sum, Currency currency);

/// What was imported and is in no figure of the report, in words after a blank; empty where there is none.
std::string farSentence(const WeeklyInput& input, Currency currency);
/// Which charges of the month do not state the cost and which accounts are late, in words after a blank; empty where
/// all is known.
std::string unknownSentence(const WeeklyInput& input, const Overview::PerCurrency& figures);
/// "of it 383,250.00 once on 12 Nov"; empty where no large purchase was made once, and no large credit came.
std::string purchasesText(const Overview::PerCurrency& figures);
/// Three to eight sentences that say what the figures of one currency mean.
std::string headline(const WeeklyInput& input, const Overview::PerCurrency& figures);

/// "Demonstration company", "Rules version 3", … : what a reader must know to read any figure.
std::string conditions(const WeeklyInput& input, Currency currency);
std::vector<const Overview::AnomalyItem*> anomaliesOf(const Overview& overview, Currency currency);
/// "Week 47 of 2026 (ISO), …": the week the report is about; "no data" for an empty workspace.
std::string reportedWeek(const WeeklyInput& input);
/// Last day with data; none for an empty workspace.
Day dataThrough(const Overview& overview);
/// "the first 19 days of October".
std::string sameDaysText(const Overview& overview, const Overview::PerCurrency& figures);

} // namespace altimeter::report

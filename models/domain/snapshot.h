#pragma once

#include "models/domain/query.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// State of one source.
struct SourceInfo {
    std::string name;
    std::string kind; ///< "focus-csv", …
    std::uint64_t partitions = 0;
    std::uint64_t rows = 0;
    Day dataFrom;
    Day dataThrough; ///< last day with a charge (inside)
    Instant lastImport;
    std::string state; ///< "ok", "findings", "rejected lines"
    std::uint64_t rejected = 0;
    std::uint64_t findings = 0;
};

/// One stored partition: (source, provider, billing account, billing period, currency), replaced as a whole.
struct PartitionInfo {
    std::vector<std::int64_t> ids; ///< one, or one for each day where a connection keeps days apart
    std::string source, provider, billingAccount;
    Day billingPeriod;
    Currency currency;
    std::uint64_t rows = 0;
    std::uint64_t rejected = 0;                   ///< lines of its files that could not be stored
    std::array<DecimalSum, kLensCount> fileTotal; ///< exact sum of the file's digits, by CostLens
    std::array<std::uint64_t, kLensCount> unknownRows{};
    Instant importedAt;
    std::vector<std::string> files;
};

/// What an import did with one partition.
struct PartitionReport {
    PartitionInfo partition;
    std::uint64_t rowsRead = 0;
    std::uint64_t rowsStored = 0;
    std::uint64_t rowsRejected = 0;
    enum class Action : std::uint8_t { New, Replaced, Unchanged, Removed } action = Action::New;
    std::array<DecimalSum, kLensCount> storedTotal; ///< recounted from what was stored
    std::array<DecimalSum, kLensCount> oldTotal;    ///< of the partition it replaced
};
std::string_view actionName(PartitionReport::Action action);

struct ImportReport {
    std::vector<PartitionReport> partitions;
    std::vector<Finding> findings;
    std::uint64_t filesRead = 0, bytesRead = 0, rowsRead = 0, rowsStored = 0, rowsRejected = 0;
    bool dryRun = false;
};

/// One line of the proof sheet. All totals are exact; `remainder` is what the named parts do not explain.
struct ProofLine {
    std::string source, provider, billingAccount;
    Day billingPeriod;
    Currency currency;
    CostLens lens = CostLens::Billed;
    DecimalSum fileTotal, storedTotal, rolledUpTotal, allocatedTotal, exportedTotal;
    std::optional<DecimalSum> invoiceTotal;
    struct Part {
        std::string name;
        DecimalSum amount;
    };
    std::vector<Part> parts; ///< "rejected lines", "digits below 10^-18", …
    DecimalSum remainder;
    bool reconciled() const { return remainder.isZero(); }
};

/// A point of a daily, weekly or monthly series. `known` false: the source delivered nothing for this step.
struct SeriesPoint {
    Day period;
    Amount cost;
    bool known = true;
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

/// One line of a chart: history, markers, forecast.
struct CostSeries {
    std::vector<std::string> keys; ///< as in the query; empty for the total
    bool isOther = false;
    Currency currency;
    std::vector<SeriesPoint> points;
    std::vector<AnomalyMark> anomalies;
    std::vector<ForecastPoint> forecast;
};

/// Several series over the same steps, with the steps of the previous period where comparison is on.
struct SeriesSet {
    CostQuery query;
    std::vector<CostSeries> series;
    std::vector<CostSeries> previous; ///< same keys, periods as they were; empty without comparison
    std::uint64_t revision = 0;
};

/// Charges of one source and currency that lie outside the days of the data (see DataDays): counted in totals over all
/// time, but no part of what follows the data day by day.
struct FarCharges {
    std::string source;
    Currency currency;
    std::uint64_t rows = 0;
    std::array<DecimalSum, kLensCount> cost; ///< by CostLens, of the lines whose cost is known
    std::vector<int> years;                  ///< in which they begin, ascending
    Day dataFrom, dataThrough;               ///< the days of the data, both inside
};

/// Everything the Overview page says, per currency, relative to the workspace's last day with data.
struct Overview {
    struct Mover {
        std::vector<std::string> keys;
        Amount now, before;
    };
    struct PerCurrency {
        Currency currency;
        Amount monthToDate;
        Amount sameDaysLastMonth;
        Amount lastMonth;
        bool hasLastMonth = false;
        Amount estimated; ///< part of monthToDate that its sources may still change
        bool hasEstimated = false;
        double monthEndMean = 0, monthEndLo80 = 0, monthEndHi80 = 0, monthEndLo95 = 0, monthEndHi95 = 0;
        bool hasForecast = false;
        Amount unallocated;            ///< month to date, no team
        std::vector<Mover> teamMovers; ///< month to date against same days of last month, by |change|
        std::vector<Mover> serviceMovers;
        std::vector<CostRow> teams; ///< month to date by team
        CostSeries daily;           ///< last 90 days in total, with anomalies and forecast to month end
    };
    struct AnomalyItem {
        std::vector<std::string> keys;
        Currency currency;
        AnomalyMark mark;
    };
    Day asOf;  ///< day after the last day with data
    Day month; ///< first day of the current month
    CostLens lens = CostLens::Effective;
    std::vector<PerCurrency> currencies; ///< largest first
    std::vector<AnomalyItem> anomalies;  ///< last 30 days per team (of thousands, the 1,000 largest), by |impact|
    std::vector<SourceInfo> sources;     ///< data through the last of the days of the data (see DataDays)
    std::vector<FarCharges> far;         ///< what no figure here holds
    std::uint64_t partitions = 0, unreconciled = 0;
    std::vector<ProofLine> remainders; ///< the lines that do not reconcile
    std::uint64_t revision = 0;
};

struct SavedView {
    std::string name;
    std::string page;  ///< "explore", …
    std::string state; ///< JSON text of the page's state
};

} // namespace altimeter

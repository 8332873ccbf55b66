#pragma once

#include "models/domain/farcharges.h"
#include "models/domain/knowndays.h"
#include "models/domain/proofline.h"
#include "models/domain/query.h"
#include "models/domain/series.h"
#include "models/domain/sources.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// Everything the Overview page says, per currency, relative to the workspace's last day with data.
struct Overview {
    struct Mover {
        std::vector<std::string> keys;
        Amount now, before;
    };
    struct PerCurrency {
        Currency currency;
        Amount monthToDate;
        Amount sameDaysLastMonth; ///< of each account the days that are known of this month, to their end
        /// Where a day of the month to date was not over when it was told: the days that were. Those are compared.
        struct WholeDays {
            Amount cost;
            std::vector<CostRow> teams;
        };
        std::optional<WholeDays> wholeDays; ///< none: all are whole
        Day wholeTo;                        ///< after the last day that is whole for any account; not valid: `asOf`
        Amount lastMonth;
        bool hasLastMonth = false;
        Amount estimated; ///< part of monthToDate that its sources may still change
        bool hasEstimated = false;
        double monthEndMean = 0, monthEndLo80 = 0, monthEndHi80 = 0, monthEndLo95 = 0, monthEndHi95 = 0;
        bool hasForecast = false;
        Amount unallocated;            ///< month to date, no team
        std::vector<Mover> teamMovers; ///< month to date against same days of last month, by |change|
        std::vector<Mover> serviceMovers;
        std::vector<CostRow> teams;          ///< month to date by team
        std::vector<CostRow> teamsBefore;    ///< the same days of last month by team
        CostSeries daily;                    ///< last 90 days in total, with anomalies and forecast to month end
        Amount chargedAhead;                 ///< for later days of the month, known already: part of its end alone
        std::vector<OncePurchase> purchases; ///< and refunds, of the whole month, that are large and came once; by day
        std::uint64_t rows = 0;              ///< charges of the month to date
        std::uint64_t unknownRows = 0;       ///< of these, such as do not state this cost: in no figure here
        std::uint64_t rowsBefore = 0, unknownRowsBefore = 0; ///< of the same days of last month
        /// Accounts of which not every day of the month to date was delivered: what they miss is expected, not counted,
        /// and their own days alone are compared with those of last month. The one that is known least first.
        std::vector<KnownAccount> late;

        bool isCostUnknown() const { return rows > 0 && rows == unknownRows; }
        /// What is compared with the same days of last month.
        Amount comparedToDate() const { return wholeDays ? wholeDays->cost : monthToDate; }
        /// False where the month has no whole day yet.
        bool isComparable(Day first) const { return hasLastMonth && (!wholeTo.isValid() || wholeTo > first); }
    };
    struct AnomalyItem {
        std::vector<std::string> keys;
        Currency currency;
        AnomalyMark mark;
    };
    Day asOf;  ///< day after the last day with data
    Day month; ///< first day of the current month
    CostLens lens = CostLens::Effective;
    std::vector<PerCurrency> currencies; ///< in the order of currenciesInOrder()
    std::vector<AnomalyItem> anomalies;  ///< last 30 days per team (of thousands, the 1,000 largest), by |impact|
    std::vector<SourceInfo> sources;     ///< data through the last of the days of the data (see DataDays)
    std::vector<FarCharges> far;         ///< what no figure here holds
    std::uint64_t partitions = 0, unreconciled = 0;
    std::vector<ProofLine> remainders; ///< the lines that do not reconcile
    std::uint64_t revision = 0;
};

} // namespace altimeter

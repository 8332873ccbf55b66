#pragma once

#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace altimeter {

/// One day of one source on the completeness calendar.
struct CalendarDay {
    enum class State : std::uint8_t {
        None,      ///< outside of what the source has ever covered
        Gap,       ///< inside, and nothing is known: not asked, or a file without this day
        Empty,     ///< asked, and the source said there was nothing
        Final,     ///< charges that will not change any more
        Estimated, ///< charges the source may still change
        Unsaid,    ///< charges of a source that does not say whether they are final
    };
    Day day;
    State state = State::None;
    std::uint64_t rows = 0;
    std::uint64_t estimatedRows = 0;
    std::uint64_t duplicates = 0; ///< charges that stand twice in this source
    bool isOverlapping = false;   ///< another source holds charges of the same provider and account for this day
    bool isRestated = false;      ///< the source changed this day after it had been final
    Instant askedAt;              ///< last time the source was asked; not valid for files
    std::vector<std::pair<Currency, Amount>> cost; ///< effective cost
};

/// A stored amount that a source changed later.
struct Restatement {
    std::string source, provider, billingAccount;
    Day from, to; ///< the days it speaks of, `to` outside
    Currency currency;
    Instant at;
    bool wasFinal = false;
    /// By CostLens; none where every amount was unknown, or (of all but BilledCost) where an older version noted it.
    std::array<std::optional<DecimalSum>, kLensCount> before, after;

    /// What changed: BilledCost where it did, else the first other that did; where only rows came or went
    /// that move none of them, one that is known.
    CostLens lens() const
    {
        constexpr std::array kOrder{CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted};
        for (const bool mayBeEqual : {false, true}) {
            for (const CostLens lens : kOrder) {
                const auto i = static_cast<std::size_t>(lens);
                if (mayBeEqual ? before[i] || after[i] : before[i] != after[i])
                    return lens;
            }
        }
        return CostLens::Billed;
    }
};

/// An account that delivered regularly and has stopped, although its source goes on.
struct StoppedAccount {
    std::string source, provider, billingAccount;
    Day last;          ///< with a charge
    Day sourceThrough; ///< last day of the source; of the data where the source itself tells nothing later of it
    int usualDays = 0; ///< the longest pause it ever made before
    /// Of which it has stopped, where the account goes on in another; none: it has charges in one alone.
    Currency currency{};
    bool isSilent = false; ///< the source tells nothing of it any more: its days are taken for none
};

/// Source × day: what is there, what is missing, what may still move.
struct CompletenessCalendar {
    struct Row {
        std::string source;
        std::vector<CalendarDay> days;     ///< one for each day of `range`
        std::vector<std::string> overlaps; ///< sources that hold the same accounts' charges
        bool isAccount = false;            ///< of one account of the source; such rows follow that of the source
        std::string provider, billingAccount;
        /// The last day of an account that delivered regularly and stopped while its source went on.
        Day stoppedAfter{};
    };
    DateRange range;
    std::vector<Row> rows;
    std::vector<Restatement> restatements; ///< newest first
    std::vector<StoppedAccount> stopped;   ///< whatever the range
    std::uint64_t revision = 0;
};

} // namespace altimeter

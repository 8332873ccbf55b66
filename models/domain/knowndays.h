#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <algorithm>
#include <string>
#include <vector>

namespace altimeter {

/// One account of a source and provider in one currency, and its days that are known. A known day without a charge cost
/// nothing; a day that is not known was not delivered (yet), and nobody may take it for nothing.
struct KnownAccount {
    std::string source, provider, billingAccount;
    Currency currency;
    Day first;   ///< with a charge; the account is known to have cost nothing before
    Day through; ///< the last known day, inside; behind the last of the data where charges stand for a whole month
    std::vector<DateRange> gaps; ///< not known although they lie before `through`; ascending, apart from each other
    bool isMonthly = false;      ///< a charge on the first of nearly every month stands for that month, and no other
    Day running = Day::none(); ///< the day behind `through` where that was not over when it was told: what it holds so
                               ///< far counts and is not all of it; none where there is no such day in the data
    Day partThrough = Day::none(); ///< the last of the days from `running` on that were over, and yet were told only in
                                   ///< part: far fewer lines than ever; none where there is no such day
    Day ended = Day::none();       ///< its last charge where others are missed behind it, for so long that they are
                                   ///< taken for none; `through` then lies behind. None: nothing is taken for none
    bool isEndTold = false;        ///< at `ended`: what brought it brought later days of others, without it
    Day since = Day::none();       ///< the first day its source tells of: before it nothing was delivered; none: always

    /// For people: who bills it, else where it comes from.
    const std::string& biller() const { return provider.empty() ? source : provider; }
    bool knows(Day day) const
    {
        return day <= through &&
               std::none_of(gaps.begin(), gaps.end(), [day](const DateRange& gap) { return gap.contains(day); });
    }
    /// Of this day some was told, and not all.
    bool holdsPartOf(Day day) const
    {
        return running.isValid() && day >= running && day <= std::max(running, partThrough);
    }
    /// True where `day` was not over when it was told.
    bool wasRunning(Day day) const { return running == day && !partThrough.isValid(); }
    /// Not delivered, although it counts as nothing: no fall is to be read from it.
    bool isTakenForNone(Day day) const { return ended.isValid() && !isEndTold && day > ended; }
    /// Whether the end is of the thirteen months up to `last`; before, it is history.
    bool hasEndedLately(Day last) const { return ended.isValid() && last - ended <= kRecentDays; }
    /// False for the days before anybody told of it.
    bool isTold(Day day) const { return !since.isValid() || day >= since; }
    /// True when both know the same days, from the same day up to the same day.
    bool knowsAs(const KnownAccount& other) const
    {
        return through == other.through && running == other.running && partThrough == other.partThrough &&
               ended == other.ended && isEndTold == other.isEndTold && since == other.since && gaps == other.gaps;
    }
    static constexpr int kRecentDays = 400;
    friend bool operator==(const KnownAccount&, const KnownAccount&) = default;
};

/// "Microsoft (account B) is known through 2025-03-10 only." for those that do not know every day up to `last`; of many
/// the one that is known least and how many they are. That `last` itself was not over when it was told is said as well;
/// who knows all but that is not late. Then who has ended lately: "Microsoft (account B) has delivered nothing since
/// 2025-03-10: taken as ended.", of many the one that did last. Empty where all know them.
std::string lateSentence(const std::vector<KnownAccount>& accounts, Day last);

} // namespace altimeter

#pragma once

#include "models/domain/knowndays.h"
#include "models/facts/datadays.h"
#include "models/facts/factset.h"

#include <vector>

namespace altimeter {

/// What is known, and up to when: the one place that says on which days nothing was spent and of which days nothing
/// was heard.
///
/// `data`: see DataDays. Of the days nearDaysOf() leaves, those are taken that the ordinary charges reach. A charge
/// dated behind the month it was billed for, one dated after the day it was brought on, be it by one day, and one or
/// two days far from all others at the end (three times the longest pause there was) were charged ahead: they count,
/// but are neither today nor the range. Days of one account that others of its source reach too are not alone, and
/// neither is usage on a day that was over when it was brought.
///
/// `accounts`: by source, provider, account and currency. Where a sync recorded which days it asked for, those are
/// known. Files say it by what they hold: a delivery covers its billing months up to the last day it reaches. An
/// account with few charges had none on the other days. One that had a charge on each day (or each Monday) and has none
/// where one is due, at the end, is late: not known from there. It has stopped when the deliveries that brought it go
/// on with others of its provider for more than kStopped days without it. What a source never delivered is not known,
/// until that is longer ago than kEnded days. Either way its last charge is `ended` from then on: that it costs nothing
/// is taken, not told. A month left out between others is a gap for whoever had charges every day or every first of a
/// month, but not where what brought that month for others brings this account as well: then it had none. Charges that
/// are all dated on the first of a month stand for that month.
///
/// A day that was still running (in UTC) when its source was asked for it, or when the file that holds it came, is not
/// known: it is the `running` one of its accounts where nothing later is told of them, and a gap else. So are
/// the last days, up to four, that hold at most half of the lines of usage that their weekdays always held, and those
/// without any, although some is due, where a tax or a credit alone is dated on them. `since` is the
/// first day of any charge of the source (or that it was asked for): a source that joins others tells nothing of the
/// time before, while a new account of a source that was there already cost nothing.
struct KnownDays {
    DataDays data;
    std::vector<KnownAccount> accounts; ///< with a charge in `data`, by source, provider, account, currency

    static constexpr int kStopped = 14;
    static constexpr int kEnded = 45;
};
KnownDays knownDaysOf(const FactSet& facts);

} // namespace altimeter

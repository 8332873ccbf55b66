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
/// dated behind the month it was billed for, one dated after the import, and one or two days far from all others at the
/// end (three times the longest pause there was) were charged ahead: they count, but are neither today nor the range.
/// Days of one account that others of its source reach too are not alone.
///
/// `accounts`: by source, provider, account and currency. Where a sync recorded which days it asked for, those are
/// known. Files say it by what they hold: a delivery covers its billing months up to the last day it reaches. An
/// account with few charges had none on the other days. One that had a charge on each day (or each Monday) and has none
/// where one is due, at the end, is late: not known from there. It has stopped when the same source goes on for more
/// than kStopped days without it. What a source never delivered is not known, until that is longer ago than kEnded
/// days. A month left out between others is a gap for whoever had charges every day or every first of a month, but not
/// where what brought that month for others brings this account as well: then it had none. Charges that are all dated
/// on the first of a month stand for that month.
struct KnownDays {
    DataDays data;
    std::vector<KnownAccount> accounts; ///< with a charge in `data`, by source, provider, account, currency

    static constexpr int kStopped = 14;
    static constexpr int kEnded = 45;
};
KnownDays knownDaysOf(const FactSet& facts);

} // namespace altimeter

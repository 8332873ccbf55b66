#pragma once

#include "models/domain/costsource.h"

#include <string>
#include <vector>

namespace altimeter::cli {

/// Whether the account knows a day of `range` that lies in the data. What is only taken for nothing is not known.
bool knowsAny(const KnownAccount& account, const DateRange& range, const CostDays& days);

/// For people, what of `range` is not known although it lies in the data: "AWS (account A-2) is known through
/// 2026-11-15 only; x was told 2026-11-30 before that was over". Accounts that miss the same are one; of many the first
/// are named. Empty where all is known. An end that is taken for one is left to endedText().
std::string unknownText(const std::vector<KnownAccount>& accounts, const DateRange& range, const CostDays& days);

/// Whose end, in `range`, is taken for one: "AWS (account big) has delivered nothing since 2026-11-10: taken as
/// ended". Empty where nobody's is.
std::string endedText(const std::vector<KnownAccount>& accounts, const DateRange& range);

} // namespace altimeter::cli

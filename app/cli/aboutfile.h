#pragma once

#include "app/cli/context.h"

#include <string>
#include <utility>
#include <vector>

namespace altimeter::cli {

/// What an output is of, beside its query.
struct About {
    std::string content; ///< "cost"
    CostQuery query;
    std::vector<CurrencyTotal> totals; ///< of all that the query selects
    std::vector<std::pair<std::string, std::string>> more =
        {}; ///< further lines: what it is of, and how it was limited
};

/// With --about FILE, writes what the output is of into that file, a line each: content, days, cost, filters, the
/// currencies and charge lines that the query selects, what is said besides, the last day with data, the versions of
/// the allocation rules with their months, what could not be stored, and the workspace. Nothing without it.
Status writeAbout(const Context& context, const session::Snapshot& snapshot, const About& about);

} // namespace altimeter::cli

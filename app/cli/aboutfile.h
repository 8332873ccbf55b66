#pragma once

#include "app/cli/context.h"

namespace altimeter::cli {

/// With --about FILE, writes what the output is of into that file, a line each: content, days, cost, filters,
/// currencies, the last day with data, the version of the allocation rules, and the workspace. Nothing without it.
Status writeAbout(const Context& context, const session::Snapshot& snapshot, std::string_view content,
                  const CostQuery& query);

} // namespace altimeter::cli

#pragma once

#include "app/cli/tablewriter.h"
#include "models/domain/query.h"
#include "models/domain/series.h"

#include <string>
#include <string_view>

namespace altimeter::cli {

/// The name of a series in one cell: "total" without dims, the value of one dim, values of several joined by " / ".
std::string seriesName(const CostQuery& query, const CostSeries& series);

/// The values of the dims as a JSON object.
std::string seriesKeysJson(const CostQuery& query, const CostSeries& series);

/// Writes a CSV text in whatever format was asked for: as it is, as a table, or as JSON, where a column of numbers
/// becomes numbers and an empty cell null. Error Invalid when the text is no CSV.
Status writeCsvText(TableWriter& out, std::string_view name, const std::string& csv);

} // namespace altimeter::cli

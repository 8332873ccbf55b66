#pragma once

#include "models/domain/costsource.h"
#include "models/facts/factset.h"

#include <string>
#include <vector>

namespace altimeter {

/// Columns that hold a value anywhere. Provider columns come in the order of `headers`, then those it does not name.
ChargeColumns usedColumns(const Dictionaries& dictionaries, const std::vector<std::string>& headers);

} // namespace altimeter

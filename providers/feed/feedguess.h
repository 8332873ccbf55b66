#pragma once

#include "models/domain/feedmapping.h"

#include <string>
#include <vector>

namespace altimeter::providers {

/// Guesses a mapping from the names of fields and from the first records. It leaves out what it is not fairly sure of:
/// a person looks at the proposal and decides.
FeedMapping guessMapping(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& sample);

} // namespace altimeter::providers

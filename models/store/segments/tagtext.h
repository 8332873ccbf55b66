#pragma once

#include "models/facts/factset.h"

#include <string_view>
#include <vector>

namespace altimeter::store {

/// The pairs of a cell of tags, labels or SkuPriceDetails. Tolerant of the shapes real exports use: a JSON object, one
/// without its braces, a list of objects with a key and a value, or "key=value" and "key:value" words; keys are trimmed
/// and lower-cased for matching, and of one key in several spellings the first with a value counts. Empty for what is
/// none of these.
std::vector<TagPair> decodeTags(std::string_view text);

} // namespace altimeter::store

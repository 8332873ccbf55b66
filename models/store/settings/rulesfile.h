#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace altimeter::store {

/// What one document of rules holds at most. A split costs time for each of its teams and each charge.
inline constexpr std::size_t kMostRulesBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kMostCharacters = 1'000; ///< of one name, value or other text
inline constexpr std::size_t kMostRules = 10'000;
inline constexpr std::size_t kMostConditions = 1'000;   ///< of one rule
inline constexpr std::size_t kMostListed = 100'000;     ///< values in lists of all conditions
inline constexpr std::size_t kMostMapped = 10'000;      ///< entries of one map
inline constexpr std::size_t kMostMappedInAll = 50'000; ///< of all maps
inline constexpr std::size_t kMostShares = 2'000;       ///< teams of one split
inline constexpr std::size_t kMostSharesInAll = 20'000; ///< of all splits

/// Reads allocation rules as people write them: JSON, described by resources/schema/rules.schema.json.
///
/// Strict, so that a typing mistake never turns into money at the wrong owner: unknown or repeated keys, repeated rule
/// names, more of anything than the limits above, rules that assign nothing, weights below one, regular expressions
/// that do not compile, empty date ranges and conditions on owner fields (team, cost_center, …) are Error Invalid.
/// `where` is the path of the first field that is wrong ("rules[3].when[0]"), `what` says what is wrong with it
/// ("unknown key 'equal'"). `$schema` is ignored; a missing `version` is 0.
///
/// A proportional split's teams get weight 1. Text is kept as written, so `parseRules(writeRules(x)) == x` for every x
/// that parseRules can answer.
Result<RuleSet> parseRules(std::string_view json);

/// Writes rules as parseRules reads them: two blanks of indentation, defaults left out, a newline at the end. The same
/// rules give the same bytes.
std::string writeRules(const RuleSet& rules);

} // namespace altimeter::store

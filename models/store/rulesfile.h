#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/result.h"

#include <string>
#include <string_view>

namespace altimeter::store {

/// Reads allocation rules as people write them: JSON, described by resources/schema/rules.schema.json.
///
/// Strict, so that a typing mistake never turns into money at the wrong owner: unknown or repeated keys, repeated rule
/// names, more than 10,000 rules, 10,000 teams in one split or 100,000 in all, rules that assign nothing, weights below
/// one, regular expressions that do not compile, empty date ranges and conditions on owner fields (team, cost_center,
/// …) are Error Invalid. `where` is the path of the first field that is wrong ("rules[3].when[0]"), `what` says what is
/// wrong with it ("unknown key 'equal'"). `$schema` is ignored; a missing `version` is 0.
///
/// A proportional split's teams get weight 1. Text is kept as written, so `parseRules(writeRules(x)) == x` for every x
/// that parseRules can answer.
Result<RuleSet> parseRules(std::string_view json);

/// Writes rules as parseRules reads them: two blanks of indentation, defaults left out, a newline at the end. The same
/// rules give the same bytes.
std::string writeRules(const RuleSet& rules);

} // namespace altimeter::store

#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/result.h"

#include <string>

namespace altimeter::session {

/// Decodes and validates allocation rules. Error Invalid names the first field that was wrong
/// ("rules[3].when[0].test").
Result<RuleSet> checkRules(const std::string& json);

} // namespace altimeter::session

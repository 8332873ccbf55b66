#pragma once

#include "resources/schema.h"

#include <string_view>

namespace altimeter {

// Texts that are part of the program (library altimeter::assets). The views live as long as the program.

/// Allocation rules of the demonstration company, resources/demo/rules.json.
std::string_view demoRules();
/// Allocation rules a fresh workspace begins with, resources/demo/default-rules.json.
std::string_view defaultRules();
/// The published JSON schema of allocation rules, resources/schema/rules.schema.json.
std::string_view rulesSchema();

} // namespace altimeter

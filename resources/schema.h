#pragma once

#include <string_view>

namespace altimeter {

// The steps that bring a workspace file to the newest schema, resources/schema/NNN_*.sql in order of their names
// (library altimeter::schema). The views live as long as the program.

/// How many steps there are; also the schema version of a new workspace.
int schemaStepCount();
/// SQL of step `n`, 1 to schemaStepCount(); empty outside.
std::string_view schemaStep(int n);

} // namespace altimeter

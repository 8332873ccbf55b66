#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"

namespace altimeter::session {

/// The answer for whoever has no snapshot, because loading the charges would be for nothing: as the file holds them
/// now.
Result<std::vector<Measure>> storedMeasures(const WorkspaceFile& workspace, const MeasuresQuestion& question);

} // namespace altimeter::session

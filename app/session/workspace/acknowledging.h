#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/findings.h"
#include "models/domain/result.h"

#include <string>
#include <vector>

namespace altimeter::session {

/// The user of this computer knows about these findings, and says why they may stay, or nothing. Error ReadOnly.
Status acknowledge(WorkspaceFile& workspace, const std::vector<SeenFinding>& seen, const std::string& note);
/// They are open again. Error ReadOnly.
Status reopen(WorkspaceFile& workspace, const std::vector<FindingKey>& keys);

} // namespace altimeter::session

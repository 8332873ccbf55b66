#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/result.h"
#include "models/domain/savedview.h"

#include <string>
#include <vector>

namespace altimeter::session {

/// The views people saved, by name. No figure depends on them, so they belong to no revision; none where they cannot be
/// read.
std::vector<SavedView> savedViews(const WorkspaceFile& workspace);
/// Adds it, or puts it in the place of that of the same name. Error ReadOnly.
Status saveView(WorkspaceFile& workspace, const SavedView& view);
Status removeView(WorkspaceFile& workspace, const std::string& name);

} // namespace altimeter::session

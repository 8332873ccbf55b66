#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/result.h"
#include "models/domain/savedview.h"

#include <string>
#include <vector>

namespace altimeter::session {

/// The views people saved, in their order. No figure depends on them, so they belong to no revision; none where they
/// cannot be read.
std::vector<SavedView> savedViews(const WorkspaceFile& workspace);
/// Adds it, or puts it in the place of that of the same name. Error ReadOnly.
Status saveView(WorkspaceFile& workspace, const SavedView& view);
Status removeView(WorkspaceFile& workspace, const std::string& name);
/// Errors: ReadOnly, NotFound, Conflict (another view has the name).
Status renameView(WorkspaceFile& workspace, const std::string& from, const std::string& to);
/// Puts those that are named first, in this order. Error ReadOnly.
Status orderViews(WorkspaceFile& workspace, const std::vector<std::string>& names);

} // namespace altimeter::session

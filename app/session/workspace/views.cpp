#include "app/session/workspace/views.h"

#include "models/store/ledger/ledger.h"

namespace altimeter::session {

std::vector<SavedView> savedViews(const WorkspaceFile& workspace)
{
    const auto reader = workspace.reader();
    if (!reader)
        return {};
    auto views = store::readViews(*reader);
    return views ? views.take() : std::vector<SavedView>();
}

Status saveView(WorkspaceFile& workspace, const SavedView& view)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    return store::writeView(workspace.write().db(), view);
}

Status removeView(WorkspaceFile& workspace, const std::string& name)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    return store::deleteView(workspace.write().db(), name);
}

Status renameView(WorkspaceFile& workspace, const std::string& from, const std::string& to)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    return store::renameView(workspace.write().db(), from, to);
}

Status orderViews(WorkspaceFile& workspace, const std::vector<std::string>& names)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    return store::orderViews(workspace.write().db(), names);
}

} // namespace altimeter::session

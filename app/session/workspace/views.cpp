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

} // namespace altimeter::session

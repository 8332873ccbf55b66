#pragma once

#include "models/domain/workspaceinfo.h"
#include "ui/backend/answer.h"

#include <functional>
#include <string>
#include <vector>

namespace altimeter::ui {

struct RecentWorkspace {
    std::string path;
    std::string name;
};

/// Which workspace is open.
class Workspaces {
public:
    virtual ~Workspaces() = default;

    /// As it is now: newer than onChanged was told of for a moment, at most.
    virtual WorkspaceInfo info() const = 0;
    /// Those that are still there, newest first.
    virtual std::vector<RecentWorkspace> recent() const = 0;
    /// An empty `path` means the user's own workspace, made when it does not exist yet.
    virtual void open(const std::string& path, bool create, Answer<WorkspaceInfo> answer) = 0;
    virtual void openDemo(Answer<WorkspaceInfo> answer) = 0;
    virtual void close() = 0;
    /// The file that open() with an empty path opens; empty: not known.
    virtual std::string own() const = 0;
    /// The workspace that a window which is gone was opening when it died; empty: none. It is not opened by itself.
    virtual std::string unsettled() const = 0;
    /// The open workspace was shown for a while and the window lives: it may be opened by itself the next time.
    virtual void settled() = 0;

    /// Called on the window's thread whenever the workspace changed (opened, imported into, rules published, closed).
    std::function<void(const WorkspaceInfo&)> onChanged;
};

} // namespace altimeter::ui

#pragma once

#include "models/domain/sync.h"
#include "ui/backend/answer.h"

#include <functional>
#include <string>
#include <vector>

namespace altimeter::ui {

/// Fetching what connections bring.
class Syncs {
public:
    virtual ~Syncs() = default;

    /// What a sync of these (none: of all) would ask, and what that costs. `slot` as in Questions.
    virtual void plan(const std::string& slot, const std::vector<std::string>& names,
                      Answer<std::vector<SyncPlan>> answer) = 0;
    /// Syncs these connections (none: all) side by side; one that fails does not stop the others. Those that run
    /// already go on.
    virtual void start(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
                       Answer<std::vector<SyncResult>> answer) = 0;
    /// Empty: all of them.
    virtual void cancel(const std::string& name) = 0;

    /// Called on the window's thread while a sync runs that nobody on the page asked for (the schedule).
    std::function<void(const SyncProgress&)> onProgress;
};

} // namespace altimeter::ui

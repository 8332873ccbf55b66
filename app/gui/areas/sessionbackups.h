#pragma once

#include "app/gui/areas/sessionworkspaces.h"
#include "app/gui/desk.h"
#include "ui/backend/backups.h"

#include <string>
#include <vector>

namespace altimeter::gui {

class SessionBackups final : public ui::Backups {
public:
    SessionBackups(Desk& desk, SessionWorkspaces& workspaces) : m_desk(desk), m_workspaces(workspaces) {}

    void list(const std::string& workspace, ui::Answer<std::vector<Backup>> answer) override;
    void make(ui::ProgressSink progress, ui::Answer<Backup> answer) override;
    void restore(const std::string& backup, const std::string& workspace, ui::ProgressSink progress,
                 ui::Answer<RestoreReport> answer) override;
    void salvage(const std::string& damaged, const std::string& target, ui::ProgressSink progress,
                 ui::Answer<SalvageReport> answer) override;
    void cancel() override;

private:
    /// Work on workspace files, on the writing worker: `work(progress, stop)`.
    template <typename T, typename Work>
    void run(const std::string& phase, ui::ProgressSink progress, ui::Answer<T> answer, Work work);

    Desk& m_desk;
    SessionWorkspaces& m_workspaces;
};

} // namespace altimeter::gui

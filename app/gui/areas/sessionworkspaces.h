#pragma once

#include "app/gui/areas/sessionconnections.h"
#include "app/gui/areas/sessionsyncs.h"
#include "app/gui/areas/usersettings.h"
#include "app/gui/desk.h"
#include "app/session/workspace/openingmarker.h"
#include "ui/backend/workspaces.h"

#include <filesystem>
#include <string>
#include <vector>

namespace altimeter::gui {

/// The file of the demonstration company, in the user's data folder.
std::filesystem::path demoFile();

/// Opens and closes engines, and puts them on the desk.
class SessionWorkspaces final : public ui::Workspaces {
public:
    /// The other areas are told of what is opened and closed; all must outlive this.
    SessionWorkspaces(Desk& desk, UserSettings& settings, SessionConnections& connections, SessionSyncs& syncs);

    WorkspaceInfo info() const override;
    std::vector<ui::RecentWorkspace> recent() const override;
    void open(const std::string& path, bool create, ui::Answer<WorkspaceInfo> answer) override;
    void openDemo(ui::Answer<WorkspaceInfo> answer) override;
    void close() override;
    std::string own() const override;
    std::string unsettled() const override { return m_marker.unsettled(); }
    void settled() override { m_marker.end(); }

private:
    template <typename Open>
    void opening(const std::filesystem::path& file, Open open, ui::Answer<WorkspaceInfo> answer);
    void adopt(Desk::EnginePtr engine);
    /// The proxy and the certificates of the user's settings, to the engine on the desk; running syncs keep theirs.
    void giveNetwork();

    Desk& m_desk;
    UserSettings& m_settings;
    SessionConnections& m_connections;
    SessionSyncs& m_syncs;
    session::OpeningMarker m_marker; ///< beside the settings
};

} // namespace altimeter::gui

#pragma once

#include <QString>

#include "app/gui/areas/sessionbackups.h"
#include "app/gui/areas/sessionconnections.h"
#include "app/gui/areas/sessionexports.h"
#include "app/gui/areas/sessionfindings.h"
#include "app/gui/areas/sessionimports.h"
#include "app/gui/areas/sessionnotes.h"
#include "app/gui/areas/sessionrules.h"
#include "app/gui/areas/sessionsyncs.h"
#include "app/gui/areas/sessionviews.h"
#include "app/gui/areas/sessionworkspaces.h"
#include "app/gui/areas/usersettings.h"
#include "app/gui/desk.h"
#include "app/session/secrets/secretstore.h"
#include "ui/backend/backend.h"

#include <functional>
#include <memory>
#include <string>

namespace altimeter::gui {

/// The window's backend over an Engine: answers its questions and holds the areas, which share one desk.
class SessionBackend final : public ui::Backend {
public:
    /// Settings are kept in `settingsFile` (INI); empty: the user's configuration folder.
    /// `secrets` stand in for the desktop's secret service, which is asked for when it is first needed.
    explicit SessionBackend(const QString& settingsFile = {}, std::shared_ptr<session::SecretStore> secrets = {});

    ui::Workspaces& workspaces() override { return m_workspaces; }
    ui::Imports& imports() override { return m_imports; }
    ui::Backups& backups() override { return m_backups; }
    ui::Rules& rules() override { return m_rules; }
    ui::Views& views() override { return m_views; }
    ui::Notes& notes() override { return m_notes; }
    ui::Exports& exports() override { return m_exports; }
    ui::Findings& findings() override { return m_findings; }
    ui::Connections& connections() override { return m_connections; }
    ui::Syncs& syncs() override { return m_syncs; }
    ui::Settings& settings() override { return m_settings; }
    void compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                 std::function<void(bool isDone)> done) override;

    /// Syncs the connections whose schedule asks for it at `now`. Called once a minute while the program runs.
    void syncWhatIsDue(Instant now) { m_syncs.startWhatIsDue(now); }
    /// Shows what another program wrote into the open workspace. Called once a minute as well.
    void refresh();

protected:
    void put(const std::string& slot, Question question, ui::Answer<ui::AnyAnswer> answer) override;

private:
    UserSettings m_settings;
    Desk m_desk; ///< before the areas: its workers end after them and before the way back to the window
    SessionSyncs m_syncs;
    SessionConnections m_connections;
    SessionWorkspaces m_workspaces;
    SessionImports m_imports;
    SessionBackups m_backups;
    SessionRules m_rules;
    SessionViews m_views;
    SessionNotes m_notes;
    SessionExports m_exports;
    SessionFindings m_findings;
};

} // namespace altimeter::gui

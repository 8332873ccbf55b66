#pragma once

#include <QString>

#include "app/gui/desk.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/openingmarker.h"
#include "ui/backend/backend.h"

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>

class QSettings;
class QTimer;

namespace altimeter::gui {

/// The window's backend over an Engine.
class SessionBackend final : public ui::Backend {
public:
    /// Settings are kept in `settingsFile` (INI); empty: the user's configuration folder.
    /// `secrets` stand in for the desktop's secret service, which is asked for when it is first needed.
    explicit SessionBackend(const QString& settingsFile = {}, std::shared_ptr<session::SecretStore> secrets = {});
    ~SessionBackend() override;

    WorkspaceInfo workspace() const override;
    std::vector<RecentWorkspace> recentWorkspaces() const override;
    void openWorkspace(const std::string& path, bool create, Answer<WorkspaceInfo> answer) override;
    void openDemo(Answer<WorkspaceInfo> answer) override;
    void closeWorkspace() override;
    std::string ownWorkspace() const override;
    std::string unsettledWorkspace() const override { return m_marker.unsettled(); }
    void workspaceSettled() override { m_marker.end(); }
    void importPaths(const std::vector<std::string>& paths, const std::string& source,
                     std::function<void(const Progress&)> progress, Answer<ImportReport> answer) override;
    void cancelImport() override;
    void backups(const std::string& workspace, Answer<std::vector<Backup>> answer) override;
    void makeBackup(std::function<void(const Progress&)> progress, Answer<Backup> answer) override;
    void restoreBackup(const std::string& backup, const std::string& workspace,
                       std::function<void(const Progress&)> progress, Answer<RestoreReport> answer) override;
    void salvage(const std::string& damaged, const std::string& target, std::function<void(const Progress&)> progress,
                 Answer<SalvageReport> answer) override;
    void cancelUpkeep() override;
    void compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                 std::function<void()> done) override;
    void checkRules(const std::string& slot, const std::string& json, Answer<RuleSet> answer) override;
    void publishRules(const std::string& json, std::uint32_t over, Answer<RulesDocument> answer) override;
    std::vector<SavedView> savedViews() const override;
    void saveView(const SavedView& view, Answer<bool> answer) override;
    void removeView(const std::string& name, Answer<bool> answer) override;
    void writeTextFile(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                       Answer<std::string> answer) override;
    void exportCharges(const CostQuery& query, const std::string& path, Answer<std::string> answer) override;
    void weeklyReport(const std::string& folder, CostLens lens, Answer<std::string> answer) override;
    std::vector<ConnectorInfo> connectorKinds() const override;
    SecretStoreInfo secretStore() const override;
    void connections(const std::string& slot, Answer<std::vector<ConnectionInfo>> answer) override;
    Result<ConnectionReach> reachOf(const ConnectionDraft& draft) const override;
    void saveConnection(const ConnectionDraft& draft, Answer<bool> answer) override;
    void confirmConnection(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                           Answer<bool> answer) override;
    void removeConnection(const std::string& name, Answer<std::string> answer) override;
    void testConnection(const std::string& slot, const ConnectionDraft& draft, TestOf which,
                        Answer<std::string> answer) override;
    void planSync(const std::string& slot, const std::vector<std::string>& names,
                  Answer<std::vector<SyncPlan>> answer) override;
    void sync(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
              Answer<std::vector<SyncResult>> answer) override;
    void cancelSync(const std::string& name) override;
    void previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                     Answer<FeedPreview> answer) override;
    /// Syncs the connections whose schedule asks for it at `now`. Called once a minute while the program runs.
    void syncWhatIsDue(Instant now);
    /// Shows what another program wrote into the open workspace. Called once a minute as well.
    void refresh();

    std::string setting(const std::string& key) const override;
    void setSetting(const std::string& key, const std::string& value) override;

protected:
    void put(const std::string& slot, Question question, Answer<ui::AnyAnswer> answer) override;

private:
    using EnginePtr = Desk::EnginePtr;
    template <typename Open> void opening(const std::filesystem::path& file, Open open, Answer<WorkspaceInfo> answer);
    void adopt(EnginePtr engine);
    /// Work on workspace files, on the writing worker: `work(progress, stop)`.
    template <typename T, typename Work>
    void upkeep(std::string phase, std::function<void(const Progress&)> progress, Answer<T> answer, Work work);
    void remember(const std::string& path);
    struct SyncRound;
    /// Starts those of `names` (none: all) that do not run and, where `dueAt` is valid, that are due by then.
    void startSyncs(const std::vector<std::string>& names, Instant dueAt, const std::shared_ptr<SyncRound>& round);
    void startSync(const std::string& name, const std::shared_ptr<SyncRound>& round);

    std::unique_ptr<QSettings> m_settings;
    session::OpeningMarker m_marker;                 ///< beside the settings
    std::shared_ptr<session::SecretStore> m_secrets; ///< one for all workspaces of this run
    Desk m_desk;
    std::map<std::string, std::stop_source> m_syncing; ///< by connection, while it runs or waits
    QTimer* m_schedule = nullptr;
};

} // namespace altimeter::gui

#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/completeness.h"
#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/feedmapping.h"
#include "models/domain/importreport.h"
#include "models/domain/overview.h"
#include "models/domain/proofline.h"
#include "models/domain/query.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"
#include "models/domain/rulesdocument.h"
#include "models/domain/savedview.h"
#include "models/domain/series.h"
#include "models/domain/sources.h"
#include "models/domain/sync.h"
#include "models/domain/upkeep.h"
#include "models/domain/workspaceinfo.h"
#include "ui/backend/questions.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::ui {

/// What the window may ask of the session. Every call returns at once; the answer arrives later on the GUI thread.
///
/// What is only read goes through ask(); of the other calls, those that name a `slot` behave like it. The
/// implementation lives in app/gui; tests give the pages a fake. All methods are called on the GUI thread.
class Backend : public Questions {
public:
    template <typename T> using Answer = ui::Answer<T>;
    using WorkspaceInfo = altimeter::WorkspaceInfo;
    using Progress = altimeter::Progress;
    using RulesDocument = altimeter::RulesDocument;
    using SeriesRequest = SeriesQuestion;

    struct RecentWorkspace {
        std::string path;
        std::string name;
    };
    // workspace
    virtual WorkspaceInfo workspace() const = 0;
    virtual std::vector<RecentWorkspace> recentWorkspaces() const = 0;
    /// An empty `path` means the user's default workspace, made when it does not exist yet.
    virtual void openWorkspace(const std::string& path, bool create, Answer<WorkspaceInfo> answer) = 0;
    virtual void openDemo(Answer<WorkspaceInfo> answer) = 0;
    virtual void closeWorkspace() = 0;
    /// The file that openWorkspace() with an empty path opens; empty: not known.
    virtual std::string ownWorkspace() const { return {}; }
    /// The workspace that a window which is gone was opening when it died; empty: none. It is not opened by itself.
    virtual std::string unsettledWorkspace() const { return {}; }
    /// The open workspace was shown for a while and the window lives: it may be opened by itself the next time.
    virtual void workspaceSettled() {}

    // import; one at a time
    virtual void importPaths(const std::vector<std::string>& paths, const std::string& source,
                             std::function<void(const Progress&)> progress, Answer<ImportReport> answer) = 0;
    virtual void cancelImport() = 0;

    // backups and damage; one at a time. `progress` counts in bytes of the workspace or months of accounts.
    /// Of a workspace file, which need not be open; newest first.
    virtual void backups(const std::string& workspace, Answer<std::vector<Backup>> answer) = 0;
    /// Of the open workspace.
    virtual void makeBackup(std::function<void(const Progress&)> progress, Answer<Backup> answer) = 0;
    /// Puts `backup` in the place of `workspace`, which is closed first if it is open; answers where the file that was
    /// there is kept and what was found beside the backup.
    virtual void restoreBackup(const std::string& backup, const std::string& workspace,
                               std::function<void(const Progress&)> progress, Answer<RestoreReport> answer) = 0;
    /// Copies what is whole of `damaged` into the new workspace `target`.
    virtual void salvage(const std::string& damaged, const std::string& target,
                         std::function<void(const Progress&)> progress, Answer<SalvageReport> answer) = 0;
    virtual void cancelUpkeep() = 0;

    // questions, as pages said them before ask()
    void table(const std::string& slot, const CostQuery& query, Answer<CostTable> answer)
    {
        ask(slot, TableQuestion{query}, std::move(answer));
    }
    void series(const std::string& slot, const SeriesRequest& request, Answer<SeriesSet> answer)
    {
        ask(slot, request, std::move(answer));
    }
    void dimValues(const std::string& slot, const Dim& dim, const CostQuery& query, std::size_t limit,
                   Answer<std::vector<std::string>> answer)
    {
        ask(slot, DimValuesQuestion{dim, query, limit}, std::move(answer));
    }
    void dynamicDims(const std::string& slot, Answer<std::vector<Dim>> answer)
    {
        ask(slot, DynamicDimsQuestion{}, std::move(answer));
    }
    void sources(const std::string& slot, Answer<std::vector<SourceInfo>> answer)
    {
        ask(slot, SourcesQuestion{}, std::move(answer));
    }

    // allocation rules; JSON as published in resources/schema/rules.schema.json
    virtual void checkRules(const std::string& slot, const std::string& json, Answer<RuleSet> answer) = 0;
    /// Publishes over version `over` and no other: error Conflict when another program published meanwhile; the
    /// workspace then holds the other's rules.
    virtual void publishRules(const std::string& json, std::uint32_t over, Answer<RulesDocument> answer) = 0;

    // saved views
    virtual std::vector<SavedView> savedViews() const = 0;
    virtual void saveView(const SavedView& view, Answer<bool> answer) = 0;
    virtual void removeView(const std::string& name, Answer<bool> answer) = 0;

    // exports: whole file or none; the answer is the path written
    /// `text` is made on a worker, so it must hold all that it reads.
    virtual void writeTextFile(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                               Answer<std::string> answer) = 0;
    virtual void exportCharges(const CostQuery& query, const std::string& path, Answer<std::string> answer) = 0;
    virtual void weeklyReport(const std::string& folder, CostLens lens, Answer<std::string> answer) = 0;

    // connections to provider APIs
    /// A connection as a form says it. A secret that is left out stays as it is stored.
    struct ConnectionDraft {
        ConnectionSettings settings;
        std::map<std::string, std::string> secrets; ///< by ConnectorField::key
        /// The user agreed that what is sent goes unencrypted to another computer, where an address says so.
        bool allowsPlainHttp = false;
    };
    /// Whose settings are tested: those of the workspace must have been confirmed; those of a form are the user's own.
    enum class TestOf { Stored, Form };
    struct SecretStoreInfo {
        bool isPersistent = false; ///< false: secrets live until the program ends
        std::string text;          ///< one sentence: where secrets are kept, or why they are not
    };
    virtual std::vector<ConnectorInfo> connectorKinds() const = 0;
    virtual SecretStoreInfo secretStore() const = 0;
    virtual void connections(const std::string& slot, Answer<std::vector<ConnectionInfo>> answer) = 0;
    /// What a connection so made would reach out to; at once. Error Invalid: its addresses cannot be used.
    virtual Result<ConnectionReach> reachOf(const ConnectionDraft& draft) const = 0;
    /// Adds a connection or changes the one of that name, by which the user confirms it for this computer.
    virtual void saveConnection(const ConnectionDraft& draft, Answer<bool> answer) = 0;
    /// The user agrees to what a stored connection reaches out to; `seen` is what was shown.
    virtual void confirmConnection(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                                   Answer<bool> answer) = 0;
    /// Forgets settings, secrets and confirmation; the charges stay. Answers nothing, or a sentence on what could not
    /// be forgotten.
    virtual void removeConnection(const std::string& name, Answer<std::string> answer) = 0;
    /// Asks the provider the cheapest question; answers one sentence about what was found.
    virtual void testConnection(const std::string& slot, const ConnectionDraft& draft, TestOf which,
                                Answer<std::string> answer) = 0;
    /// What a sync of these (none: of all) would ask, and what that costs.
    virtual void planSync(const std::string& slot, const std::vector<std::string>& names,
                          Answer<std::vector<SyncPlan>> answer) = 0;
    /// Syncs these connections (none: all) side by side; one that fails does not stop the others. Those that run
    /// already go on.
    virtual void sync(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
                      Answer<std::vector<SyncResult>> answer) = 0;
    /// Empty: all of them.
    virtual void cancelSync(const std::string& name) = 0;
    /// Reads the first records of a feed file, and what `mapping` makes of them.
    virtual void previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                             Answer<FeedPreview> answer) = 0;

    // per-user settings ("theme", "geometry", …): plain texts, no secrets
    virtual std::string setting(const std::string& key) const = 0;
    virtual void setSetting(const std::string& key, const std::string& value) = 0;

    /// Called on the GUI thread whenever the workspace changed (opened, imported, rules published).
    std::function<void(const WorkspaceInfo&)> onWorkspaceChanged;
    /// Called on the GUI thread while a sync runs that nobody on the page asked for (the schedule).
    std::function<void(const SyncProgress&)> onSyncProgress;
};

} // namespace altimeter::ui

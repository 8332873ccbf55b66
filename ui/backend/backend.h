#pragma once

#include "ui/backend/backups.h"
#include "ui/backend/connections.h"
#include "ui/backend/exports.h"
#include "ui/backend/imports.h"
#include "ui/backend/questions.h"
#include "ui/backend/rules.h"
#include "ui/backend/settings.h"
#include "ui/backend/syncs.h"
#include "ui/backend/views.h"
#include "ui/backend/workspaces.h"

namespace altimeter::ui {

/// What the window may ask of the session: questions of what is open, and an interface for each area of what it does.
/// Every call returns at once; the answer arrives later. All of it belongs to the window's thread.
///
/// The implementation lives in app/gui; tests give the pages a fake. A widget that needs one area takes that area.
class Backend : public Questions {
public:
    virtual Workspaces& workspaces() = 0;
    virtual Imports& imports() = 0;
    virtual Backups& backups() = 0;
    virtual Rules& rules() = 0;
    virtual Views& views() = 0;
    virtual Exports& exports() = 0;
    virtual Connections& connections() = 0;
    virtual Syncs& syncs() = 0;
    virtual Settings& settings() = 0;

    // ---- as Explore and the shell still say it ----
    template <typename T> using Answer = ui::Answer<T>;
    using WorkspaceInfo = altimeter::WorkspaceInfo;
    using Progress = altimeter::Progress;
    using SeriesRequest = SeriesQuestion;
    template <typename Sink, Sink& (*Place)(Backend&)> struct Told {
        Backend& backend;
        template <typename Function> void operator=(Function function) { Place(backend) = std::move(function); }
    };
    static std::function<void(const WorkspaceInfo&)>& changedPlace(Backend& backend)
    {
        return backend.workspaces().onChanged;
    }
    static std::function<void(const SyncProgress&)>& progressPlace(Backend& backend)
    {
        return backend.syncs().onProgress;
    }
    Told<std::function<void(const WorkspaceInfo&)>, &changedPlace> onWorkspaceChanged{*this};
    Told<std::function<void(const SyncProgress&)>, &progressPlace> onSyncProgress{*this};
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
    WorkspaceInfo workspace() { return workspaces().info(); }
    std::vector<RecentWorkspace> recentWorkspaces() { return workspaces().recent(); }
    void openWorkspace(const std::string& path, bool create, Answer<WorkspaceInfo> answer)
    {
        workspaces().open(path, create, std::move(answer));
    }
    void openDemo(Answer<WorkspaceInfo> answer) { workspaces().openDemo(std::move(answer)); }
    void closeWorkspace() { workspaces().close(); }
    std::string ownWorkspace() { return workspaces().own(); }
    std::string unsettledWorkspace() { return workspaces().unsettled(); }
    void workspaceSettled() { workspaces().settled(); }
    void importPaths(const std::vector<std::string>& paths, const std::string& source, ProgressSink progress,
                     Answer<ImportReport> answer)
    {
        imports().start(paths, source, std::move(progress), std::move(answer));
    }
    void cancelImport() { imports().cancel(); }
    std::vector<SavedView> savedViews() { return views().all(); }
    void saveView(const SavedView& view, Answer<bool> answer) { views().save(view, std::move(answer)); }
    void removeView(const std::string& name, Answer<bool> answer) { views().remove(name, std::move(answer)); }
    void writeTextFile(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                       Answer<std::string> answer)
    {
        exports().writeText(path, std::move(text), std::move(answer));
    }
    void exportCharges(const CostQuery& query, const std::string& path, Answer<std::string> answer)
    {
        exports().writeCharges(query, path, std::move(answer));
    }
    void weeklyReport(const std::string& folder, CostLens lens, Answer<std::string> answer)
    {
        exports().writeWeeklyReport(folder, lens, std::move(answer));
    }
    std::string setting(const std::string& key) { return settings().value(key); }
    void setSetting(const std::string& key, const std::string& value) { settings().setValue(key, value); }
};

} // namespace altimeter::ui

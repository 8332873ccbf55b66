#pragma once

#include "tests/ui/fakeconnections.h"
#include "ui/backend/backend.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::test {

/// Answers on their way. They wait until a test delivers them, as the session's arrive later; with `immediate` they
/// arrive inside the call.
class FakeDesk {
public:
    bool immediate = false;
    /// Not empty: all that is asked fails with this error.
    std::optional<Error> failure;

    /// Answers not given yet; a newer request of the same slot replaces an older one.
    std::size_t waiting() const { return m_waiting.size(); }
    /// Gives every answer that waits, also to what is asked on the way.
    void deliver();
    /// Gives one answer by its slot; false if none waits there.
    bool deliverSlot(const std::string& slot);

    template <typename T>
    void answerLater(const std::string& slot, ui::Answer<T> answer, std::function<Result<T>()> make)
    {
        later(slot, [this, answer = std::move(answer), make = std::move(make)] {
            answer(failure ? Result<T>(*failure) : make());
        });
    }
    void later(const std::string& slot, std::function<void()> run);

private:
    std::map<std::string, std::function<void()>> m_waiting; ///< by slot
};

class FakeWorkspaces final : public ui::Workspaces {
public:
    std::function<WorkspaceInfo()> describe; ///< what is open
    bool isOpen = true;
    std::vector<ui::RecentWorkspace> others;
    std::vector<std::string> opened; ///< every path asked for; "demo" for the demonstration
    std::optional<Error> failure;    ///< of the next openings
    bool hold = false;               ///< openings wait in `held`
    ui::Answer<WorkspaceInfo> held;

    WorkspaceInfo info() const override { return isOpen ? describe() : WorkspaceInfo(); }
    std::vector<ui::RecentWorkspace> recent() const override { return others; }
    void open(const std::string& path, bool create, ui::Answer<WorkspaceInfo> answer) override;
    void openDemo(ui::Answer<WorkspaceInfo> answer) override { open("demo", true, std::move(answer)); }
    void close() override { isOpen = false; }
    std::string own() const override { return {}; }
    std::string unsettled() const override { return {}; }
    void settled() override {}
};

class FakeImports final : public ui::Imports {
public:
    std::vector<std::vector<std::string>> imported; ///< paths of each import
    std::vector<Wish> wishes;                       ///< of each import
    ui::ProgressSink progress;                      ///< of the last one
    ImportReport report;                            ///< what every import answers, with the number of its paths
    bool hold = false;                              ///< imports wait in `held`
    ui::Answer<ImportReport> held;
    int cancelled = 0;
    ImportSurvey found;         ///< what every survey answers
    std::vector<Wish> surveyed; ///< of each survey
    bool holdSurvey = false;    ///< surveys wait in `heldSurvey`
    ui::Answer<ImportSurvey> heldSurvey;
    std::vector<std::string> aside;    ///< "back 7", "remove june", "restore june"
    SetAsideReport asideReport;        ///< what each of them answers
    std::optional<Error> asideFailure; ///< or this

    void start(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink onProgress,
               ui::Answer<ImportReport> answer) override;
    void survey(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink onProgress,
                ui::Answer<ImportSurvey> answer) override;
    void cancel() override { ++cancelled; }
    void takeBack(std::int64_t delivery, ui::Answer<SetAsideReport> answer) override;
    void removeSource(const std::string& name, ui::Answer<SetAsideReport> answer) override;
    void restoreSource(const std::string& name, ui::Answer<SetAsideReport> answer) override;
};

class FakeBackups final : public ui::Backups {
public:
    std::vector<Backup> kept;
    std::vector<std::pair<std::string, std::string>> restored, salvaged; ///< from and to

    void list(const std::string&, ui::Answer<std::vector<Backup>> answer) override { answer(kept); }
    void make(ui::ProgressSink, ui::Answer<Backup> answer) override { answer(Backup{}); }
    void restore(const std::string& backup, const std::string& workspace, ui::ProgressSink,
                 ui::Answer<RestoreReport> answer) override
    {
        restored.emplace_back(backup, workspace);
        answer(RestoreReport{workspace + ".before-restore", {}});
    }
    void salvage(const std::string& damaged, const std::string& target, ui::ProgressSink,
                 ui::Answer<SalvageReport> answer) override
    {
        salvaged.emplace_back(damaged, target);
        SalvageReport report;
        report.path = target;
        answer(report);
    }
    void cancel() override {}
};

/// Checks in a small way of its own: a rule with the key "nonsense" is wrong.
class FakeRules final : public ui::Rules {
public:
    explicit FakeRules(FakeDesk& desk) : m_desk(desk) {}
    RulesDocument published{R"({"rules":[]})", 1};
    std::vector<std::string> texts;     ///< all that was published
    std::vector<RulesToPublish> wanted; ///< as it was asked for

    void check(const std::string& slot, const std::string& json, ui::Answer<RuleSet> answer) override;
    void publish(const RulesToPublish& rules, ui::Answer<RulesDocument> answer) override;

private:
    FakeDesk& m_desk;
};

class FakeViews final : public ui::Views {
public:
    std::vector<SavedView> list;

    std::vector<SavedView> all() const override { return list; }
    void save(const SavedView& view, ui::Answer<bool> answer) override;
    void remove(const std::string& name, ui::Answer<bool> answer) override;
    void rename(const std::string& from, const std::string& to, ui::Answer<bool> answer) override;
    void order(const std::vector<std::string>& names, ui::Answer<bool> answer) override;
};

class FakeNotes final : public ui::Notes {
public:
    std::vector<Note> list;
    Instant now{1'795'200'000};

    std::vector<Note> all() const override { return list; }
    void save(const Note& note, ui::Answer<Note> answer) override;
    void restore(const Note& note, ui::Answer<Note> answer) override;
    void remove(std::int64_t id, ui::Answer<bool> answer) override;
};

class FakeExports final : public ui::Exports {
public:
    std::vector<std::pair<std::string, std::string>> written; ///< path and text
    std::vector<std::string> charges;                         ///< paths
    std::vector<ui::ChargesExport> lines;                     ///< of each

    void writeText(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                   ui::Answer<std::string> answer) override
    {
        written.emplace_back(path, text({}));
        answer(path);
    }
    void writeCharges(const ui::ChargesExport& asked, const std::string& path, ui::Answer<std::string> answer) override
    {
        lines.push_back(asked);
        charges.push_back(path);
        answer(path);
    }
    void writeWeeklyReport(const std::string& folder, CostLens, ui::Answer<std::string> answer) override
    {
        answer(folder + "/weekly.pdf");
    }
};

/// Keeps what was said; what findings there are is for a test to answer.
class FakeFindings final : public ui::Findings {
public:
    std::vector<std::pair<std::vector<SeenFinding>, std::string>> acknowledged; ///< with their notes
    std::vector<std::vector<FindingKey>> reopened;
    std::optional<Error> failure;

    void acknowledge(const std::vector<SeenFinding>& seen, const std::string& note, ui::Answer<bool> answer) override
    {
        acknowledged.emplace_back(seen, note);
        answer(failure ? Result<bool>(*failure) : true);
    }
    void reopen(const std::vector<FindingKey>& keys, ui::Answer<bool> answer) override
    {
        reopened.push_back(keys);
        answer(failure ? Result<bool>(*failure) : true);
    }
};

class FakeConnections : public ui::Connections {
public:
    explicit FakeConnections(FakeDesk& desk) : m_desk(desk) {}
    std::vector<ConnectorInfo> kindList = fakeKinds();
    std::vector<ConnectionInfo> connected;
    ui::SecretStoreInfo secretPlace{true, "Keys are kept in the secret service of this desktop."};
    std::map<std::string, std::map<std::string, std::string>> secrets; ///< by connection name
    std::vector<ui::ConnectionDraft> saved, tested;
    std::vector<std::string> removed;
    struct Confirmation {
        std::string name;
        ConnectionReach seen;
        bool allowsPlainHttp = false;
    };
    std::vector<Confirmation> confirmations;
    std::optional<Error> saveFailure, testFailure;
    std::string testSentence = "The key is accepted: 3 projects of the organization Example.";

    std::vector<ConnectorInfo> kinds() const override { return kindList; }
    ui::SecretStoreInfo secretStore() const override { return secretPlace; }
    void list(const std::string& slot, ui::Answer<std::vector<ConnectionInfo>> answer) override;
    Result<ConnectionReach> reachOf(const ui::ConnectionDraft& draft) const override;
    void save(const ui::ConnectionDraft& draft, ui::Answer<bool> answer) override;
    void confirm(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                 ui::Answer<bool> answer) override;
    void remove(const std::string& name, ui::Answer<std::string> answer) override;
    void test(const std::string& slot, const ui::ConnectionDraft& draft, TestOf which,
              ui::Answer<std::string> answer) override;
    void previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                     ui::Answer<FeedPreview> answer) override;

private:
    FakeDesk& m_desk;
};

class FakeSyncs final : public ui::Syncs {
public:
    FakeSyncs(FakeDesk& desk, const FakeConnections& connections) : m_desk(desk), m_connections(connections) {}
    /// A sync that was asked for: the test says how far it comes and how it ends.
    struct Sync {
        std::vector<std::string> names;
        std::function<void(const SyncProgress&)> progress;
        ui::Answer<std::vector<SyncResult>> answer;
    };
    std::vector<Sync> started;
    std::vector<std::string> cancelled;
    std::optional<Error> planFailure;

    void plan(const std::string& slot, const std::vector<std::string>& names,
              ui::Answer<std::vector<SyncPlan>> answer) override;
    void start(const std::vector<std::string>& names, std::function<void(const SyncProgress&)> progress,
               ui::Answer<std::vector<SyncResult>> answer) override
    {
        started.push_back({names, std::move(progress), std::move(answer)});
    }
    void cancel(const std::string& name) override { cancelled.push_back(name); }

private:
    FakeDesk& m_desk;
    const FakeConnections& m_connections;
};

class FakeSettings final : public ui::Settings {
public:
    std::map<std::string, std::string> values;

    std::string value(const std::string& key) const override
    {
        const auto found = values.find(key);
        return found == values.end() ? std::string() : found->second;
    }
    void setValue(const std::string& key, const std::string& value) override { values[key] = value; }
    std::string problemOf(const std::string& key, const std::string& value) const override
    {
        return value == "nonsense" ? key + " is none" : std::string();
    }
    std::string folder() const override { return "/settings"; }
};

} // namespace altimeter::test

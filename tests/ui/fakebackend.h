#pragma once

#include "tests/ui/fakeconnections.h"
#include "ui/backend/backend.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace altimeter::test {

/// A backend that answers what a test says (answers()) and remembers what it was asked (asked()). Answers are kept
/// until `deliver` is called, as the real one answers later; with `immediate` they arrive inside the call.
///
/// Questions about cost are answered from a few thousand charge lines in memory: deterministic, with negative, empty,
/// tiny, huge and two-currency cases. They are grouped, filtered and added up here, so that pages meet figures that
/// really sum. A question nobody said an answer for has an empty one.
class FakeBackend : public ui::Backend {
public:
    struct Line {
        Day day;
        std::string provider, service, team, region, environment, resource, category, description;
        Currency currency;
        std::optional<Amount> cost;
        std::string file;
        std::uint64_t line = 0;
    };

    FakeBackend();

    std::vector<Line> lines;
    bool immediate = false;
    /// Not empty: every question fails with this error.
    std::optional<Error> failure;
    /// Questions not answered yet; a newer one of the same slot replaces an older one.
    std::size_t waiting() const { return m_waiting.size(); }
    /// Answers everything that waits, also what is asked on the way.
    void deliver();
    /// Answers one question by its slot; false if none waits there.
    bool deliverSlot(const std::string& slot);

    /// From now on `answer(question)`, an answer or a Result of one, is what every `Q` is answered with. It is called
    /// when the answer is delivered.
    template <IsQuestion Q, typename Function> void answers(Function answer)
    {
        m_answers[kindOf<Q>()] = [answer = std::move(answer)](const Question& question) -> Result<ui::AnyAnswer> {
            Result<typename Q::Answer> made = answer(std::get<Q>(question));
            if (!made)
                return made.error();
            return ui::AnyAnswer::of(made.take());
        };
    }
    /// Every `Q` that was asked, in order.
    template <IsQuestion Q> std::vector<Q> asked() const
    {
        std::vector<Q> found;
        for (const Question& question : m_asked)
            if (const Q* one = std::get_if<Q>(&question))
                found.push_back(*one);
        return found;
    }

    std::size_t computed = 0;                                 ///< pieces of work done for the pages
    std::vector<std::pair<std::string, std::string>> written; ///< path and text
    std::vector<std::string> exported;
    std::vector<SavedView> views;
    std::map<std::string, std::string> settings;
    std::vector<Backup> kept;
    std::vector<std::pair<std::string, std::string>> restored, salvaged; ///< from and to

    /// A sync that was asked for: the test says how far it comes and how it ends.
    struct Sync {
        std::vector<std::string> names;
        std::function<void(const SyncProgress&)> progress;
        Answer<std::vector<SyncResult>> answer;
    };
    std::vector<ConnectorInfo> kindList = fakeKinds();
    std::vector<ConnectionInfo> connected;
    SecretStoreInfo secretPlace{true, "Keys are kept in the secret service of this desktop."};
    std::map<std::string, std::map<std::string, std::string>> secrets; ///< by connection name
    std::vector<ConnectionDraft> savedDrafts, testedDrafts;
    std::vector<std::string> removedConnections, cancelledSyncs;
    struct Confirmation {
        std::string name;
        ConnectionReach seen;
        bool allowsPlainHttp = false;
    };
    std::vector<Confirmation> confirmations;
    std::vector<Sync> syncs;
    std::optional<Error> saveFailure, testFailure, planFailure;
    std::string testSentence = "The key is accepted: 3 projects of the organization Example.";
    std::size_t calendarSources = 0;
    bool negativeCalendar = false;

    // Backend
    WorkspaceInfo workspace() const override;
    std::vector<RecentWorkspace> recentWorkspaces() const override { return {}; }
    void openWorkspace(const std::string&, bool, Answer<WorkspaceInfo> answer) override { answer(workspace()); }
    void openDemo(Answer<WorkspaceInfo> answer) override { answer(workspace()); }
    void closeWorkspace() override {}
    void importPaths(const std::vector<std::string>&, const std::string&, std::function<void(const Progress&)>,
                     Answer<ImportReport> answer) override
    {
        answer(ImportReport{});
    }
    void cancelImport() override {}
    void backups(const std::string&, Answer<std::vector<Backup>> answer) override { answer(kept); }
    void makeBackup(std::function<void(const Progress&)>, Answer<Backup> answer) override { answer(Backup{}); }
    void restoreBackup(const std::string& backup, const std::string& workspace, std::function<void(const Progress&)>,
                       Answer<RestoreReport> answer) override
    {
        restored.emplace_back(backup, workspace);
        answer(RestoreReport{workspace + ".before-restore", {}});
    }
    void salvage(const std::string& damaged, const std::string& target, std::function<void(const Progress&)>,
                 Answer<SalvageReport> answer) override
    {
        salvaged.emplace_back(damaged, target);
        SalvageReport report;
        report.path = target;
        answer(report);
    }
    void cancelUpkeep() override {}
    void compute(const std::string& slot, std::function<void(const std::stop_token&)> work,
                 std::function<void()> done) override;
    void checkRules(const std::string& slot, const std::string& json, Answer<RuleSet> answer) override;
    void publishRules(const std::string& json, std::uint32_t, Answer<RulesDocument> answer) override
    {
        answer(RulesDocument{json, 2});
    }
    std::vector<SavedView> savedViews() const override { return views; }
    void saveView(const SavedView& view, Answer<bool> answer) override;
    void removeView(const std::string& name, Answer<bool> answer) override;
    void writeTextFile(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                       Answer<std::string> answer) override
    {
        written.emplace_back(path, text({}));
        answer(path);
    }
    void exportCharges(const CostQuery&, const std::string& path, Answer<std::string> answer) override
    {
        exported.push_back(path);
        answer(path);
    }
    void weeklyReport(const std::string& folder, CostLens, Answer<std::string> answer) override
    {
        answer(folder + "/weekly.pdf");
    }
    std::string setting(const std::string& key) const override
    {
        const auto found = settings.find(key);
        return found == settings.end() ? std::string() : found->second;
    }
    void setSetting(const std::string& key, const std::string& value) override { settings[key] = value; }

    std::vector<ConnectorInfo> connectorKinds() const override { return kindList; }
    SecretStoreInfo secretStore() const override { return secretPlace; }
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
    void cancelSync(const std::string& name) override { cancelledSyncs.push_back(name); }
    void previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                     Answer<FeedPreview> answer) override;

    /// The value of a dim as a line says it.
    static std::string valueOf(const Line& line, const Dim& dim);
    /// Lines a question selects, largest first.
    std::vector<const Line*> selected(const CostQuery& query) const;
    CostTable tableOf(const CostQuery& query) const;
    SeriesSet seriesOf(const SeriesRequest& request) const;
    ChargePage pageOf(const CostQuery& query, std::uint64_t offset, std::uint64_t limit, bool largestFirst) const;
    std::vector<std::string> valuesOf(const DimValuesQuestion& question) const;

protected:
    void put(const std::string& slot, Question question, Answer<ui::AnyAnswer> answer) override;

private:
    template <IsQuestion Q> static std::size_t kindOf() { return Question(std::in_place_type<Q>).index(); }
    void answerFromLines();
    template <typename T> void answerLater(const std::string& slot, Answer<T> answer, std::function<Result<T>()> make)
    {
        auto run = [this, answer = std::move(answer), make = std::move(make)] {
            answer(failure ? Result<T>(*failure) : make());
        };
        if (immediate)
            run();
        else
            m_waiting[slot] = std::move(run);
    }

    std::map<std::string, std::function<void()>> m_waiting;                                 ///< by slot
    std::map<std::size_t, std::function<Result<ui::AnyAnswer>(const Question&)>> m_answers; ///< by kind of question
    std::vector<Question> m_asked;
};

} // namespace altimeter::test

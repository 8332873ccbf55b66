#pragma once

#include "tests/ui/fakebackend.h"

namespace altimeter::test {

/// FakeBackend with everything the shell, Overview, Allocation and Data show: figures of a whole workspace in five
/// states. Rules are checked and their effect is counted in a small way of its own.
class ShellFake : public FakeBackend {
public:
    enum class Scene {
        Closed,   ///< no workspace open
        Normal,   ///< two currencies, anomalies, findings, rejected lines, reconciled
        Empty,    ///< a workspace without lines
        Huge,     ///< rupiah books, 60 teams, long names, thousands of partitions
        Negative, ///< credits larger than cost, a remainder in the proof
        Failed    ///< every question fails
    };
    explicit ShellFake(Scene scene);

    Scene scene;
    bool open = true;
    std::vector<std::vector<std::string>> imported;
    std::function<void(const Progress&)> progress;
    Answer<ImportReport> importAnswer; ///< an import waits here when `holdImport`
    bool holdImport = false;
    Answer<WorkspaceInfo> openAnswer; ///< an opening waits here when `holdOpen`
    bool holdOpen = false;
    int cancelled = 0;
    std::vector<std::string> opened;
    std::optional<Error> openFailure;
    RulesDocument published;
    std::string readOnly; ///< of the workspace
    std::vector<std::string> publishedTexts;

    WorkspaceInfo workspace() const override;
    std::vector<RecentWorkspace> recentWorkspaces() const override;
    void openWorkspace(const std::string& path, bool create, Answer<WorkspaceInfo> answer) override;
    void openDemo(Answer<WorkspaceInfo> answer) override;
    void closeWorkspace() override { open = false; }
    void importPaths(const std::vector<std::string>& paths, const std::string& source,
                     std::function<void(const Progress&)> onProgress, Answer<ImportReport> answer) override;
    void cancelImport() override { ++cancelled; }
    void checkRules(const std::string& slot, const std::string& json, Answer<RuleSet> answer) override;
    void publishRules(const std::string& json, std::uint32_t over, Answer<RulesDocument> answer) override;

    Overview makeOverview(CostLens lens) const;
    std::vector<SourceInfo> makeSources() const;
    std::vector<ProofLine> makeProof() const;
    std::vector<PartitionInfo> makePartitions() const;
    std::vector<Finding> makeFindings() const;
    std::vector<RejectedLine> makeRejected() const;
    RuleDiff makeDiff(const std::string& json) const;

private:
    template <typename T> void reply(const Answer<T>& answer, T value) const
    {
        if (scene == Scene::Failed)
            answer(Result<T>(Error{ErrorCode::Database, "the database disk image is malformed", "work.altimeter"}));
        else
            answer(Result<T>(std::move(value)));
    }
};

} // namespace altimeter::test

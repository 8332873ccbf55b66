#pragma once

#include "models/domain/delivery.h"
#include "models/domain/importsurvey.h"
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
    std::string readOnly; ///< of the workspace

    Overview makeOverview(CostLens lens) const;
    std::vector<SourceInfo> makeSources() const;
    std::vector<ProofLine> makeProof() const;
    std::vector<PartitionInfo> makePartitions() const;
    std::vector<Finding> makeFindings() const;
    /// Each of them a kind; the second, of which somebody knows, has one case more.
    std::vector<FindingGroup> makeFindingGroups() const;
    std::vector<RejectedLine> makeRejected() const;
    RuleDiff makeDiff(bool changed) const;
};

/// What was delivered in June 2026.
DeliveredMoney delivered(const char* currency, const char* billed, std::uint64_t rows);
SurveyedFile surveyed(const char* name, const char* profile, const char* version, std::uint64_t rows,
                      std::vector<DeliveredMoney> held);
/// A good file, one of a draft of the standard in many currencies, a copy, and notes that are no cost file.
ImportSurvey mixedFolder();
/// One that can be taken back (7), one that cannot (5), and a source that was removed.
Deliveries someDeliveries();

} // namespace altimeter::test

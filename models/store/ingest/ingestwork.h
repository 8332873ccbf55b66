#pragma once

#include "models/domain/dayranges.h"
#include "models/store/ingest/deliverymarks.h"
#include "models/store/ingest/deliverymeeting.h"
#include "models/store/ingest/deliveryplan.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ingest/ledgerwriting.h"
#include "models/store/ingest/linebatch.h"
#include "models/store/ingest/providercolumns.h"
#include "models/store/ingest/rejectedsums.h"
#include "models/store/ingest/segmentwriting.h"
#include "models/store/ingest/storedmarks.h"
#include "models/store/ingest/tupledictionary.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace altimeter::store {

/// The work of one delivery. Its lines are taken in by ingest.cpp, its partitions take their places by publishing.cpp,
/// and what could not be stored of it is judged and kept by rejecting.cpp.
struct Ingest::Impl {
    sql::Connection* db = nullptr;
    std::unique_ptr<sql::Transaction> transaction;
    std::optional<KeepsSoundness> soundness; ///< what was known to hold stays known over the delivery
    Options options;
    std::stop_token stop;

    std::unique_ptr<TupleDictionary> dictionary;
    std::unique_ptr<DeliveryPlan> plan;
    SegmentWriter segments;
    LedgerWriter ledger;
    SealedChanges changes;                                 ///< what both wrote
    DeliveryMarks marks;                                   ///< only where the delivery is to be compared
    std::vector<Met> takenFromOthers;                      ///< what goes from other sources, or from under other keys
    std::map<PartitionKey, Meeting::Known> knownElsewhere; ///< what stays where it is stored

    std::shared_ptr<const FileColumns> columns; ///< of the current file
    ProviderColumns providerColumns;            ///< of the current file
    RejectedSums rejects;
    std::set<std::int64_t> takenIds;  ///< of stored partitions of other sources
    std::set<std::int64_t> confirmed; ///< ids of stored partitions that came with the same content
    std::vector<DateRange> held;      ///< days that stay as they are stored, joined; see holdLosses()
    std::map<std::string, std::set<std::string>> filesReplaced; ///< by source: files of which stored charges went
    std::uint64_t rejectsBefore = 0; ///< of partitions that are replaced and of files that came again
    std::optional<Error> worse;      ///< why the delivery must not replace what is stored
    bool replaces = false;           ///< something that is stored
    bool losesLines = false;         ///< not every line of what it replaces came again
    std::optional<StoredMarks> storedMarks;

    ImportReport report;
    bool staysUnchanged = false; ///< the delivery is kept though no partition changes
    bool isCommitted = false;

    /// What the texts of a batch are in the workspace.
    struct Resolved {
        struct Place {
            DeliveredPartition* partition = nullptr;
            std::uint32_t bill = 0;
        };
        std::vector<TupleDictionary::Core> cores;
        std::vector<std::uint32_t> extras; ///< kUnknown until the first line that has them
        std::vector<Place> places;
    };
    static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

    Status prepare();
    Result<Resolved> resolve(const LineBatch& batch);
    Result<std::uint32_t> extraOf(const LineBatch& batch, std::uint32_t extra, Resolved& resolved);
    Result<Resolved::Place> placeOf(const LineBatch::Place& place);
    Status takeLines(const LineBatch& batch, Resolved resolved);
    Status reject(const RejectedLine& line);
    std::string pathOf(const std::string& file) const;
    void finishStatements();
    Result<PartitionReport> publish(DeliveredPartition& partition);
    Status holdLosses();
    Status passOver(DeliveredPartition& partition);
    Status leaveKnown(DeliveredPartition& partition, const Meeting::Known& stored);
    Status publishAll(bool& changed);
    Status removeUndelivered(bool& changed);
    Status remove(const DeliveryPlan::Stored& stored);
    Status tellUnanswered();
    Status removeFromOthers(bool& changed);
    /// Whether days that were final are changed.
    Result<bool> noteRestatement(const PartitionKey& key, Instant importedAt, const DeliveryPlan::Sums& before,
                                 const DeliveryPlan::Sums& after);
    PartitionReport reportOf(const DeliveredPartition& partition) const;
    Status noteFilesOf(std::int64_t partition, const std::string& source);
    Status noteReplaced(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow, const DeliveredPartition* now);
    /// Why a delivery that was found to hold less does so, where lines of it cannot be read; else `error`.
    Error causeOf(const Error& error) const;
    bool mayBeWorse(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow) const;
    Result<bool> keepsLines(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow, const DeliveredPartition& now);
    Status publishRejects(bool& changed);
    Status reportStrays(bool& changed);
    bool cameAgain(const RejectedSum& sum, bool isBare) const;
    Result<std::vector<RejectedSum>> rejectsToGo() const;
    Status checkNotWorse(const std::vector<RejectedSum>& gone) const;
    Status askWhetherWorse(const std::vector<RejectedSum>& gone) const;
    Status seal();
    Status writeAlongside();
    Status tellOtherSources();
};

} // namespace altimeter::store

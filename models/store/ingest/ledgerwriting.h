#pragma once

#include "models/domain/completeness.h"
#include "models/domain/costline.h"
#include "models/domain/importreport.h"
#include "models/store/ingest/deliveryplan.h"
#include "models/store/ingest/partitionkey.h"
#include "models/store/ingest/segmentwriting.h"
#include "models/store/ledger/lastids.h"
#include "models/store/ledger/rejectedsum.h"
#include "models/store/ledger/setaside.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// Writes what the workspace remembers about a delivery: its source, files, partitions, rejected lines, findings,
/// restatements and audit entries. It does what it is told; what replaces what is decided by DeliveryPlan.
///
/// All of it is part of the delivery's transaction: nothing is there before that commits.
class LedgerWriter {
public:
    struct Delivery {
        std::string source;
        std::string kind;
        Instant at;
        bool isTakenBack = false; ///< what it takes the place of is set aside, so that it can be taken back
        bool keepsBoth = false;   ///< the user said that what other sources hold counts as well
    };

    /// Writes the source, where it is new, and the delivery. `db` and `changes`, which everything written is noted in,
    /// must outlive the use. Error Invalid where the source holds charges of another kind.
    Status begin(sql::Connection& db, SealedChanges& changes, Delivery delivery);
    /// Lets go of the connection.
    void end() { m_insertRejected = {}; }

    std::int64_t source() const { return m_source; }
    std::int64_t import() const { return m_import; }
    std::int64_t file() const { return m_files.empty() ? 0 : m_files.back().id; } ///< that began last

    /// `header`: JSON array of the column names.
    /// `path`: a hash of where it lies; empty: not known.
    Status beginFile(const std::string& name, std::string_view header, std::string_view path);
    Status setFileVersion(std::string_view version);

    /// Whether the same was found in a file of that name before this delivery.
    Result<bool> hadFinding(const Finding& finding) const;
    /// Whether no partition is stored of the source of that name.
    Result<bool> isWithoutCharges(const std::string& source) const;
    /// Whether a file of that name began.
    bool hasFile(std::string_view name) const;

    /// `sum`: the number of the sum that the line counts in.
    Status reject(const RejectedLine& line, std::int64_t sum);
    /// Whether the records that could not be stored are others than those of the sums that go.
    Result<bool> rejectsChanged(const std::vector<RejectedSum>& gone) const;
    /// The sums of this delivery take the place of those that go, whose lines go with them.
    Status replaceRejects(const std::vector<RejectedSum>& gone, const std::vector<RejectedSum>& now);

    /// A partition with its audit entry; `report` has its rejected lines, `replaced` is the one whose place it takes,
    /// if any.
    Status put(const DeliveredPartition& partition, const PartitionReport& report,
               const DeliveryPlan::Stored* replaced);
    /// A partition that no longer is, with its audit entry; `source`: the one it is of.
    Status remove(const DeliveryPlan::Stored& stored) { return remove(stored, m_delivery.source); }
    Status remove(const DeliveryPlan::Stored& stored, const std::string& source);
    /// Lines of another source that named such a partition and could not be stored: they came again.
    Status forgetRejects(const std::string& source, const PartitionKey& key);
    /// The lines and the row of a partition, without a word: it is replaced, or was never published.
    Status drop(std::int64_t partition);
    /// A partition that stays as it is, but for the lines of its files that could not be stored.
    Status keep(std::int64_t partition, std::uint64_t rejected);
    Status note(const Restatement& restatement);

    /// What was found in these files takes the place of what was known of them; that another source holds a month too
    /// stays known until a delivery of that month says it anew. `delivered`: the months that came.
    Status writeFindings(const std::vector<Finding>& findings, const std::set<PartitionKey>& delivered);
    /// What was found in files of a source of which no charge and no rejected line is left goes.
    Status forgetEmptied(const std::string& source, const std::set<std::string>& files);
    /// What was found in these files under another source goes: they came again.
    Status forgetFindings(const std::string& source);
    /// What the delivery as a whole came to; last.
    Status writeCounts(const ImportReport& report, const LastIds& last);

private:
    Status noteFiles();
    Status beginAside();
    /// `keepsBeside`: but for what says that a month is stored under another source as well.
    Status forgetFindingsOf(const std::string& source, const std::string& file, bool keepsBeside = false);
    Status forgetBeside(const std::set<PartitionKey>& delivered);
    /// What was acknowledged of findings of that source that are there no more.
    Status forgetAcknowledgedOf(const std::string& source);
    Status forgetFindingsWhere(const std::string& where, const Binder& bind);
    /// Sets the rows of `table` that `where` selects aside, and those of this delivery not, before they go.
    Status setAside(Sealed table, const std::string& where, const Binder& bind);
    Status insertSums(const std::vector<RejectedSum>& sums);
    Status forgetUnread(const std::vector<Finding>& findings);
    /// Runs a statement that puts or takes rows of `table`, with RETURNING what is sealed of them.
    Status come(sql::Statement& statement, Sealed table);
    Status go(sql::Statement& statement, Sealed table);

    struct File {
        std::int64_t id = 0;
        std::string name;
    };
    sql::Connection* m_db = nullptr;
    SealedChanges* m_changes = nullptr;
    Delivery m_delivery;
    std::int64_t m_source = 0;
    std::int64_t m_import = 0;
    std::vector<File> m_files;
    AsideOfDelivery m_aside;
    sql::Statement m_insertRejected;
};

/// Writes what was found into the workspace; `changes` notes it.
Status insertFindings(sql::Connection& db, SealedChanges& changes, std::int64_t source, std::int64_t import,
                      const std::vector<Finding>& findings);

/// What a sync found takes the place of everything that was found in its source before. A new revision, in a
/// transaction of its own unless one is open. Error Invalid as of sourceOf().
Status replaceFindings(sql::Connection& db, const std::string& source, const std::string& kind, Instant at,
                       const std::vector<Finding>& findings);

/// The number of a source, which is made where it is new. Error Invalid where it holds charges of another kind.
Result<std::int64_t> sourceOf(sql::Connection& db, const std::string& name, const std::string& kind,
                              SealedChanges& changes);

} // namespace altimeter::store

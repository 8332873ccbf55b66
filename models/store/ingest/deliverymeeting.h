#pragma once

#include "models/domain/costline.h"
#include "models/store/ingest/deliverymarks.h"
#include "models/store/ingest/deliveryplan.h"
#include "models/store/ingest/meeting.h"
#include "models/store/ingest/storedmarks.h"
#include "models/store/sql/sql.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::store {

/// Decides whether a delivery of files adds to what is stored, takes the place of it, or must be refused, by the
/// charges themselves: names of files say little, and a month that is stored under two of them counts twice.
///
/// For each partition of the delivery, what is stored of the same provider, account, month and currency under any name
/// is compared line by line (see LineMark), every cell of it:
/// - half of the lines or more are the same: another state of one delivery. It takes the place of the stored one, where
///   that lies, unless it comes from other files and has fewer lines or days or lacks charges of some place;
/// - no line in common, and neither resource, service nor day: a part beside it, kept under a name of its own;
/// - no line in common, but charges of the same places: who names the source says that both count;
/// - some lines in common: it cannot be told, whatever the name.
/// `replace` decides that the new one counts.
class DeliveryMeeting {
public:
    struct Delivery {
        std::string source;
        std::string kind;
        bool isNamed = false; ///< the user named the source
        bool replace = false;
        std::function<std::string(const std::string&)> pathOf; ///< by name of file: a hash of where it lies, or nothing
    };
    /// What is stored of the partition of a delivered one under one name.
    struct Met {
        std::string source, kind;
        std::vector<DeliveryPlan::Stored> stored; ///< one, or one for each day
        std::uint64_t rows = 0;
        Day from, through; ///< both inside
        DecimalSum billed;
        std::vector<std::pair<std::string, std::string>> files; ///< name and hash of the path; empty: not known
        std::set<std::uint64_t> columns;                        ///< hashes of the headers of its files
    };

    /// `db` and `marks` must outlive it. Requires that all lines were taken and written.
    DeliveryMeeting(const sql::Connection& db, const DeliveryMarks& marks, Delivery delivery, std::stop_token stop)
        : m_db(db), m_marks(marks), m_delivery(std::move(delivery)), m_stop(std::move(stop))
    {
    }
    /// Error Conflict, which says both amounts, where money could go or count twice; Invalid where the files contradict
    /// each other; Corrupt; Cancelled. Nothing is changed.
    Result<Meeting> meet(const SegmentWriter::Partitions& partitions);
    /// What is stored under other names and goes, as the delivery takes its place; with `replace` alone.
    const std::vector<Met>& removed() const { return m_removed; }

private:
    /// Overlay: nothing stands in both, but the places are the same.
    enum class Likeness : std::uint8_t { Same, State, Unclear, Overlay, Apart };
    struct Encounter {
        const DeliveredPartition* partition = nullptr;
        Met met;
        Likeness likeness = Likeness::Apart;
        Overlap overlap;
        std::uint64_t gone = 0; ///< stored places of which the delivery says nothing
        bool isOwnSource = false;
    };

    Status compareFiles(Meeting& meeting) const;
    void noteDuplicates(Meeting& meeting) const;
    void noteBeside(const FileComparison& comparison, Meeting& meeting) const;
    const DeliveryMarks::Part* partOf(std::size_t file, std::size_t partition) const;
    Result<std::vector<Met>> storedBeside(const PartitionKey& key) const;
    Result<std::vector<Encounter>> encounters(const SegmentWriter::Partitions& partitions) const;
    bool areSameFiles(const DeliveredPartition& partition, const Met& met) const;
    Status judgeOwn(const Encounter& one) const;
    Result<Encounter> encounter(const DeliveredPartition& partition, Met met, StoredMarks& stored) const;
    Likeness likenessOf(const DeliveredPartition& partition, const Met& met, const Overlap& overlap) const;
    Status judgeOther(const Encounter& one, bool isKnown, Meeting& meeting);
    Status chooseSource(const std::vector<Encounter>& all, Meeting& meeting);

    const sql::Connection& m_db;
    const DeliveryMarks& m_marks;
    Delivery m_delivery;
    std::stop_token m_stop;
    std::vector<Met> m_removed;
};

} // namespace altimeter::store

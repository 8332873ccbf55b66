#pragma once

#include "models/domain/costline.h"
#include "models/store/ingest/deliverymarks.h"
#include "models/store/ingest/deliveryplan.h"
#include "models/store/ingest/meeting.h"
#include "models/store/sql/sql.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::store {

/// Decides whether a delivery of files adds to what is stored, takes the place of it, or must be refused, by the
/// charges themselves: names of files say little, and a month that is stored under two of them counts twice.
///
/// For each partition of the delivery, what is stored of the same provider, account, month and currency under any name
/// is compared line by line (see LineMark):
/// - the same lines, or most of them: another state of one delivery. It takes the place of the stored one, where that
///   lies, unless it has fewer lines or days and comes from other files;
/// - no line in common, and neither resource, service nor day: a part beside it, kept under a name of its own;
/// - what lies between cannot be told.
/// Who names the source explicitly decides what cannot be told; `replace` decides that the new one counts.
class DeliveryMeeting {
public:
    struct Delivery {
        std::string source;
        std::string kind;
        bool isNamed = false; ///< the user named the source
        bool replace = false;
    };
    /// What is stored of the partition of a delivered one under one name.
    struct Met {
        std::string source, kind;
        std::vector<DeliveryPlan::Stored> stored; ///< one, or one for each day
        std::uint64_t rows = 0;
        Day from, through; ///< both inside
        DecimalSum billed;
        std::vector<std::string> files;
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
    enum class Likeness : std::uint8_t { Same, State, Apart, Unclear };
    struct Encounter {
        const DeliveredPartition* partition = nullptr;
        Met met;
        Likeness likeness = Likeness::Apart;
        Overlap overlap;
        bool isOwnSource = false;
    };

    Status compareFiles(Meeting& meeting) const;
    Result<std::vector<Met>> storedBeside(const PartitionKey& key) const;
    Result<std::vector<Encounter>> encounters(const SegmentWriter::Partitions& partitions) const;
    Status judgeOwn(const Encounter& one) const;
    Status judgeOther(const Encounter& one, Meeting& meeting);
    Status chooseSource(const std::vector<Encounter>& all, Meeting& meeting);

    const sql::Connection& m_db;
    const DeliveryMarks& m_marks;
    Delivery m_delivery;
    std::stop_token m_stop;
    std::vector<Met> m_removed;
};

} // namespace altimeter::store

#pragma once

#include "models/domain/costline.h"
#include "models/store/ingest/deliverymarks.h"
#include "models/store/ingest/deliveryplan.h"
#include "models/store/ingest/meeting.h"
#include "models/store/ingest/storedmarks.h"
#include "models/store/ingest/storedmets.h"
#include "models/store/ledger/monthhistory.h"
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
/// - the same, or the sum of what is stored under several names: it stays where it is;
/// - half of the lines or more are the same: another state of one delivery. It takes the place of the stored one, where
///   that lies, unless it has fewer lines or days, comes from other files and lacks charges of some place, or is a
///   state that was stored before;
/// - a few lines in common of charges that are others otherwise: two invoices with the same fee, and both count;
/// - the same amounts at the same moments with other tags, names or places, or the same places with other amounts where
///   the names of the files say that it is later: another state as well, or, where they do not, it cannot be told;
/// - no line in common, and neither resource, service nor day: a part beside it, kept under a name of its own;
/// - no line in common, but charges of the same places: who names the source says that both count, unless its own were
///   stored before and others took their place, and who says `replace` that it takes their place, unless both sources
///   stand beside each other in other months already;
/// - some lines in common otherwise: it cannot be told, whatever the name.
/// What has no place yet is compared with what is stored under other accounts, providers, months and currencies: the
/// same charges under a corrected one would count twice.
/// `replace` decides that the new one counts, `keepBoth` that both do.
class DeliveryMeeting {
public:
    struct Delivery {
        std::string source;
        std::string kind;
        bool isNamed = false; ///< the user named the source
        bool replace = false;
        bool keepBoth = false;
        std::function<std::string(const std::string&)> pathOf; ///< by name of file: a hash of where it lies, or nothing
        std::vector<Error>* asked = nullptr; ///< takes what would be refused, and all goes on; null: it is refused
    };
    /// `db` and `marks` must outlive it. Requires that all lines were taken and written.
    DeliveryMeeting(const sql::Connection& db, const DeliveryMarks& marks, Delivery delivery, std::stop_token stop)
        : m_db(db), m_marks(marks), m_delivery(std::move(delivery)), m_stop(std::move(stop)), m_stored(db)
    {
    }
    /// Error Conflict, which says both amounts, where money could go or count twice; Invalid where the files contradict
    /// each other; Corrupt; Cancelled. Nothing is changed.
    Result<Meeting> meet(const SegmentWriter::Partitions& partitions);
    /// What is stored under other names or keys and goes, as the delivery takes its place.
    const std::vector<Met>& removed() const { return m_removed; }

    /// Whether it was refused because it has fewer lines or days than what is stored under its name.
    bool holdsLess() const { return m_holdsLess; }

private:
    /// Siblings: a few equal lines of charges that are others. Overlay: nothing stands in both, but the places are the
    /// same.
    enum class Likeness : std::uint8_t { Same, State, Unclear, Siblings, Overlay, Apart };
    struct Encounter {
        const DeliveredPartition* partition = nullptr;
        Met met;
        Likeness likeness = Likeness::Apart;
        Overlap overlap;
        Resemblance alike;          ///< by amounts alone
        bool areOtherBills = false; ///< see areOtherBills()
        bool areLong = false;       ///< see areLong()
        std::uint64_t gone = 0;     ///< stored places of which the delivery says nothing
        bool isLater = false;       ///< see isLaterByName()
        bool isOwnSource = false;
        bool standBeside = false; ///< both sources hold other months of the account, and both count there
        bool mayBeSame = false;   ///< apart, and yet it may charge the same in another grain: see mayChargeTheSame()
    };
    using Encounters = std::vector<Encounter>;

    Status ask(Error refused) const;

    // meetingfiles.cpp
    Status compareFiles(Meeting& meeting);
    Error unclearFiles(const SharedLines& one) const;
    Result<bool> haveCountedBoth(std::size_t first, std::size_t second) const;
    void noteDuplicates(Meeting& meeting) const;
    void noteBeside(const FileComparison& comparison, Meeting& meeting) const;
    const DeliveryMarks::Part* partOf(std::size_t file, std::size_t partition) const;
    // mirroring.cpp
    Status judgeMirrors(const SegmentWriter::Partitions& partitions, const Encounters& all, Meeting& meeting);
    Status judgeMirroredFiles(const std::set<const DeliveredPartition*>& homeless, Meeting& meeting) const;
    Status judgeMirror(const DeliveredPartition& partition, const Met& met, const LineMarks& there, Meeting& meeting);

    Result<Encounters> encounters(const SegmentWriter::Partitions& partitions);
    Result<Encounter> encounter(const DeliveredPartition& partition, Met met);
    Result<LineMarks> marksOf(const Met& met);
    Likeness likenessOf(const DeliveredPartition& partition, const Met& met, const Encounter& one) const;
    bool isLaterByName(const DeliveredPartition& partition, const Met& met, const Encounter& one) const;
    bool areSameFiles(const DeliveredPartition& partition, const Met& met) const;
    bool isState(const Encounter& one) const;
    void settle(Encounters& all, Meeting& meeting) const;
    Status judge(const Encounters& all, Meeting& meeting);
    Status judgeOwn(const Encounter& one);
    Status judgeFormer(const Encounter& one) const;
    Status judgeTaken(const Encounter& one) const;
    Result<std::vector<MonthEvent>> historyOfMonth(const Encounter& one) const;
    Status judgeOther(const Encounter& one, bool isKnown, Meeting& meeting);
    Result<bool> takesPlace(const Encounter& one, bool isKnown);
    Finding besideFinding(const Encounter& one) const;
    Status chooseSource(const Encounters& all, Meeting& meeting);
    Status takeOver(const Encounters& all, const std::set<std::string>& names, Meeting& meeting);
    Result<std::string> nameBeside() const;

    const sql::Connection& m_db;
    const DeliveryMarks& m_marks;
    Delivery m_delivery;
    std::stop_token m_stop;
    StoredMarks m_stored;
    std::vector<Met> m_removed;
    bool m_holdsLess = false;
    std::vector<MirroredLines> m_mirrored; ///< first and second are parts of m_marks
};

} // namespace altimeter::store

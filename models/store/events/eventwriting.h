#pragma once

#include "models/domain/result.h"
#include "models/events/duplicates.h"
#include "models/events/event.h"
#include "models/store/events/eventreading.h"
#include "models/store/events/keyruns.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace altimeter::store {

/// What became of the records of a file: read = stored + dropped + rejected, whatever other files bring.
struct EventTally {
    std::int64_t read = 0, stored = 0, rejected = 0;
    std::array<std::int64_t, kDropReasonCount> dropped{};

    std::int64_t droppedInAll() const;
};

/// Takes in the events of one delivery, each call once, however many records of it come or came before. Whichever
/// record counts is decided by models/events/duplicates.h, so that the order of deliveries, files and records does not
/// matter. Memory does not grow with the delivery or with what is stored, but for up to four bytes each key. Everything
/// is part of the transaction that is open while it lives; one thread uses it.
class EventWriter {
public:
    /// `db` must outlive it. Requires an open transaction and the delivery `import`. Error Corrupt.
    static Result<std::unique_ptr<EventWriter>> begin(sql::Connection& db, std::int64_t import);
    ~EventWriter();

    /// What follows is of that file, a row of import_file.
    void beginFile(std::int64_t file);
    /// In which form the file was read.
    void setForm(std::string form) { m_forms[m_file] = std::move(form); }
    /// Why an event cannot be stored; empty: it can be.
    static std::string whyNot(const CostEvent& event);
    /// Requires an event that whyNot() says nothing of. Error Corrupt where what is stored is damaged.
    Status add(CostEvent event);
    /// A record that is no event, or none that could be stored.
    void reject();
    /// A record that the reader left out, and why.
    void drop(DropReason reason, std::int64_t events = 1);
    /// Writes what is left, and what became of all files.
    Status finish();

    /// Days on which events came or changed, by number of source; after finish().
    const std::map<std::int64_t, std::set<Day>>& changedDays() const { return m_days; }
    /// By number of file; of this delivery's files what they brought, of others what changed. After finish().
    const std::map<std::int64_t, EventTally>& tallies() const { return m_tallies; }
    /// Whether anything was stored or counts otherwise than before; after finish().
    bool hasChanged() const { return m_hasChanged; }

private:
    struct KeyOfNew {
        std::uint64_t key = 0;
        std::uint32_t event = 0;
    };
    /// Records of one call.
    struct Call {
        std::vector<std::uint32_t> events;  ///< of m_new
        std::vector<EventPlace> stored;     ///< places of what counts so far, ascending, each once
        std::vector<std::uint64_t> newKeys; ///< that are not stored yet
    };
    /// What is stored in a place.
    struct Known {
        FiledEvent event;
        std::int64_t source = 0;
    };
    /// Events of a stretch: those that came, and those that records were joined to. Neither moves.
    struct Stretch {
        std::vector<FiledEvent> events;
        std::deque<FiledEvent> joined;
    };
    /// A block that is packed while the next events are read.
    struct Pending {
        std::int64_t block = 0;
        Stretch stretch; ///< holds what `events` points to
        std::vector<const FiledEvent*> events;
        std::future<Result<EncodedEvents>> bytes;
    };

    explicit EventWriter(sql::Connection& db, std::int64_t import, KeyRuns keys)
        : m_db(db), m_import(import), m_keys(std::move(keys)), m_files(db)
    {
    }
    Status flush();
    Result<std::vector<Call>> calls();
    Result<std::map<EventPlace, Known>> storedOf(const std::vector<Call>& calls);
    Result<EventPlace> placeOf(EventPlace place);
    Result<const std::vector<EventMove>*> movesOf(std::int64_t block);
    Status settle(Call& call, const std::map<EventPlace, Known>& stored);
    struct Candidate {
        const CostEvent* event = nullptr;
        std::int64_t file = 0;
        std::optional<EventPlace> place; ///< where it is stored
    };
    Status settleMany(Call& call, const std::map<EventPlace, Known>& stored);
    void keep(const FiledEvent& event, Call& call);
    void count(const std::vector<Candidate>& all, std::size_t base, const CostEvent& kept);
    Status noteDay(std::int64_t startNanos, std::int64_t file);
    Status writeBlock();
    Status writePending();
    Status writeMoves();
    Status moveRows(std::int64_t block, const std::map<std::uint32_t, EventPlace>& rows);
    Status writeTallies();
    Status markDays();

    sql::Connection& m_db;
    std::int64_t m_import;
    KeyRuns m_keys;
    EventFiles m_files;
    SealedChanges m_changes;
    std::int64_t m_lastBlock = 0;

    std::int64_t m_file = 0;
    std::map<std::int64_t, std::string> m_forms;
    std::vector<FiledEvent> m_new;
    std::deque<FiledEvent> m_joined;
    std::vector<FiledEvent> m_spare;       ///< room for the next stretch
    std::size_t m_newBytes = 0;            ///< of their texts
    std::vector<const FiledEvent*> m_kept; ///< of m_new and m_joined
    struct Keyed {
        std::uint32_t kept = 0; ///< of m_kept
        std::vector<std::uint64_t> keys;
        std::vector<EventPlace> from; ///< what it takes the place of
    };
    std::vector<Keyed> m_keyed;
    std::vector<PlacedKey> m_addedKeys; ///< of places that are stored already
    std::unique_ptr<Pending> m_pending;
    std::unordered_map<std::int64_t, std::vector<EventMove>> m_moves; ///< of blocks, as they are stored
    std::map<std::int64_t, std::map<std::uint32_t, EventPlace>> m_newMoves;
    std::map<std::int64_t, std::set<Day>> m_days;
    std::map<std::int64_t, EventTally> m_tallies;
    bool m_hasChanged = false;
};

} // namespace altimeter::store

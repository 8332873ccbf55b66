#include "models/store/events/eventwriting.h"

#include "models/domain/caught.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/ranges.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace altimeter::store {

namespace {

constexpr std::size_t kMostNewBytes = std::size_t{48} << 20U; ///< of texts, in the events of a stretch
constexpr std::size_t kMostTextBytes = std::size_t{1} << 20U; ///< of one event
constexpr std::size_t kMostTools = 64;
constexpr int kMostMoves = 1'000'000; ///< of one call: a chain that is longer is a circle
constexpr std::size_t kRememberedBlocks = 64;

std::size_t textBytes(const CostEvent& event)
{
    std::size_t bytes = 0;
    for (const std::string* text :
         {&event.run, &event.id, &event.parent, &event.session, &event.request, &event.response, &event.workflow,
          &event.useCase, &event.team, &event.user, &event.agent, &event.tool, &event.provider, &event.modelAsked,
          &event.modelAnswered, &event.tier, &event.region, &event.file})
        bytes += text->size();
    for (const ToolUse& tool : event.tools)
        bytes += tool.unit.size();
    return bytes;
}

bool sameTools(const std::vector<ToolUse>& a, const std::vector<ToolUse>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ToolUse& one, const ToolUse& other) {
        return one.unit == other.unit && one.count.mantissa == other.count.mantissa &&
               one.count.scale == other.count.scale;
    });
}

/// Whether they are stored as the same bytes, but for where they were read.
bool sameEvent(const CostEvent& a, const CostEvent& b)
{
    const auto all = [](const CostEvent& e) {
        return std::tie(e.startNanos, e.durationNanos, e.untilNanos, e.calls, e.run, e.id, e.parent, e.session,
                        e.request, e.response, e.workflow, e.useCase, e.team, e.user, e.agent, e.tool, e.provider,
                        e.modelAsked, e.modelAnswered, e.tier, e.region, e.operation, e.status, e.layer, e.witness,
                        e.copy, e.isFree, e.inputDoubt, e.revisedNanos, e.usage.counts, e.reportedCurrency);
    };
    const bool sameReported =
        a.reported.has_value() == b.reported.has_value() &&
        (!a.reported || (a.reported->mantissa == b.reported->mantissa && a.reported->scale == b.reported->scale));
    return sameReported && all(a) == all(b) && sameTools(a.tools, b.tools);
}

/// Which events are of one call, as far as it is known.
class Unions {
public:
    explicit Unions(std::size_t size) : m_parent(size) { std::iota(m_parent.begin(), m_parent.end(), 0U); }
    std::uint32_t rootOf(std::uint32_t at)
    {
        while (m_parent[at] != at)
            at = m_parent[at] = m_parent[m_parent[at]];
        return at;
    }
    /// The lower one becomes the root.
    void join(std::uint32_t a, std::uint32_t b)
    {
        a = rootOf(a);
        b = rootOf(b);
        m_parent[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::uint32_t> m_parent;
};

} // namespace

std::int64_t EventTally::droppedInAll() const
{
    return std::accumulate(dropped.begin(), dropped.end(), std::int64_t{0});
}

Result<std::unique_ptr<EventWriter>> EventWriter::begin(sql::Connection& db, std::int64_t import)
{
    auto keys = KeyRuns::open(db);
    if (!keys)
        return keys.error();
    std::unique_ptr<EventWriter> writer(new EventWriter(db, import, keys.take()));
    const auto last = db.number("SELECT coalesce(max(id), 0) FROM event_block");
    if (!last)
        return last.error();
    writer->m_lastBlock = *last;
    return writer;
}

EventWriter::~EventWriter() = default;

void EventWriter::beginFile(std::int64_t file)
{
    m_file = file;
    m_tallies[file];
}

std::string EventWriter::whyNot(const CostEvent& event)
{
    const Day day = dayOfNanos(event.startNanos);
    if (!storedDay(day.number))
        return "its time is out of every calendar";
    if (event.durationNanos < -1)
        return "it ends before it begins";
    if (event.calls == 0)
        return "it stands for no call";
    const auto isTooMuch = [](std::uint64_t count) { return count > EventBlock::kMostCount; };
    if (isTooMuch(event.calls) || isTooMuch(event.inputDoubt) ||
        std::any_of(event.usage.counts.begin(), event.usage.counts.end(), isTooMuch))
        return "a count is beyond a quadrillion";
    if (event.tools.size() > kMostTools)
        return "it uses more than 64 tools at a time";
    const bool isNegative =
        std::any_of(event.tools.begin(), event.tools.end(), [](const auto& tool) { return tool.count.isNegative(); });
    if (isNegative)
        return "a count of a tool is negative";
    return textBytes(event) > kMostTextBytes ? "its texts take more than a megabyte" : std::string();
}

Status EventWriter::add(CostEvent event)
{
    ++m_tallies[m_file].read;
    m_newBytes += textBytes(event);
    m_new.push_back({std::move(event), m_file});
    return m_new.size() >= EventBlock::kMaxRows || m_newBytes > kMostNewBytes ? flush() : Status();
}

void EventWriter::reject()
{
    EventTally& tally = m_tallies[m_file];
    ++tally.read;
    ++tally.rejected;
}

void EventWriter::drop(DropReason reason, std::int64_t events)
{
    EventTally& tally = m_tallies[m_file];
    tally.read += events;
    tally.dropped[static_cast<std::size_t>(reason)] += events;
}

Result<const std::vector<EventMove>*> EventWriter::movesOf(std::int64_t block)
{
    if (const auto known = m_moves.find(block); known != m_moves.end())
        return &known->second;
    auto moves = eventMoves(m_db, block);
    if (!moves)
        return moves.error();
    if (m_moves.size() >= kRememberedBlocks)
        m_moves.clear();
    return &m_moves.emplace(block, moves.take()).first->second;
}

/// Where what counts now of the record that was stored there lies.
Result<EventPlace> EventWriter::placeOf(EventPlace place)
{
    for (int step = 0; step < kMostMoves; ++step) {
        const auto moves = movesOf(place.block);
        if (!moves)
            return moves.error();
        const auto move = std::lower_bound((*moves)->begin(), (*moves)->end(), place.row,
                                           [](const EventMove& one, std::uint32_t row) { return one.row < row; });
        if (move == (*moves)->end() || move->row != place.row)
            return place;
        place = move->to;
    }
    return Error{ErrorCode::Corrupt, "stored events take the place of one another in a circle", {}};
}

/// The calls that the new events are of, in the order of their first events.
Result<std::vector<EventWriter::Call>> EventWriter::calls()
{
    std::vector<KeyOfNew> keys;
    keys.reserve(m_new.size() * 2);
    for (std::uint32_t at = 0; at < m_new.size(); ++at) {
        for (const EventKey& key : keysOf(m_new[at].event))
            keys.push_back({key.high, at});
    }
    std::sort(keys.begin(), keys.end(), [](const KeyOfNew& a, const KeyOfNew& b) {
        return std::pair(a.key, a.event) < std::pair(b.key, b.event);
    });
    std::vector<std::uint64_t> distinct;
    Unions unions(m_new.size());
    for (std::size_t at = 0; at < keys.size(); ++at) {
        if (at > 0 && keys[at].key == keys[at - 1].key)
            unions.join(keys[at - 1].event, keys[at].event);
        else
            distinct.push_back(keys[at].key);
    }
    auto stored = m_keys.find(distinct);
    if (!stored)
        return stored.error();
    std::map<EventPlace, std::uint32_t> firstAt; // events that lead to the same stored one are of one call
    std::vector<std::pair<std::uint32_t, EventPlace>> met;
    std::vector<std::pair<std::uint32_t, std::uint64_t>> unmet;
    auto placed = stored->begin();
    for (std::size_t at = 0; at < keys.size(); ++at) {
        if (at > 0 && keys[at].key == keys[at - 1].key)
            continue;
        while (placed != stored->end() && placed->key < keys[at].key)
            ++placed;
        if (placed == stored->end() || placed->key != keys[at].key) {
            unmet.emplace_back(keys[at].event, keys[at].key);
            continue;
        }
        const auto place = placeOf(placed->place);
        if (!place)
            return place.error();
        met.emplace_back(keys[at].event, *place);
        const auto [known, isNew] = firstAt.emplace(*place, keys[at].event);
        if (!isNew)
            unions.join(known->second, keys[at].event);
    }
    std::vector<Call> calls;
    std::vector<std::uint32_t> callOf(m_new.size());
    for (std::uint32_t at = 0; at < m_new.size(); ++at) {
        const std::uint32_t root = unions.rootOf(at); // the lowest of them, so its call is there
        if (root == at) {
            callOf[at] = static_cast<std::uint32_t>(calls.size());
            calls.emplace_back();
        }
        callOf[at] = callOf[root];
        calls[callOf[at]].events.push_back(at);
    }
    for (const auto& [event, place] : met)
        calls[callOf[event]].stored.push_back(place);
    for (const auto& [event, key] : unmet)
        calls[callOf[event]].newKeys.push_back(key);
    return calls;
}

/// What is stored of these calls, read block by block.
Result<std::map<EventPlace, EventWriter::Known>> EventWriter::storedOf(const std::vector<Call>& calls)
{
    std::map<EventPlace, Known> known;
    for (const Call& call : calls) {
        for (const EventPlace& place : call.stored)
            known.try_emplace(place);
    }
    std::optional<StoredEvents> block;
    std::int64_t open = 0;
    for (auto& [place, one] : known) {
        if (place.block != open) {
            auto info = m_db.prepare("SELECT id, rows, first_nanos, last_nanos FROM event_block WHERE id=?1");
            if (!info)
                return info.error();
            const auto row = info->bind(1, place.block).step();
            if (!row)
                return row.error();
            if (!*row)
                return Error{ErrorCode::Corrupt, "a key of a stored event leads nowhere", {}};
            auto read = StoredEvents::read(
                m_db, {place.block, static_cast<std::uint32_t>(info->integer(1)), info->integer(2), info->integer(3)},
                StoredEvents::Part::All);
            if (!read)
                return read.error();
            block = read.take();
            open = place.block;
        }
        if (place.row >= block->size())
            return Error{ErrorCode::Corrupt, "a key of a stored event leads nowhere", {}};
        one.event = block->events().event(place.row);
        const auto file = m_files.file(one.event.file);
        if (!file)
            return file.error();
        one.event.event.file = (*file)->name;
        one.source = (*file)->source;
    }
    return known;
}

void EventWriter::keep(const FiledEvent& event, Call& call)
{
    m_keyed.push_back({static_cast<std::uint32_t>(m_kept.size()), std::move(call.newKeys), std::move(call.stored)});
    m_kept.push_back(&event);
}

/// What became of the records: `base` bears the cost of the call, the others are dropped.
void EventWriter::count(const std::vector<Candidate>& all, std::size_t base, const CostEvent& kept)
{
    for (std::size_t at = 0; at < all.size(); ++at) {
        EventTally& tally = m_tallies[all[at].file];
        if (at == base) {
            tally.stored += all[at].place ? 0 : 1;
            continue;
        }
        tally.stored -= all[at].place ? 1 : 0;
        ++tally.dropped[static_cast<std::size_t>(whyDropped(kept, *all[at].event))];
    }
}

Status EventWriter::settleMany(Call& call, const std::map<EventPlace, Known>& stored)
{
    std::sort(call.stored.begin(), call.stored.end());
    call.stored.erase(std::unique(call.stored.begin(), call.stored.end()), call.stored.end());
    std::vector<Candidate> all;
    for (const EventPlace& place : call.stored) {
        const Known& known = stored.at(place);
        all.push_back({&known.event.event, known.event.file, place});
    }
    for (const std::uint32_t at : call.events) {
        const auto file = m_files.file(m_new[at].file);
        if (!file)
            return file.error();
        m_new[at].event.file = (*file)->name; // as it is known of what is stored
        all.push_back({&m_new[at].event, m_new[at].file, std::nullopt});
    }
    std::size_t base = 0;
    CostEvent kept = *all.front().event;
    for (std::size_t at = 1; at < all.size(); ++at) {
        if (compareWorth(*all[at].event, *all[base].event) < 0)
            base = at;
        kept = joined(kept, *all[at].event);
    }
    count(all, base, kept);
    if (call.stored.size() == 1 && all[base].place && sameEvent(kept, *all[base].event)) {
        for (const std::uint64_t key : call.newKeys)
            m_addedKeys.push_back({key, call.stored.front()});
        return {};
    }
    for (const EventPlace& place : call.stored) {
        const Known& known = stored.at(place);
        m_days[known.source].insert(dayOfNanos(known.event.event.startNanos));
    }
    const std::int64_t file = all[base].file;
    if (auto noted = noteDay(kept.startNanos, file); !noted)
        return noted;
    m_joined.push_back({std::move(kept), file});
    keep(m_joined.back(), call);
    return {};
}

Status EventWriter::settle(Call& call, const std::map<EventPlace, Known>& stored)
{
    if (call.events.size() > 1 || !call.stored.empty())
        return settleMany(call, stored);
    const FiledEvent& one = m_new[call.events.front()];
    ++m_tallies[one.file].stored;
    if (auto noted = noteDay(one.event.startNanos, one.file); !noted)
        return noted;
    keep(one, call);
    return {};
}

Status EventWriter::noteDay(std::int64_t startNanos, std::int64_t file)
{
    const auto known = m_files.file(file);
    if (!known)
        return known.error();
    m_days[(*known)->source].insert(dayOfNanos(startNanos));
    return {};
}

Status EventWriter::flush()
{
    if (m_new.empty())
        return {};
    if (auto done = writePending(); !done) // what came before must be found
        return done;
    auto found = calls();
    if (!found)
        return found.error();
    const auto stored = storedOf(*found);
    if (!stored)
        return stored.error();
    for (Call& call : *found) {
        if (auto done = settle(call, *stored); !done)
            return done;
    }
    const Status written = writeBlock();
    m_new.clear();
    m_joined.clear();
    m_newBytes = 0;
    return written;
}

/// Gives the events of this stretch their places and packs them beside what is read next.
Status EventWriter::writeBlock()
{
    std::vector<PlacedKey> keys = std::exchange(m_addedKeys, {});
    if (!m_kept.empty()) {
        std::vector<std::uint32_t> order(m_kept.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
            return m_kept[a]->event.startNanos < m_kept[b]->event.startNanos;
        });
        std::vector<std::uint32_t> rowOf(order.size());
        auto pending = std::make_unique<Pending>();
        pending->block = ++m_lastBlock;
        pending->events.reserve(order.size());
        for (std::uint32_t row = 0; row < order.size(); ++row) {
            rowOf[order[row]] = row;
            pending->events.push_back(m_kept[order[row]]);
        }
        pending->stretch = {std::move(m_new), std::move(m_joined)};
        m_new = std::move(m_spare);
        for (const Keyed& one : m_keyed) {
            const EventPlace place{pending->block, rowOf[one.kept]};
            for (const std::uint64_t key : one.keys)
                keys.push_back({key, place});
            for (const EventPlace& from : one.from)
                m_newMoves[from.block][from.row] = place;
        }
        const std::span<const FiledEvent* const> events(pending->events);
        pending->bytes =
            std::async(std::launch::async, [events] { return caught([&]() { return EventBlock::encode(events); }); });
        m_pending = std::move(pending);
        m_kept.clear();
        m_keyed.clear();
        m_hasChanged = true;
    }
    std::sort(keys.begin(), keys.end());
    m_hasChanged = m_hasChanged || !keys.empty();
    if (auto done = m_keys.add(keys, m_changes); !done)
        return done;
    if (auto done = m_keys.merge(m_changes); !done) // as it goes: what follows takes the room of what was merged
        return done;
    return writeMoves();
}

Status EventWriter::writePending()
{
    if (!m_pending)
        return {};
    const auto pending = std::move(m_pending);
    const auto bytes = pending->bytes.get();
    if (!bytes)
        return bytes.error();
    auto insert = m_db.prepare("INSERT INTO event_block(id, import_id, rows, first_nanos, last_nanos, facts_checksum, "
                               "ids_checksum, facts, ids) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9) RETURNING " +
                               sealedColumns(Sealed::EventBlock));
    if (!insert)
        return insert.error();
    insert->bind(1, pending->block).bind(2, m_import).bind(3, static_cast<std::int64_t>(pending->events.size()));
    insert->bind(4, pending->events.front()->event.startNanos).bind(5, pending->events.back()->event.startNanos);
    insert->bind(6, checksumOf(bytes->facts)).bind(7, checksumOf(bytes->ids));
    insert->bindBlob(8, bytes->facts).bindBlob(9, bytes->ids);
    const auto come = m_changes.come(*insert, Sealed::EventBlock);
    m_spare = std::move(pending->stretch.events);
    m_spare.clear();
    return come ? Status() : Status(come.error());
}

Status EventWriter::moveRows(std::int64_t block, const std::map<std::uint32_t, EventPlace>& rows)
{
    const auto before = movesOf(block);
    if (!before)
        return before.error();
    std::map<std::uint32_t, EventPlace> all = rows;
    for (const EventMove& move : **before)
        all.emplace(move.row, move.to);
    std::vector<EventMove> moves;
    moves.reserve(all.size());
    for (const auto& [row, to] : all)
        moves.push_back({row, to});
    const auto bytes = encodeMoves(moves);
    const std::string columns = sealedColumns(Sealed::EventMoved);
    auto old = m_db.prepare("SELECT " + columns + " FROM event_moved WHERE block_id=?1");
    auto write = m_db.prepare("INSERT INTO event_moved(block_id, rows, checksum, moves) VALUES(?1,?2,?3,?4) ON "
                              "CONFLICT(block_id) DO UPDATE SET rows=excluded.rows, checksum=excluded.checksum, "
                              "moves=excluded.moves RETURNING " +
                              columns);
    if (!old || !write)
        return !old ? old.error() : write.error();
    old->bind(1, block);
    if (auto done = m_changes.go(*old, Sealed::EventMoved); !done)
        return done.error();
    write->bind(1, block).bind(2, static_cast<std::int64_t>(moves.size())).bind(3, checksumOf(bytes));
    write->bindBlob(4, bytes);
    if (auto done = m_changes.come(*write, Sealed::EventMoved); !done)
        return done.error();
    m_moves[block] = std::move(moves);
    return {};
}

Status EventWriter::writeMoves()
{
    for (const auto& [block, rows] : std::exchange(m_newMoves, {})) {
        if (auto done = moveRows(block, rows); !done)
            return done;
    }
    return {};
}

Status EventWriter::finish()
{
    if (auto done = flush(); !done)
        return done;
    if (auto done = writePending(); !done)
        return done;
    if (auto done = writeTallies(); !done)
        return done;
    if (auto done = markDays(); !done)
        return done;
    return sealChanged(m_db, Records::Events, m_changes.of(Records::Events));
}

Status EventWriter::writeTallies()
{
    const std::string columns = sealedColumns(Sealed::EventFile), dropColumns = sealedColumns(Sealed::EventDrop);
    auto old = m_db.prepare("SELECT " + columns + " FROM event_file WHERE file_id=?1");
    auto write = m_db.prepare("INSERT INTO event_file(file_id, form, read, stored, rejected) VALUES(?1,?2,?3,?4,?5) ON "
                              "CONFLICT(file_id) DO UPDATE SET read=read+excluded.read, "
                              "stored=stored+excluded.stored, rejected=rejected+excluded.rejected RETURNING " +
                              columns);
    auto oldDrop = m_db.prepare("SELECT " + dropColumns + " FROM event_drop WHERE file_id=?1 AND reason=?2");
    auto drop = m_db.prepare("INSERT INTO event_drop(file_id, reason, events) VALUES(?1,?2,?3) ON CONFLICT(file_id, "
                             "reason) DO UPDATE SET events=events+excluded.events RETURNING " +
                             dropColumns);
    if (!old || !write || !oldDrop || !drop)
        return !old ? old.error() : !write ? write.error() : !oldDrop ? oldDrop.error() : drop.error();
    for (const auto& [file, tally] : m_tallies) {
        old->bind(1, file);
        if (auto done = m_changes.go(*old, Sealed::EventFile); !done)
            return done.error();
        write->bind(1, file).bind(2, std::string_view(m_forms[file])).bind(3, tally.read).bind(4, tally.stored);
        write->bind(5, tally.rejected);
        if (auto done = m_changes.come(*write, Sealed::EventFile); !done)
            return done.error();
        for (std::size_t at = 0; at < kDropReasonCount; ++at) {
            if (tally.dropped[at] == 0)
                continue;
            const std::string_view reason = dropName(static_cast<DropReason>(at));
            oldDrop->bind(1, file).bind(2, reason);
            if (auto done = m_changes.go(*oldDrop, Sealed::EventDrop); !done)
                return done.error();
            drop->bind(1, file).bind(2, reason).bind(3, tally.dropped[at]);
            if (auto done = m_changes.come(*drop, Sealed::EventDrop); !done)
                return done.error();
        }
    }
    return {};
}

/// What is charged of a day, of whatever source, follows from all events of it and of the days beside it: an operation
/// that holds another may have begun the day before, and counts of a day stand back behind its calls.
Status EventWriter::markDays()
{
    const std::string columns = sealedColumns(Sealed::EventDay);
    auto old = m_db.prepare("SELECT " + columns + " FROM event_day WHERE day>=?1 AND day<=?2 AND basis<>''");
    auto clear =
        m_db.prepare("UPDATE event_day SET basis='' WHERE day>=?1 AND day<=?2 AND basis<>'' RETURNING " + columns);
    auto add = m_db.prepare("INSERT INTO event_day(source_id, day, basis) VALUES(?1,?2,'') ON CONFLICT DO NOTHING "
                            "RETURNING " +
                            columns);
    if (!old || !clear || !add)
        return !old ? old.error() : !clear ? clear.error() : add.error();
    for (const auto& [source, days] : m_days) {
        for (const Day day : days) {
            add->bind(1, source).bind(2, std::int64_t{day.number});
            if (auto done = m_changes.come(*add, Sealed::EventDay); !done)
                return done.error();
            for (sql::Statement* each : {&*old, &*clear})
                each->bind(1, std::int64_t{day.number} - 1).bind(2, std::int64_t{day.number} + 1);
            if (auto done = m_changes.go(*old, Sealed::EventDay); !done)
                return done.error();
            if (auto done = m_changes.come(*clear, Sealed::EventDay); !done)
                return done.error();
        }
    }
    return {};
}

} // namespace altimeter::store

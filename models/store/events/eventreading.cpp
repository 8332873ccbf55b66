#include "models/store/events/eventreading.h"

#include "models/store/segments/segment.h"

#include <limits>

namespace altimeter::store {

namespace {

constexpr std::uint32_t kMovesMagic = 0x314d5645; // "EVM1"
const Error kDamaged{ErrorCode::Corrupt, "a stored block of events is damaged", {}};

std::vector<std::uint8_t> copyOf(std::span<const std::uint8_t> bytes)
{
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    return copy;
}

} // namespace

Result<std::vector<EventBlockInfo>> eventBlocks(const sql::Connection& db)
{
    auto rows = db.prepare("SELECT id, rows, first_nanos, last_nanos FROM event_block ORDER BY id");
    if (!rows)
        return rows.error();
    std::vector<EventBlockInfo> blocks;
    const Status read = rows->each([&]() -> Status {
        const std::int64_t count = rows->integer(1);
        if (count <= 0 || count > static_cast<std::int64_t>(EventBlock::kMaxRows) ||
            rows->integer(2) > rows->integer(3))
            return kDamaged;
        blocks.push_back({rows->integer(0), static_cast<std::uint32_t>(count), rows->integer(2), rows->integer(3)});
        return {};
    });
    return read ? Result<std::vector<EventBlockInfo>>(std::move(blocks))
                : Result<std::vector<EventBlockInfo>>(read.error());
}

Result<bool> hasEvents(const sql::Connection& db)
{
    const auto found = db.number("SELECT EXISTS(SELECT 1 FROM event_block)");
    return found ? Result<bool>(*found != 0) : Result<bool>(found.error());
}

Result<bool> eventBytesHold(const sql::Connection& db, const std::stop_token& stop)
{
    bool hold = true;
    for (const char* query :
         {"SELECT facts_checksum, facts FROM event_block", "SELECT ids_checksum, ids FROM event_block",
          "SELECT checksum, data FROM event_keys", "SELECT checksum, moves FROM event_moved"}) {
        auto rows = db.prepare(query);
        if (!rows)
            return rows.error();
        const Status read = rows->each([&]() -> Status {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            hold = hold && checksumOf(rows->blob(1)) == rows->integer(0);
            return {};
        });
        if (!read)
            return read.error();
    }
    return hold;
}

Result<StoredEvents> StoredEvents::read(const sql::Connection& db, const EventBlockInfo& info, Part part)
{
    auto row =
        db.prepare(part == Part::All ? "SELECT facts_checksum, facts, ids_checksum, ids FROM event_block WHERE id=?1"
                                     : "SELECT facts_checksum, facts FROM event_block WHERE id=?1");
    if (!row)
        return row.error();
    row->bind(1, info.id);
    const auto found = row->step();
    if (!found)
        return found.error();
    StoredEvents stored;
    if (!*found || checksumOf(row->blob(1)) != row->integer(0) ||
        (part == Part::All && checksumOf(row->blob(3)) != row->integer(2)))
        return kDamaged;
    stored.m_facts = copyOf(row->blob(1));
    if (part == Part::All)
        stored.m_ids = copyOf(row->blob(3));
    if (part == Part::All && stored.m_ids.empty())
        return kDamaged;
    auto block = EventBlock::open(stored.m_facts, stored.m_ids);
    if (!block)
        return block.error();
    stored.m_block = block.take();
    if (stored.m_block.size() != info.rows)
        return kDamaged;
    for (std::size_t at = 0; at < info.rows; ++at) {
        const std::int64_t start = stored.m_block.start(at);
        if (start < info.firstNanos || start > info.lastNanos)
            return kDamaged;
    }
    const auto moves = eventMoves(db, info.id);
    if (!moves)
        return moves.error();
    if (!moves->empty())
        stored.m_moved.assign(info.rows, 0);
    for (const EventMove& move : *moves) {
        if (move.row >= info.rows)
            return kDamaged;
        stored.m_moved[move.row] = 1;
    }
    return stored;
}

Result<std::vector<EventMove>> eventMoves(const sql::Connection& db, std::int64_t block)
{
    std::vector<EventMove> moves;
    auto row = db.prepare("SELECT rows, checksum, moves FROM event_moved WHERE block_id=?1");
    if (!row)
        return row.error();
    row->bind(1, block);
    const auto found = row->step();
    if (!found)
        return found.error();
    if (!*found)
        return moves;
    if (checksumOf(row->blob(2)) != row->integer(1))
        return kDamaged;
    ByteReader in(row->blob(2));
    const auto magic = in.number<std::uint32_t>();
    const auto size = in.number<std::uint32_t>();
    if (in.failed() || magic != kMovesMagic || size != row->integer(0) || size > EventBlock::kMaxRows)
        return kDamaged;
    const PackedColumn rows = in.packed(size);
    const PackedColumn places = in.packed(size);
    if (in.failed())
        return kDamaged;
    for (std::uint32_t at = 0; at < size; ++at) {
        const std::int64_t from = rows.at(at);
        const std::int64_t to = places.at(at);
        if (from < 0 || from >= static_cast<std::int64_t>(EventBlock::kMaxRows) || to < 0 ||
            (at > 0 && from <= moves.back().row))
            return kDamaged;
        moves.push_back({static_cast<std::uint32_t>(from), {to / 65'536, static_cast<std::uint32_t>(to % 65'536)}});
    }
    return moves;
}

std::vector<std::uint8_t> encodeMoves(const std::vector<EventMove>& moves)
{
    ByteWriter out;
    out.number(kMovesMagic);
    out.number(static_cast<std::uint32_t>(moves.size()));
    out.packed(moves.size(), [&](std::size_t at) { return std::int64_t{moves[at].row}; });
    out.packed(moves.size(), [&](std::size_t at) { return moves[at].to.block * 65'536 + moves[at].to.row; });
    out.number(std::uint64_t{0});
    return out.take();
}

Result<const EventFiles::File*> EventFiles::file(std::int64_t id)
{
    if (const auto known = m_files.find(id); known != m_files.end())
        return &known->second;
    auto row = m_db.prepare("SELECT f.name, i.source_id FROM import_file f JOIN import i ON i.id=f.import_id WHERE "
                            "f.id=?1");
    if (!row)
        return row.error();
    row->bind(1, id);
    const auto found = row->step();
    if (!found)
        return found.error();
    if (!*found)
        return Error{ErrorCode::Corrupt, "a stored event is of a file that is not there", {}};
    return &m_files.emplace(id, File{row->text(0), row->integer(1)}).first->second;
}

Result<std::string> EventFiles::sourceName(std::int64_t id)
{
    if (const auto known = m_sources.find(id); known != m_sources.end())
        return known->second;
    auto row = m_db.prepare("SELECT name FROM source WHERE id=?1");
    if (!row)
        return row.error();
    row->bind(1, id);
    const auto found = row->step();
    if (!found)
        return found.error();
    if (!*found)
        return Error{ErrorCode::Corrupt, "a stored event is of a source that is not there", {}};
    return m_sources.emplace(id, row->text(0)).first->second;
}

} // namespace altimeter::store

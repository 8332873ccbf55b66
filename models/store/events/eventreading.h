#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/events/eventblock.h"
#include "models/store/events/keyruns.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace altimeter::store {

/// What is known of a block without reading it.
struct EventBlockInfo {
    std::int64_t id = 0;
    std::uint32_t rows = 0;
    std::int64_t firstNanos = 0, lastNanos = 0; ///< starts of its first and last event
};

/// All blocks by number. Error Corrupt for a number beyond its range.
Result<std::vector<EventBlockInfo>> eventBlocks(const sql::Connection& db);
/// Whether any event is stored.
Result<bool> hasEvents(const sql::Connection& db);

/// Whether blocks, keys and moves are the bytes that were written. Error Cancelled.
Result<bool> eventBytesHold(const sql::Connection& db, const std::stop_token& stop);

/// A block with its bytes and with what of it counts no more.
class StoredEvents {
public:
    enum class Part : std::uint8_t { Facts, All };
    /// Error Corrupt where a checksum does not hold, or the block is not what `info` says.
    static Result<StoredEvents> read(const sql::Connection& db, const EventBlockInfo& info, Part part);
    const EventBlock& events() const { return m_block; }
    std::size_t size() const { return m_block.size(); }
    /// Whether another record counts instead of this one.
    bool isMoved(std::size_t row) const { return !m_moved.empty() && m_moved[row] != 0; }

private:
    std::vector<std::uint8_t> m_facts, m_ids;
    EventBlock m_block;
    std::vector<std::uint8_t> m_moved; ///< by row; empty: none
};

/// Rows of a block that count no more, ascending, and what counts instead.
struct EventMove {
    std::uint32_t row = 0;
    EventPlace to;
};
Result<std::vector<EventMove>> eventMoves(const sql::Connection& db, std::int64_t block);
std::vector<std::uint8_t> encodeMoves(const std::vector<EventMove>& moves);

/// Files that events were read from.
class EventFiles {
public:
    struct File {
        std::string name;
        std::int64_t source = 0;
    };
    explicit EventFiles(const sql::Connection& db) : m_db(db) {}
    /// Error Corrupt for a number that no file has. Valid as long as this.
    Result<const File*> file(std::int64_t id);
    /// The name of a source by its number.
    Result<std::string> sourceName(std::int64_t id);

private:
    const sql::Connection& m_db;
    std::unordered_map<std::int64_t, File> m_files;
    std::unordered_map<std::int64_t, std::string> m_sources;
};

/// The UTC day of a moment.
inline Day dayOfNanos(std::int64_t nanos)
{
    constexpr std::int64_t kNanosPerDay = 86'400'000'000'000;
    return Day{static_cast<std::int32_t>(nanos / kNanosPerDay - (nanos % kNanosPerDay < 0 ? 1 : 0))};
}

} // namespace altimeter::store

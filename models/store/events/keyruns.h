#pragma once

#include "models/domain/result.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace altimeter::store {

/// Where an event lies: number of its block and row in it.
struct EventPlace {
    std::int64_t block = 0;
    std::uint32_t row = 0;
    friend auto operator<=>(const EventPlace&, const EventPlace&) = default;
    friend bool operator==(const EventPlace&, const EventPlace&) = default;
};

/// By what a call is known again, and where its event lies.
struct PlacedKey {
    std::uint64_t key = 0;
    EventPlace place;
    friend auto operator<=>(const PlacedKey&, const PlacedKey&) = default;
    friend bool operator==(const PlacedKey&, const PlacedKey&) = default;
};

/// The keys of all stored events, as sorted runs of blocks. What is written together is one run; runs of a size are
/// merged when there are several, so that their number grows with the logarithm of that of the events. Nothing but the
/// first key of each block is held in memory, and of many keys a filter of up to four bytes each that says which are
/// certainly not there.
class KeyRuns {
public:
    static constexpr std::size_t kBlockKeys = 8'192;

    /// `db` must outlive it. Error Corrupt.
    static Result<KeyRuns> open(sql::Connection& db);

    /// The places of those of `keys` (ascending, each once) that are stored, ascending by key. Error Corrupt.
    Result<std::vector<PlacedKey>> find(std::span<const std::uint64_t> keys);
    /// Adds keys (ascending, each once, none of them stored). Requires an open transaction.
    Status add(std::span<const PlacedKey> keys, SealedChanges& changes);
    /// Merges runs of a size. Requires an open transaction.
    Status merge(SealedChanges& changes);
    std::uint64_t size() const { return m_size; }

private:
    struct Block {
        std::int64_t id = 0;
        std::int64_t run = 0;
        std::uint64_t first = 0;
        std::uint32_t keys = 0;
    };
    class Merge;
    explicit KeyRuns(sql::Connection& db) : m_db(&db) {}
    Result<std::vector<PlacedKey>> read(const Block& block) const;
    Status write(std::span<const PlacedKey> keys, std::int64_t run, SealedChanges& changes);
    Status mergeRuns(std::span<const std::int64_t> runs, SealedChanges& changes);
    Status makeFilter();
    bool mayHold(std::uint64_t key) const;
    void note(std::uint64_t key);

    sql::Connection* m_db;
    std::vector<Block> m_blocks; ///< by run, then first key
    std::uint64_t m_size = 0;
    std::int64_t m_lastId = 0, m_lastRun = 0;
    std::uint64_t m_asked = 0;           ///< keys that were looked for
    std::vector<std::uint64_t> m_filter; ///< bits; empty: not made
};

} // namespace altimeter::store

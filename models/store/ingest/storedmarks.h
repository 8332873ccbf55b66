#pragma once

#include "models/domain/columngroups.h"
#include "models/domain/result.h"
#include "models/store/ingest/linebatch.h"
#include "models/store/ingest/linemarks.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace altimeter::store {

/// Marks of stored lines, made from the segments. The attributes of the workspace are read once, when the first
/// partition is asked for, and only their hashes are kept.
class StoredMarks {
public:
    /// `db` must outlive it. Requires that no attribute is added meanwhile.
    explicit StoredMarks(const sql::Connection& db) : m_db(db) {}
    /// Error Corrupt where a segment or the dictionary cannot be read; Cancelled.
    Result<LineMarks> of(std::int64_t partition, const std::stop_token& stop);

private:
    struct Combo {
        LineIdentity identity;
        Fingerprint core;
        std::uint32_t extra = 0; ///< number of its provider cells
    };
    struct Bill {
        std::uint64_t hash = 0;
        std::uint16_t invoice = 0; ///< see LineContent
    };
    struct Tuple {
        Fingerprint hash;
        std::array<std::uint64_t, 2> cells{}; ///< its identity cells, in the order of kIdentityColumns
    };
    using Tuples = std::array<std::vector<Tuple>, kCoreGroupCount>; ///< by group and number
    Status learn();
    Status learnTuples(Tuples& tuples);
    Status addSegment(std::span<const std::uint8_t> facts, std::span<const std::uint8_t> lines, LineMarks& marks) const;

    const sql::Connection& m_db;
    std::vector<Combo> m_combos;         ///< by number
    std::vector<std::uint64_t> m_extras; ///< by number: see LineContent::extra
    std::vector<Bill> m_bills;           ///< by number
};

} // namespace altimeter::store

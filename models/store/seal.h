#pragma once

#include "models/domain/result.h"
#include "models/store/sql.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace altimeter::store {

/// Checksums over what decides a figure besides the charge lines themselves, which carry their own: sources, imports,
/// partitions, the list of segments, the published rules, and the dictionaries of attributes. SQLite does not notice an
/// altered letter in its file; these do.

/// The sum of the hashes of dictionary entries, in any order; it wraps around.
class DictionarySum {
public:
    void addTuple(std::size_t group, std::int64_t id, std::string_view fields);
    void addCombo(std::int64_t id, std::span<const std::uint8_t> members);
    void add(const DictionarySum& other) { m_value += other.m_value; }
    std::uint64_t value() const { return m_value; }
    static DictionarySum ofValue(std::uint64_t value);

private:
    std::uint64_t m_value = 0;
};

/// Adds entries that were just inserted to the stored sum. Requires an open transaction.
Status sealDictionary(sql::Connection& connection, const DictionarySum& added);
/// False when the stored sum differs from `found`. True also where none is stored yet.
Result<bool> dictionaryHolds(const sql::Connection& connection, const DictionarySum& found);

/// Stores the checksum of the ledger as it is now. Requires an open transaction.
Status sealLedger(sql::Connection& connection);
/// False when the ledger is not what was sealed. True also where nothing was sealed yet.
Result<bool> ledgerHolds(const sql::Connection& connection);

} // namespace altimeter::store

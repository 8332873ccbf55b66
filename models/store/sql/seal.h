#pragma once

#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>

namespace altimeter::store {

/// Checksums over what decides a figure besides the charge lines themselves, which carry their own: sources, imports,
/// partitions, the list of segments, the published rules, the dictionaries of attributes, and what else is answered
/// from (see Records). SQLite does not notice an altered letter in its file; these do.

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

/// Of all entries that are stored.
Result<DictionarySum> sumOfDictionary(const sql::Connection& connection);
/// Adds entries that were just inserted to the stored sum. Requires an open transaction.
Status sealDictionary(sql::Connection& connection, const DictionarySum& added);
/// False when the stored sum differs from `found`. True also where none is stored yet.
Result<bool> dictionaryHolds(const sql::Connection& connection, const DictionarySum& found);
/// The same of all that is stored now.
Result<bool> dictionaryHolds(const sql::Connection& connection);

/// Rows beside the ledger that answer something, or decide what is fetched next. Each kind has a checksum of its own,
/// the sum of its rows' hashes in any order.
enum class Records : std::uint8_t { Connections, Coverage, Measures, Views, Deliveries };
inline constexpr std::array kAllRecords{Records::Connections, Records::Coverage, Records::Measures, Records::Views,
                                        Records::Deliveries};

/// Everything read while it lives is of one revision, whatever a writer does meanwhile: a checksum and what it speaks
/// of must be. Does nothing where a transaction is open.
class OneRevision {
public:
    explicit OneRevision(const sql::Connection& connection);
    ~OneRevision();
    OneRevision(const OneRevision&) = delete;
    OneRevision& operator=(const OneRevision&) = delete;

private:
    const sql::Connection& m_connection;
    bool m_isOwn = false;
};

/// Hashes of rows that were added, less those of rows that went; wraps around.
class RecordSum {
public:
    /// The cells of the row that `row` stands on, in the order of the table's columns.
    void add(const sql::Statement& row, int columns, std::uint64_t table = 0)
    {
        m_value += hashOf(row, columns, table);
    }
    void remove(const sql::Statement& row, int columns, std::uint64_t table = 0)
    {
        m_value -= hashOf(row, columns, table);
    }
    void add(const RecordSum& other) { m_value += other.m_value; }
    std::uint64_t value() const { return m_value; }

private:
    static std::uint64_t hashOf(const sql::Statement& row, int columns, std::uint64_t table);
    std::uint64_t m_value = 0;
};

/// False when the rows are not what was sealed, or not even readable. True also where nothing was sealed yet.
Result<bool> recordsHold(const sql::Connection& connection, Records records);
/// False when `found`, the sum of all rows of these records, is not what was sealed.
Result<bool> recordsHold(const sql::Connection& connection, Records records, const RecordSum& found);
/// Stores the checksum of these records as they are now. Requires an open transaction.
Status sealRecords(sql::Connection& connection, Records records);
/// Adds what just changed to the stored checksum, so that earlier damage stays visible and nothing else is read.
/// Requires an open transaction.
Status sealChanged(sql::Connection& connection, Records records, const RecordSum& change);
/// Runs `change` and keeps the checksum of `records` true over it, in a transaction of its own unless one is open.
/// Where the checksum did not hold before it is left alone: damage stays told.
Status changeRecords(sql::Connection& connection, Records records, const std::function<Status()>& change);

/// Stores the checksum of the ledger as it is now. Requires an open transaction.
Status sealLedger(sql::Connection& connection);
/// False when the ledger is not what was sealed. True also where nothing was sealed yet.
Result<bool> ledgerHolds(const sql::Connection& connection);

} // namespace altimeter::store

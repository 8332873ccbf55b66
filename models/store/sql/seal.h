#pragma once

#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace altimeter::store {

/// Checksums over what decides a figure besides the charge lines themselves, which carry their own: the ledger, the
/// dictionaries of attributes, and what else is answered from (see Records). SQLite does not notice an altered letter
/// in its file; these do.

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
/// As it is stored; empty where none is.
Result<std::string> dictionaryChecksum(const sql::Connection& connection);
/// False when the stored sum differs from `found`. True also where none is stored yet.
Result<bool> dictionaryHolds(const sql::Connection& connection, const DictionarySum& found);
/// The same of all that is stored now.
Result<bool> dictionaryHolds(const sql::Connection& connection);

/// What is sealed together. The ledger says which charges there are: sources, imports and their files, partitions, the
/// list of segments, restatements, the published rules and the last numbers given. The others answer something beside
/// it, or decide what is fetched next. Each has a checksum of its own, the sum of its rows' hashes in any order: so a
/// change costs what it changes, and damage that was there before stays in the sum.
enum class Records : std::uint8_t { Connections, Coverage, Measures, Views, Deliveries, Prices, Events, Ledger };
inline constexpr std::size_t kRecordsCount = 8;
/// Those beside the ledger.
inline constexpr std::array kAllRecords{Records::Connections, Records::Coverage, Records::Measures, Records::Views,
                                        Records::Deliveries,  Records::Prices,   Records::Events};

/// Rows that are sealed, by table and by what they are sealed with. The order is part of every checksum: new ones go to
/// the end.
enum class Sealed : std::uint8_t {
    Measure,
    Connection,
    Coverage,
    View,
    ImportCounts,
    ImportFileTexts,
    Finding,
    RejectedLine,
    Import,
    ImportFile,
    Source,
    Partition,
    Segment,
    RuleVersion,
    Restatement,
    LastId,
    RejectedSum,
    Acknowledgement,
    Note,
    SetAside,
    AsidePartition,
    AsideSegment,
    AsideFinding,
    AsideRejectedLine,
    AsideRejectedSum,
    PriceList,
    EventBlock,
    EventMoved,
    EventKeys,
    EventFile,
    EventDrop,
    EventDay,
    EventSuppressed
};
/// "id, name, kind": what is hashed of a row, in order.
std::string sealedColumns(Sealed table);

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
    /// The row that `row` stands on, with the columns of sealedColumns(table) in order.
    void add(const sql::Statement& row, Sealed table) { m_value += hashOf(row, table, kNewest); }
    /// The same of a file of an older schema, with the columns that were sealed then.
    void add(const sql::Statement& row, Sealed table, std::int64_t schema) { m_value += hashOf(row, table, schema); }
    void remove(const sql::Statement& row, Sealed table) { m_value -= hashOf(row, table, kNewest); }
    std::uint64_t value() const { return m_value; }

private:
    static constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();
    static std::uint64_t hashOf(const sql::Statement& row, Sealed table, std::int64_t schema);
    std::uint64_t m_value = 0;
};

/// What a transaction changes of sealed rows, summed up while it is done.
class SealedChanges {
public:
    /// Runs a statement that answers rows with the columns of sealedColumns(table), which come or go: an INSERT, UPDATE
    /// or DELETE with RETURNING, or a SELECT beside one. Answers how many.
    Result<std::uint64_t> come(sql::Statement& statement, Sealed table);
    Result<std::uint64_t> go(sql::Statement& statement, Sealed table);
    const RecordSum& of(Records records) const { return m_sums[static_cast<std::size_t>(records)]; }

private:
    std::array<RecordSum, kRecordsCount> m_sums;
};

/// False when the rows are not what was sealed, or not even readable. True also where nothing was sealed yet.
Result<bool> recordsHold(const sql::Connection& connection, Records records);
/// False when `found`, the sum of all rows of these records, is not what was sealed.
Result<bool> recordsHold(const sql::Connection& connection, Records records, const RecordSum& found);
/// The same for a file of schema 4 or later that is not brought up to date: of the columns that were sealed then.
Result<bool> recordsHoldAt(const sql::Connection& connection, Records records, std::int64_t schema);
/// Whether there is a checksum of these records.
Result<bool> isSealed(const sql::Connection& connection, Records records);
/// Stores the checksum of these records as they are now. Requires an open transaction.
Status sealRecords(sql::Connection& connection, Records records);
/// The same of a file of schema 4 or later, of the columns that were sealed then.
Status sealRecordsAt(sql::Connection& connection, Records records, std::int64_t schema);
/// Adds what just changed to the stored checksum, so that earlier damage stays visible and nothing else is read.
/// Requires an open transaction.
Status sealChanged(sql::Connection& connection, Records records, const RecordSum& change);
/// Runs `change` in a transaction of its own, with a new state of the workspace, unless one is open.
Status inTransaction(sql::Connection& connection, const std::function<Status()>& change);
/// Runs inTransaction() a `change` of few records and keeps their checksum true over it by reading them all. Where the
/// checksum did not hold before it is left alone: damage stays told.
Status changeRecords(sql::Connection& connection, Records records, const std::function<Status()>& change);

/// The same for the ledger, where an error of reading it stays one.
Status sealLedger(sql::Connection& connection);
Result<bool> ledgerHolds(const sql::Connection& connection);
/// Stores a checksum that holds for nothing: what was altered before the seal could be told of must stay told.
Status sealAsAltered(sql::Connection& connection, Records records);

} // namespace altimeter::store

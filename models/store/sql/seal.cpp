#include "models/store/sql/seal.h"

#include "models/store/file/leftover.h"
#include "models/store/file/workspace.h"

#include <sqlite3.h>
#include <xxhash.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace altimeter::store {

namespace {

constexpr std::string_view kDictionaryKey = "dictionary_checksum";
constexpr std::string_view kLedgerKey = "ledger_checksum";

struct Rows {
    std::string_view query;
    int columns;
    bool isLater = false; ///< came with a later schema: without rows it leaves no trace, so that older seals hold
};

constexpr std::array kLedger{
    Rows{"SELECT id, source_id, imported_at FROM import ORDER BY id", 3},
    Rows{"SELECT id, import_id, name FROM import_file ORDER BY id", 3},
    Rows{"SELECT id, name, kind FROM source ORDER BY id", 3},
    Rows{"SELECT id, source_id, provider, billing_account, billing_period, currency, import_id, rows, rows_rejected, "
         "data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost, "
         "effective_unknown, billed_unknown, list_unknown, contracted_unknown FROM partition ORDER BY id",
         20},
    Rows{"SELECT id, partition_id, file_id, rows, facts_checksum, lines_checksum FROM segment ORDER BY id", 6},
    Rows{"SELECT version, published_at, json FROM rule_version ORDER BY version", 3},
    Rows{"SELECT id, slice FROM partition WHERE slice<>0 ORDER BY id", 2, true},
    Rows{"SELECT id, source_id, provider, billing_account, currency, day_from, day_to, at, was_final, billed_before, "
         "billed_after FROM restatement ORDER BY id",
         11, true}};

struct RecordTable {
    Records records;
    std::string_view query;
    int columns;
};

/// Their places are part of what is hashed: new ones go to the end.
constexpr std::array kRecordTables{
    RecordTable{Records::Measures, "SELECT source_id, name, labels, start, until, unit, value FROM measure", 7},
    RecordTable{Records::Connections,
                "SELECT name, kind, settings, every_hours, created_at, last_sync, last_success, requests, spent, "
                "problem, todo, memory FROM connection NOT INDEXED",
                12},
    RecordTable{Records::Coverage, "SELECT source_id, day, asked_at, duplicates, is_final FROM coverage", 5},
    RecordTable{Records::Views, "SELECT name, page, state FROM saved_view NOT INDEXED", 3},
    RecordTable{Records::Deliveries, "SELECT id, rows_read, rows_stored, rows_rejected FROM import", 4},
    RecordTable{Records::Deliveries, "SELECT id, bytes, header, version FROM import_file", 4},
    RecordTable{Records::Deliveries,
                "SELECT source_id, import_id, file, severity, check_id, rows, first_line, message FROM finding", 8},
    RecordTable{Records::Deliveries,
                "SELECT source_id, import_id, file, line, check_id, message, text FROM rejected_line", 7}};

std::string_view keyOf(Records records)
{
    switch (records) {
    case Records::Connections:
        return "connection_checksum";
    case Records::Coverage:
        return "coverage_checksum";
    case Records::Measures:
        return "measure_checksum";
    case Records::Views:
        return "saved_view_checksum";
    case Records::Deliveries:
        break;
    }
    return "delivery_checksum";
}

Result<RecordSum> sumOf(const sql::Connection& connection, Records records)
{
    RecordSum sum;
    for (std::size_t table = 0; table < kRecordTables.size(); ++table) {
        if (kRecordTables[table].records != records)
            continue;
        auto rows = connection.prepare(kRecordTables[table].query);
        if (!rows)
            return rows.error();
        const Status read = rows->each([&]() -> Status {
            sum.add(*rows, kRecordTables[table].columns, table);
            return {};
        });
        if (!read)
            return read.error();
    }
    return sum;
}

std::optional<std::uint64_t> numberOf(const std::string& text)
{
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [at, code] = std::from_chars(text.data(), end, value);
    return code == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

/// Appends every cell with its length, so that no two different ledgers give the same text.
Status append(const sql::Connection& connection, const Rows& rows, std::string& text)
{
    auto statement = connection.prepare(rows.query);
    if (!statement)
        return statement.error();
    const std::size_t before = text.size();
    const Status read = statement->each([&]() -> Status {
        for (int column = 0; column < rows.columns; ++column) {
            const std::string_view cell = statement->textView(column);
            text.append(std::to_string(cell.size())).append(":").append(cell);
        }
        text.push_back('\n');
        return {};
    });
    if (!rows.isLater || text.size() > before)
        text.push_back('\n');
    return read;
}

Result<std::string> ledgerChecksum(const sql::Connection& connection)
{
    std::string text;
    for (const Rows& rows : kLedger) {
        if (auto done = append(connection, rows, text); !done)
            return done.error();
    }
    return std::to_string(XXH3_64bits(text.data(), text.size()));
}

} // namespace

void DictionarySum::addTuple(std::size_t group, std::int64_t id, std::string_view fields)
{
    const auto place = static_cast<std::uint64_t>(group + 1) << 48U | static_cast<std::uint64_t>(id);
    m_value += XXH3_64bits_withSeed(fields.data(), fields.size(), place);
}

void DictionarySum::addCombo(std::int64_t id, std::span<const std::uint8_t> members)
{
    m_value += XXH3_64bits_withSeed(members.data(), members.size(), static_cast<std::uint64_t>(id));
}

DictionarySum DictionarySum::ofValue(std::uint64_t value)
{
    DictionarySum sum;
    sum.m_value = value;
    return sum;
}

Result<DictionarySum> sumOfDictionary(const sql::Connection& connection)
{
    DictionarySum sum;
    auto members = connection.prepare("SELECT group_id, id, fields FROM member");
    auto combos = connection.prepare("SELECT id, members FROM combo");
    if (!members || !combos)
        return !members ? members.error() : combos.error();
    Status read = members->each([&]() -> Status {
        sum.addTuple(static_cast<std::size_t>(members->integer(0)), members->integer(1), members->textView(2));
        return {};
    });
    if (!read)
        return read.error();
    read = combos->each([&]() -> Status {
        sum.addCombo(combos->integer(0), combos->blob(1));
        return {};
    });
    return read ? Result<DictionarySum>(sum) : Result<DictionarySum>(read.error());
}

Status sealDictionary(sql::Connection& connection, const DictionarySum& added)
{
    const auto stored = metaValue(connection, kDictionaryKey);
    if (!stored)
        return stored.error();
    DictionarySum sum;
    if (stored->empty()) {
        const auto all = sumOfDictionary(connection); // from before there were checksums
        if (!all)
            return all.error();
        sum = *all;
    } else {
        std::uint64_t value = 0;
        if (std::from_chars(stored->data(), stored->data() + stored->size(), value).ec != std::errc())
            return Error{ErrorCode::Corrupt, "the checksum of the attributes cannot be read", {}};
        sum = DictionarySum::ofValue(value);
        sum.add(added);
    }
    return setMetaValue(connection, kDictionaryKey, std::to_string(sum.value()));
}

Result<bool> dictionaryHolds(const sql::Connection& connection, const DictionarySum& found)
{
    const auto stored = metaValue(connection, kDictionaryKey);
    if (!stored)
        return stored.error();
    return stored->empty() || *stored == std::to_string(found.value());
}

Result<bool> dictionaryHolds(const sql::Connection& connection)
{
    const auto found = sumOfDictionary(connection);
    return found ? dictionaryHolds(connection, *found) : Result<bool>(found.error());
}

OneRevision::OneRevision(const sql::Connection& connection) : m_connection(connection)
{
    m_isOwn = sqlite3_get_autocommit(connection.handle()) != 0 && connection.execute("BEGIN").ok();
}

OneRevision::~OneRevision()
{
    if (m_isOwn)
        (void)m_connection.execute("COMMIT");
}

std::uint64_t RecordSum::hashOf(const sql::Statement& row, int columns, std::uint64_t table)
{
    std::string text;
    for (int column = 0; column < columns; ++column) {
        const std::string_view cell = row.textView(column);
        text.append(std::to_string(cell.size())).append(":").append(cell);
    }
    return XXH3_64bits_withSeed(text.data(), text.size(), table + 1);
}

Result<bool> recordsHold(const sql::Connection& connection, Records records)
{
    const auto stored = metaValue(connection, keyOf(records));
    if (!stored)
        return stored.error();
    if (stored->empty())
        return true;
    const auto found = sumOf(connection, records);
    if (!found)
        return found.error().code == ErrorCode::Corrupt ? Result<bool>(false) : Result<bool>(found.error());
    return *stored == std::to_string(found->value());
}

Result<bool> recordsHold(const sql::Connection& connection, Records records, const RecordSum& found)
{
    const auto stored = metaValue(connection, keyOf(records));
    if (!stored)
        return stored.error();
    return stored->empty() || *stored == std::to_string(found.value());
}

Status sealRecords(sql::Connection& connection, Records records)
{
    const auto sum = sumOf(connection, records);
    if (!sum)
        return sum.error();
    return setMetaValue(connection, keyOf(records), std::to_string(sum->value()));
}

Status sealChanged(sql::Connection& connection, Records records, const RecordSum& change)
{
    const auto stored = metaValue(connection, keyOf(records));
    if (!stored)
        return stored.error();
    if (stored->empty())
        return sealRecords(connection, records);
    const auto before = numberOf(*stored);
    if (!before)
        return {}; // an unreadable checksum holds for nothing, and stays that way
    return setMetaValue(connection, keyOf(records), std::to_string(*before + change.value()));
}

Status changeRecords(sql::Connection& connection, Records records, const std::function<Status()>& change)
{
    std::optional<sql::Transaction> own;
    if (sqlite3_get_autocommit(connection.handle()) != 0) {
        auto begun = sql::Transaction::begin(connection);
        if (!begun)
            return begun.error();
        own.emplace(begun.take());
    }
    const auto held = recordsHold(connection, records);
    if (!held)
        return held.error();
    if (auto done = change(); !done)
        return done;
    if (*held) {
        if (auto done = sealRecords(connection, records); !done)
            return done;
    }
    if (!own)
        return {}; // what the open transaction changes beside this renews the state, once
    if (auto done = renewState(connection); !done)
        return done;
    return own->commit();
}

Status sealLedger(sql::Connection& connection)
{
    const auto checksum = ledgerChecksum(connection);
    if (!checksum)
        return checksum.error();
    return setMetaValue(connection, kLedgerKey, *checksum);
}

Result<bool> ledgerHolds(const sql::Connection& connection)
{
    const auto stored = metaValue(connection, kLedgerKey);
    if (!stored)
        return stored.error();
    if (stored->empty())
        return true;
    const auto checksum = ledgerChecksum(connection);
    if (!checksum)
        return checksum.error();
    return *checksum == *stored;
}

} // namespace altimeter::store

#include "models/store/sql/seal.h"

#include "models/store/file/leftover.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/soundness.h"

#include <sqlite3.h>
#include <xxhash.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace altimeter::store {

namespace {

constexpr std::string_view kDictionaryKey = "dictionary_checksum";
constexpr const char* kAltered = "altered"; ///< a checksum that no sum is equal to

struct SealedTable {
    Records records;
    std::string_view table;
    std::string_view columns;
    int count;                    ///< of the columns
    std::int64_t since = 0;       ///< the schema that made the table
    std::string_view added{};     ///< columns that came with a later schema, as `columns`
    int addedCount = 0;           ///< of them
    std::int64_t addedSchema = 5; ///< which one

    std::string columnsAt(std::int64_t schema) const
    {
        std::string text(columns);
        if (schema >= addedSchema && addedCount > 0)
            text.append(", ").append(added);
        return text;
    }
    int countAt(std::int64_t schema) const { return count + (schema >= addedSchema ? addedCount : 0); }
};

/// By Sealed.
constexpr std::array kTables{
    SealedTable{Records::Measures, "measure", "source_id, name, labels, start, until, unit, value", 7, 3},
    SealedTable{Records::Connections, "connection",
                "name, kind, settings, every_hours, created_at, last_sync, last_success, requests, spent, problem, "
                "todo, memory",
                12, 3},
    SealedTable{Records::Coverage, "coverage", "source_id, day, asked_at, duplicates, is_final", 5, 3},
    SealedTable{Records::Views, "saved_view", "name, page, state", 3, 0, "place", 1, 6},
    SealedTable{Records::Deliveries, "import", "id, rows_read, rows_stored, rows_rejected", 4},
    SealedTable{Records::Deliveries, "import_file", "id, bytes, header, version", 4, 0, "path", 1},
    SealedTable{Records::Deliveries, "finding",
                "source_id, import_id, file, severity, check_id, rows, first_line, message", 8},
    SealedTable{Records::Deliveries, "rejected_line", "source_id, import_id, file, line, check_id, message, text", 7, 0,
                "sum_id", 1},
    SealedTable{Records::Ledger, "import", "id, source_id, imported_at", 3},
    SealedTable{Records::Ledger, "import_file", "id, import_id, name", 3},
    SealedTable{Records::Ledger, "source", "id, name, kind", 3},
    SealedTable{Records::Ledger, "partition",
                "id, source_id, provider, billing_account, billing_period, currency, slice, import_id, rows, "
                "rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, "
                "contracted_cost, effective_unknown, billed_unknown, list_unknown, contracted_unknown",
                21},
    SealedTable{Records::Ledger, "segment", "id, partition_id, file_id, rows, facts_checksum, lines_checksum", 6},
    SealedTable{Records::Ledger, "rule_version", "version, published_at, json", 3},
    SealedTable{Records::Ledger, "restatement",
                "id, source_id, provider, billing_account, currency, day_from, day_to, at, was_final, billed_before, "
                "billed_after",
                11, 3,
                "effective_before, effective_after, list_before, list_after, contracted_before, contracted_after", 6},
    SealedTable{Records::Ledger, "last_id", "what, id", 2, 4},
    SealedTable{
        Records::Ledger, "rejected_sum",
        "id, source_id, import_id, provider, billing_account, billing_period, currency, slice, file, partitions, "
        "check_id, rows, effective_cost, billed_cost, list_cost, contracted_cost, effective_rows, billed_rows, "
        "list_rows, contracted_rows, effective_unreadable, billed_unreadable, list_unreadable, "
        "contracted_unreadable",
        24, 5},
    SealedTable{Records::Deliveries, "acknowledgement",
                "id, source, check_id, file, subject, is_derived, rows, at, author, note", 10, 6},
    SealedTable{Records::Views, "note",
                "id, written_at, author, text, page, state, day_from, day_to, base_from, base_to, lens, currency, "
                "filters, amount",
                14, 6},
    SealedTable{Records::Deliveries, "set_aside",
                "id, source_id, import_id, at, partitions, restatement_after, restatement_through, last_partition", 8,
                6},
    SealedTable{Records::Deliveries, "aside_partition",
                "aside_id, id, source_id, provider, billing_account, billing_period, currency, slice, import_id, rows, "
                "rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, "
                "contracted_cost, effective_unknown, billed_unknown, list_unknown, contracted_unknown",
                22, 6},
    SealedTable{Records::Deliveries, "aside_segment",
                "aside_id, id, partition_id, file_id, rows, facts_checksum, lines_checksum", 7, 6},
    SealedTable{Records::Deliveries, "aside_finding",
                "aside_id, source_id, import_id, file, severity, check_id, rows, first_line, message", 9, 6},
    SealedTable{Records::Deliveries, "aside_rejected_line",
                "aside_id, source_id, import_id, file, line, check_id, message, text, sum_id", 9, 6},
    SealedTable{Records::Deliveries, "aside_rejected_sum",
                "aside_id, id, source_id, import_id, provider, billing_account, billing_period, currency, slice, file, "
                "partitions, check_id, rows, effective_cost, billed_cost, list_cost, contracted_cost, effective_rows, "
                "billed_rows, list_rows, contracted_rows, effective_unreadable, billed_unreadable, list_unreadable, "
                "contracted_unreadable",
                25, 6},
    SealedTable{Records::Prices, "price_list",
                "version, name, layer, published_at, author, action, note, rows, bytes, checksum", 10, 7},
    SealedTable{Records::Events, "event_block",
                "id, import_id, rows, first_nanos, last_nanos, facts_checksum, ids_checksum", 7, 8},
    SealedTable{Records::Events, "event_moved", "block_id, rows, checksum", 3, 8},
    SealedTable{Records::Events, "event_keys", "id, run, first_key, keys, checksum", 5, 8},
    SealedTable{Records::Events, "event_file", "file_id, form, read, stored, rejected", 5, 8},
    SealedTable{Records::Events, "event_drop", "file_id, reason, events", 3, 8},
    SealedTable{Records::Events, "event_day", "source_id, day, basis", 3, 8},
    SealedTable{Records::Events, "event_suppressed", "source_id, day, reason, events", 4, 8}};
static_assert(kTables.size() == static_cast<std::size_t>(Sealed::EventSuppressed) + 1);

const SealedTable& tableOf(Sealed table)
{
    return kTables[static_cast<std::size_t>(table)];
}

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
        return "delivery_checksum";
    case Records::Prices:
        return "price_checksum";
    case Records::Events:
        return "event_checksum";
    case Records::Ledger:
        break;
    }
    return "ledger_checksum";
}

/// Tables are read without an index: one that is damaged must not choose what the checksum is of.
Result<RecordSum> sumOf(const sql::Connection& connection, Records records,
                        std::int64_t schema = currentSchemaVersion())
{
    RecordSum sum;
    for (std::size_t at = 0; at < kTables.size(); ++at) {
        const SealedTable& table = kTables[at];
        if (table.records != records || schema < table.since)
            continue;
        auto rows = connection.prepare("SELECT " + table.columnsAt(schema) + " FROM " + std::string(table.table) +
                                       " NOT INDEXED");
        if (!rows)
            return rows.error();
        const Status read = rows->each([&]() -> Status {
            sum.add(*rows, static_cast<Sealed>(at), schema);
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

Result<std::string> dictionaryChecksum(const sql::Connection& connection)
{
    return metaValue(connection, kDictionaryKey);
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

std::string sealedColumns(Sealed table)
{
    return tableOf(table).columnsAt(currentSchemaVersion());
}

/// Every cell with its length, so that no two different rows give the same text.
std::uint64_t RecordSum::hashOf(const sql::Statement& row, Sealed table, std::int64_t schema)
{
    std::string text;
    const int columns = tableOf(table).countAt(schema);
    for (int column = 0; column < columns; ++column) {
        const std::string_view cell = row.textView(column);
        text.append(std::to_string(cell.size())).append(":").append(cell);
    }
    return XXH3_64bits_withSeed(text.data(), text.size(), static_cast<std::uint64_t>(table) + 1);
}

namespace {

template <typename Note> Result<std::uint64_t> runNoting(sql::Statement& statement, Note note)
{
    std::uint64_t rows = 0;
    const Status done = statement.each([&]() -> Status {
        note();
        ++rows;
        return {};
    });
    statement.reset();
    return done ? Result<std::uint64_t>(rows) : Result<std::uint64_t>(done.error());
}

} // namespace

Result<std::uint64_t> SealedChanges::come(sql::Statement& statement, Sealed table)
{
    RecordSum& sum = m_sums[static_cast<std::size_t>(tableOf(table).records)];
    return runNoting(statement, [&] { sum.add(statement, table); });
}

Result<std::uint64_t> SealedChanges::go(sql::Statement& statement, Sealed table)
{
    RecordSum& sum = m_sums[static_cast<std::size_t>(tableOf(table).records)];
    return runNoting(statement, [&] { sum.remove(statement, table); });
}

Result<bool> recordsHold(const sql::Connection& connection, Records records)
{
    return recordsHoldAt(connection, records, currentSchemaVersion());
}

Result<bool> isSealed(const sql::Connection& connection, Records records)
{
    const auto stored = metaValue(connection, keyOf(records));
    return stored ? Result<bool>(!stored->empty()) : Result<bool>(stored.error());
}

Result<bool> recordsHoldAt(const sql::Connection& connection, Records records, std::int64_t schema)
{
    const auto stored = metaValue(connection, keyOf(records));
    if (!stored)
        return stored.error();
    if (stored->empty())
        return true;
    const auto found = sumOf(connection, records, schema);
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
    return sealRecordsAt(connection, records, currentSchemaVersion());
}

Status sealRecordsAt(sql::Connection& connection, Records records, std::int64_t schema)
{
    const auto sum = sumOf(connection, records, schema);
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

Status inTransaction(sql::Connection& connection, const std::function<Status()>& change)
{
    if (sqlite3_get_autocommit(connection.handle()) == 0)
        return change(); // what the open transaction changes beside this renews the state, once
    auto own = sql::Transaction::begin(connection);
    if (!own)
        return own.error();
    const KeepsSoundness keeps(connection);
    if (auto done = change(); !done)
        return done;
    if (auto done = renewState(connection); !done)
        return done;
    return own->commit();
}

Status changeRecords(sql::Connection& connection, Records records, const std::function<Status()>& change)
{
    return inTransaction(connection, [&]() -> Status {
        const auto held = recordsHold(connection, records);
        if (!held)
            return held.error();
        if (auto done = change(); !done)
            return done;
        return *held ? sealRecords(connection, records) : Status();
    });
}

Status sealLedger(sql::Connection& connection)
{
    return sealRecords(connection, Records::Ledger);
}

Result<bool> ledgerHolds(const sql::Connection& connection)
{
    const auto stored = metaValue(connection, keyOf(Records::Ledger));
    if (!stored)
        return stored.error();
    if (stored->empty())
        return true;
    const auto found = sumOf(connection, Records::Ledger);
    if (!found)
        return found.error();
    return *stored == std::to_string(found->value());
}

Status sealAsAltered(sql::Connection& connection, Records records)
{
    return setMetaValue(connection, keyOf(records), kAltered);
}

} // namespace altimeter::store

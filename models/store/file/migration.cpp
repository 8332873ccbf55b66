#include "models/store/file/migration.h"

#include "models/store/file/backup.h"
#include "models/store/file/leftover.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/seal.h"
#include "resources/schema.h"

#include <xxhash.h>

#include <array>
#include <optional>
#include <string_view>

namespace altimeter::store {

namespace {

struct Rows {
    std::string_view query;
    int columns;
    bool isLater = false; ///< came with schema 3: without rows it leaves no trace, so that the seals of schema 2 hold
};

constexpr std::array kLedgerOfThree{
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

/// Whether the ledger of schema 3 is what was sealed; none where nothing was.
Result<std::optional<bool>> ledgerOfThreeHolds(const sql::Connection& connection)
{
    const auto stored = metaValue(connection, "ledger_checksum");
    if (!stored)
        return stored.error();
    if (stored->empty())
        return std::optional<bool>();
    const auto found = ledgerChecksumOfThree(connection);
    if (!found && found.error().code != ErrorCode::Corrupt)
        return found.error();
    return std::optional(found && *found == *stored); // what cannot be read is not what was sealed
}

/// What a checksum was worth before the steps.
enum class SealBefore : std::uint8_t { None, Held, Altered };

/// Of the records, which are those of a file of schema `from`.
Result<SealBefore> sealBefore(const sql::Connection& connection, Records records, std::int64_t from)
{
    const auto sealed = isSealed(connection, records);
    if (!sealed)
        return sealed.error();
    if (!*sealed)
        return SealBefore::None;
    const bool isText = records == Records::Ledger && from <= kLastWholeLedger;
    if (isText && from < kLastWholeLedger)
        return SealBefore::Held; // judged below, once its tables are those of schema 3
    const auto holds = isText ? ledgerHoldsAt(connection, from) : recordsHoldAt(connection, records, from);
    if (!holds)
        return holds.error();
    return *holds ? SealBefore::Held : SealBefore::Altered;
}

/// Gives records their new checksum, if the old one held; damage must not be sealed as if it were the truth.
Status sealAnew(sql::Connection& connection, Records records, SealBefore before)
{
    switch (before) {
    case SealBefore::None:
        break;
    case SealBefore::Held:
        return sealRecords(connection, records);
    case SealBefore::Altered:
        return sealAsAltered(connection, records);
    }
    return {};
}

/// Runs the steps that are missing. Requires an open transaction and foreign keys off: a step that makes a table anew
/// must not take the rows that point to it along. Steps change what is sealed: rows get columns, and new ones come.
Status runSteps(sql::Connection& connection, std::int64_t from)
{
    std::array<SealBefore, kRecordsCount> before{};
    for (std::size_t at = 0; from > 0 && at < kRecordsCount; ++at) {
        const auto seal = sealBefore(connection, static_cast<Records>(at), from);
        if (!seal)
            return seal.error();
        before[at] = *seal;
    }
    for (auto version = from + 1; version <= schemaStepCount(); ++version) {
        if (auto done = connection.execute(std::string(schemaStep(static_cast<int>(version)))); !done)
            return done;
        if (version == kLastWholeLedger) {
            const auto holds = ledgerOfThreeHolds(connection);
            if (!holds)
                return holds.error();
            if (*holds && !**holds)
                before[static_cast<std::size_t>(Records::Ledger)] = SealBefore::Altered;
        }
    }
    for (std::size_t at = 0; at < kRecordsCount; ++at) {
        if (auto done = sealAnew(connection, static_cast<Records>(at), before[at]); !done)
            return done;
    }
    if (auto done = renewState(connection); !done)
        return done;
    return connection.execute("PRAGMA user_version=" + std::to_string(schemaStepCount()));
}

/// Brings the schema up to date in one transaction. Whoever comes second finds it done.
Status migrateAlone(sql::Connection& connection, bool withBackup, const std::stop_token& stop)
{
    auto transaction = sql::Transaction::begin(connection);
    if (!transaction)
        return transaction.error();
    const auto version = schemaVersionOf(connection);
    if (!version)
        return version.error();
    if (*version >= schemaStepCount())
        return {};
    if (withBackup) {
        const auto reader = connection.reader(); // sees the file as it was before
        if (!reader)
            return reader.error();
        if (auto kept = makeBackup(*reader, connection.path(), BackupReason::Migration, {}, stop); !kept)
            return kept.error().code == ErrorCode::Cancelled
                       ? kept.error()
                       : Error{kept.error().code,
                               "no backup could be made before the workspace is brought up to date (" +
                                   kept.error().text() + "); it was left as it is",
                               connection.path(), kept.error().todo};
    }
    if (auto done = runSteps(connection, *version); !done)
        return done;
    return transaction->commit();
}

} // namespace

Status makeSchema(sql::Connection& connection)
{
    return runSteps(connection, 0);
}

Result<std::string> ledgerChecksumOfThree(const sql::Connection& connection)
{
    std::string text;
    for (const Rows& rows : kLedgerOfThree) {
        if (auto done = append(connection, rows, text); !done)
            return done.error();
    }
    return std::to_string(XXH3_64bits(text.data(), text.size()));
}

Result<bool> ledgerHoldsAt(const sql::Connection& connection, std::int64_t schema)
{
    if (schema >= schemaStepCount())
        return ledgerHolds(connection);
    if (schema > kLastWholeLedger)
        return recordsHoldAt(connection, Records::Ledger, schema);
    const auto holds = ledgerOfThreeHolds(connection);
    return holds ? Result<bool>(holds->value_or(true)) : Result<bool>(holds.error());
}

Status migrate(sql::Connection& connection, bool withBackup, const std::stop_token& stop)
{
    const auto version = schemaVersionOf(connection);
    if (!version)
        return version.error();
    if (*version >= schemaStepCount())
        return {};
    constexpr int kMigrationWaitMs = 600'000; // another program may be at it, its backup included
    constexpr int kOrdinaryWaitMs = 5'000;
    if (auto done = connection.execute("PRAGMA foreign_keys=OFF"); !done)
        return done;
    connection.stopWith(stop);
    connection.waitFor(kMigrationWaitMs);
    const Status done = migrateAlone(connection, withBackup, stop);
    connection.stopWith({});
    connection.waitFor(kOrdinaryWaitMs);
    if (!done)
        return done;
    settle(connection);
    return connection.execute("PRAGMA foreign_keys=ON");
}

} // namespace altimeter::store

#pragma once

#include "models/store/file/migration.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/seal.h"

namespace testkit {

/// Takes a workspace back to schema 7, as the program left it that knew no AI events.
inline altimeter::Status makeSchemaSeven(altimeter::store::sql::Connection& db)
{
    return db.execute("DROP TABLE event_moved; DROP TABLE event_block; DROP TABLE event_keys; DROP TABLE event_drop;"
                      "DROP TABLE event_file; DROP TABLE event_day; DROP TABLE event_suppressed;"
                      "DELETE FROM meta WHERE key='event_checksum';"
                      "PRAGMA user_version=7; PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Takes a workspace back to schema 6, as the program left it that knew no price lists.
inline altimeter::Status makeSchemaSix(altimeter::store::sql::Connection& db)
{
    if (auto done = makeSchemaSeven(db); !done)
        return done;
    return db.execute("DROP TABLE price_list; DELETE FROM meta WHERE key='price_checksum'; PRAGMA user_version=6;"
                      "PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Takes a workspace back to schema 5, as the program left it where nobody could acknowledge a finding or remark on a
/// figure, views had no order, and no delivery could be taken back.
inline altimeter::Status makeSchemaFive(altimeter::store::sql::Connection& db)
{
    using namespace altimeter::store;
    if (auto done = makeSchemaSix(db); !done)
        return done;
    if (auto done =
            db.execute("DROP TABLE acknowledgement; DROP TABLE note; ALTER TABLE saved_view DROP COLUMN place;"
                       "DROP TABLE set_aside; DROP TABLE aside_partition; DROP TABLE aside_segment;"
                       "DROP TABLE aside_finding; DROP TABLE aside_rejected_line; DROP TABLE aside_rejected_sum;");
        !done)
        return done;
    for (const Records records : {Records::Deliveries, Records::Views}) {
        const auto sealed = isSealed(db, records);
        if (!sealed)
            return sealed.error();
        if (*sealed) {
            if (auto done = sealRecordsAt(db, records, 5); !done)
                return done;
        }
    }
    return db.execute("PRAGMA user_version=5; PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Takes a workspace back to schema 4, as the program left it that did not add up what it rejected.
inline altimeter::Status makeSchemaFour(altimeter::store::sql::Connection& db)
{
    using namespace altimeter::store;
    if (auto done = makeSchemaFive(db); !done)
        return done;
    if (auto done = db.execute("DROP TABLE rejected_sum; ALTER TABLE rejected_line DROP COLUMN sum_id;"
                               "ALTER TABLE import_file DROP COLUMN path;"
                               "ALTER TABLE restatement DROP COLUMN effective_before;"
                               "ALTER TABLE restatement DROP COLUMN effective_after;"
                               "ALTER TABLE restatement DROP COLUMN list_before;"
                               "ALTER TABLE restatement DROP COLUMN list_after;"
                               "ALTER TABLE restatement DROP COLUMN contracted_before;"
                               "ALTER TABLE restatement DROP COLUMN contracted_after;"
                               "DELETE FROM meta WHERE key='audit_head';");
        !done)
        return done;
    for (const Records records : {Records::Ledger, Records::Deliveries, Records::Coverage, Records::Connections}) {
        const auto sealed = isSealed(db, records);
        if (!sealed)
            return sealed.error();
        if (!*sealed)
            continue;
        if (auto done = sealRecordsAt(db, records, 4); !done)
            return done;
    }
    return db.execute("PRAGMA user_version=4; PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Takes a workspace back to schema 3, as the program left it that gave the number of a removed partition again: the
/// ledger is sealed as one text.
inline altimeter::Status makeSchemaThree(altimeter::store::sql::Connection& db)
{
    using namespace altimeter::store;
    if (auto done = makeSchemaFour(db); !done)
        return done;
    const auto checksum = ledgerChecksumOfThree(db);
    if (!checksum)
        return checksum.error();
    if (auto done = setMetaValue(db, "ledger_checksum", *checksum); !done)
        return done;
    return db.execute("DROP TABLE last_id; DROP INDEX partition_days; PRAGMA user_version=3;"
                      "PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Takes a workspace back to schema 2, as the program before connections left it: its partitions have no slice, and
/// nothing names a state.
inline altimeter::Status makeSchemaTwo(altimeter::store::sql::Connection& db)
{
    if (auto done = makeSchemaThree(db); !done)
        return done;
    return db.execute("PRAGMA foreign_keys=OFF;"
                      "BEGIN;"
                      "CREATE TABLE old AS SELECT * FROM partition;"
                      "ALTER TABLE old DROP COLUMN slice;"
                      "DROP TABLE partition; ALTER TABLE old RENAME TO partition;"
                      "DROP TABLE connection; DROP TABLE coverage; DROP TABLE restatement; DROP TABLE measure;"
                      "DELETE FROM meta WHERE key='state';"
                      "PRAGMA user_version=2;"
                      "COMMIT;"
                      "PRAGMA wal_checkpoint(TRUNCATE);");
}

} // namespace testkit

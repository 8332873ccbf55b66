#pragma once

#include "models/store/file/workspace.h"

/// Takes a workspace back to schema 2, as the program before connections left it: its partitions have no slice, and
/// nothing names a state.
namespace testkit {

inline altimeter::Status makeSchemaTwo(altimeter::store::sql::Connection& db)
{
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

-- Version 1 of the workspace file. Amounts are never REAL: exact decimals travel inside segments or as decimal text.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE source (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL
) STRICT;

-- One delivery: an import command or, later, a sync.
CREATE TABLE import (
    id          INTEGER PRIMARY KEY,
    source_id   INTEGER NOT NULL REFERENCES source(id),
    imported_at INTEGER NOT NULL,               -- seconds since 1970, UTC
    rows_read     INTEGER NOT NULL DEFAULT 0,
    rows_stored   INTEGER NOT NULL DEFAULT 0,
    rows_rejected INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE import_file (
    id        INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES import(id),
    name      TEXT NOT NULL,                    -- as given, without the folder's private part
    bytes     INTEGER NOT NULL,
    header    TEXT NOT NULL,                    -- column names as delivered, JSON array
    version   TEXT NOT NULL                     -- FOCUS version guessed from the header
) STRICT;

-- Distinct attribute tuples; fields joined with U+001F in the order of the FOCUS columns of the group.
CREATE TABLE member (
    group_id INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    fields   TEXT NOT NULL,
    PRIMARY KEY (group_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE combo (
    id      INTEGER PRIMARY KEY,
    members BLOB NOT NULL                       -- eight little-endian 32-bit member ids
) STRICT;

CREATE TABLE partition (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source(id),
    provider        TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    billing_period  TEXT NOT NULL,              -- first day of the billing month, ISO
    currency        TEXT NOT NULL,
    import_id       INTEGER NOT NULL REFERENCES import(id),
    rows            INTEGER NOT NULL,
    rows_rejected   INTEGER NOT NULL,
    data_from       INTEGER NOT NULL,           -- day numbers since 1970-01-01, both inside
    data_through    INTEGER NOT NULL,
    fingerprint     TEXT NOT NULL,              -- XXH3-128 over the delivered records
    effective_cost  TEXT NOT NULL,              -- exact sum of the delivered digits
    billed_cost     TEXT NOT NULL,
    list_cost       TEXT NOT NULL,
    contracted_cost TEXT NOT NULL,
    effective_unknown  INTEGER NOT NULL,        -- lines whose source left the cost empty
    billed_unknown     INTEGER NOT NULL,
    list_unknown       INTEGER NOT NULL,
    contracted_unknown INTEGER NOT NULL,
    UNIQUE (source_id, provider, billing_account, billing_period, currency)
) STRICT;

-- Up to 65,536 lines of one partition from one file, as encoded columns.
CREATE TABLE segment (
    id           INTEGER PRIMARY KEY,
    partition_id INTEGER NOT NULL REFERENCES partition(id) ON DELETE CASCADE,
    file_id      INTEGER NOT NULL REFERENCES import_file(id),
    rows         INTEGER NOT NULL,
    checksum     INTEGER NOT NULL,              -- XXH3-64 of data
    data         BLOB NOT NULL
) STRICT;
CREATE INDEX segment_partition ON segment(partition_id);

CREATE TABLE finding (
    source_id  INTEGER NOT NULL REFERENCES source(id),
    import_id  INTEGER NOT NULL REFERENCES import(id),
    file       TEXT NOT NULL,
    severity   INTEGER NOT NULL,
    check_id   TEXT NOT NULL,
    rows       INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    message    TEXT NOT NULL
) STRICT;

CREATE TABLE rejected_line (
    source_id  INTEGER NOT NULL REFERENCES source(id),
    import_id  INTEGER NOT NULL REFERENCES import(id),
    file       TEXT NOT NULL,
    line       INTEGER NOT NULL,
    check_id   TEXT NOT NULL,
    message    TEXT NOT NULL,
    text       TEXT NOT NULL
) STRICT;

-- Published versions of the allocation rules; the highest version is in force.
CREATE TABLE rule_version (
    version      INTEGER PRIMARY KEY,
    published_at INTEGER NOT NULL,
    json         TEXT NOT NULL
) STRICT;

CREATE TABLE saved_view (
    name  TEXT PRIMARY KEY,
    page  TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT;

-- Append-only: each entry carries the hash of the one before.
CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    what     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
) STRICT;

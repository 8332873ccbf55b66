-- Version 8: the operations of AI that sources tell of, one by one. What they cost counts as charges of their source, by
-- day, which are made of them (see resources/docs/decisions/event-store.md).

-- Up to 65,536 events as encoded columns, in the order of their start.
CREATE TABLE event_block (
    id             INTEGER PRIMARY KEY,
    import_id      INTEGER NOT NULL REFERENCES import(id), -- the delivery that wrote it
    rows           INTEGER NOT NULL,
    first_nanos    INTEGER NOT NULL,            -- start of the first event and of the last one, since 1970, UTC
    last_nanos     INTEGER NOT NULL,
    facts_checksum INTEGER NOT NULL,            -- XXH3-64 of each part
    ids_checksum   INTEGER NOT NULL,
    facts          BLOB NOT NULL,
    ids            BLOB NOT NULL
) STRICT;

-- Events of a block that count no more, because another record of the same call is better: where that lies.
CREATE TABLE event_moved (
    block_id INTEGER PRIMARY KEY REFERENCES event_block(id),
    rows     INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    moves    BLOB NOT NULL                      -- the rows, ascending, and the places of what counts instead
) STRICT;

-- By what a call is known again, ascending in each run, with the place of its event.
CREATE TABLE event_keys (
    id        INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL,
    first_key INTEGER NOT NULL,                 -- of 64 bits, the highest turned around
    keys      INTEGER NOT NULL,
    checksum  INTEGER NOT NULL,
    data      BLOB NOT NULL
) STRICT;

-- What a file brought: read = stored + dropped (event_drop) + rejected.
CREATE TABLE event_file (
    file_id  INTEGER PRIMARY KEY REFERENCES import_file(id),
    form     TEXT NOT NULL,
    read     INTEGER NOT NULL,
    stored   INTEGER NOT NULL,
    rejected INTEGER NOT NULL
) STRICT;

CREATE TABLE event_drop (
    file_id INTEGER NOT NULL REFERENCES import_file(id),
    reason  TEXT NOT NULL,
    events  INTEGER NOT NULL,
    PRIMARY KEY (file_id, reason)
) STRICT, WITHOUT ROWID;

-- What the charges of a source's day were made under; empty: they have to be made anew.
CREATE TABLE event_day (
    source_id INTEGER NOT NULL REFERENCES source(id),
    day       INTEGER NOT NULL,                 -- since 1970-01-01
    basis     TEXT NOT NULL,
    PRIMARY KEY (source_id, day)
) STRICT, WITHOUT ROWID;

-- Events of a day that are stored and counted in another record, by why.
CREATE TABLE event_suppressed (
    source_id INTEGER NOT NULL REFERENCES source(id),
    day       INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    events    INTEGER NOT NULL,
    PRIMARY KEY (source_id, day, reason)
) STRICT, WITHOUT ROWID;

-- Version 6: what people say about what was read (findings they know about, notes on figures, an order of saved views), and
-- what a delivery took the place of, so that it can be taken back. The column that this step adds to a table under a checksum
-- is named in models/store/sql/seal.cpp as well.

-- That somebody has looked at a finding. It holds for as long as the finding is there and speaks of no more lines than then.
-- Sources are named and not referred to, and files as their findings name them.
CREATE TABLE acknowledgement (
    id         INTEGER PRIMARY KEY,
    source     TEXT NOT NULL,
    check_id   TEXT NOT NULL,
    file       TEXT NOT NULL,
    subject    TEXT NOT NULL,                   -- what tells it from others of its kind: its message, or who it is about
    is_derived INTEGER NOT NULL,                -- 1: found in all charges together, and stored nowhere as a finding
    rows       INTEGER NOT NULL,                -- lines it spoke of
    at         INTEGER NOT NULL,
    author     TEXT NOT NULL,
    note       TEXT NOT NULL
) STRICT;

ALTER TABLE saved_view ADD COLUMN place INTEGER NOT NULL DEFAULT 0; -- ascending; equal ones by name

-- What people remark on a figure. The figure is kept as it is asked for, and beside it what it came to then.
CREATE TABLE note (
    id         INTEGER PRIMARY KEY,
    written_at INTEGER NOT NULL,
    author     TEXT NOT NULL,
    text       TEXT NOT NULL,
    page       TEXT NOT NULL,
    state      TEXT NOT NULL,               -- JSON of the page's state
    day_from   TEXT NOT NULL,               -- ISO, inside; empty: open
    day_to     TEXT NOT NULL,               -- outside
    base_from  TEXT NOT NULL,               -- the figure is a difference from these days; both empty: it is none
    base_to    TEXT NOT NULL,
    lens       TEXT NOT NULL,
    currency   TEXT NOT NULL,
    filters    TEXT NOT NULL,               -- JSON: [{"dim": …, "values": […], "exclude": …}]
    amount     TEXT NOT NULL                -- exact, of then; empty: not known
) STRICT;

-- What a delivery of files took the place of is set aside with it, so that the delivery can be taken back and
-- all is as it was; so is what a source held that was removed, until it is put back or forgotten.

CREATE TABLE set_aside (
    id          INTEGER PRIMARY KEY,
    source_id   INTEGER NOT NULL REFERENCES source(id),
    import_id   INTEGER NOT NULL,               -- the delivery that can be taken back; 0: the source was removed
    at          INTEGER NOT NULL,               -- seconds since 1970, UTC
    partitions  INTEGER NOT NULL,               -- that the delivery published, or that the source held; -1: forgotten
    restatement_after   INTEGER NOT NULL,       -- the restatements that the delivery noted: above this number,
    restatement_through INTEGER NOT NULL,       -- up to this one
    last_partition      INTEGER NOT NULL        -- the highest number of a partition then: others came later
) STRICT;

-- Rows as they stood in the tables of these names.
CREATE TABLE aside_partition (
    aside_id        INTEGER NOT NULL,
    id              INTEGER NOT NULL,
    source_id       INTEGER NOT NULL,
    provider        TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    billing_period  TEXT NOT NULL,
    currency        TEXT NOT NULL,
    slice           INTEGER NOT NULL,
    import_id       INTEGER NOT NULL,
    rows            INTEGER NOT NULL,
    rows_rejected   INTEGER NOT NULL,
    data_from       INTEGER NOT NULL,
    data_through    INTEGER NOT NULL,
    fingerprint     TEXT NOT NULL,
    effective_cost  TEXT NOT NULL,
    billed_cost     TEXT NOT NULL,
    list_cost       TEXT NOT NULL,
    contracted_cost TEXT NOT NULL,
    effective_unknown  INTEGER NOT NULL,
    billed_unknown     INTEGER NOT NULL,
    list_unknown       INTEGER NOT NULL,
    contracted_unknown INTEGER NOT NULL
) STRICT;

CREATE TABLE aside_segment (
    aside_id       INTEGER NOT NULL,
    id             INTEGER NOT NULL,
    partition_id   INTEGER NOT NULL,
    file_id        INTEGER NOT NULL,
    rows           INTEGER NOT NULL,
    facts_checksum INTEGER NOT NULL,
    lines_checksum INTEGER NOT NULL,
    facts          BLOB NOT NULL,
    lines          BLOB NOT NULL
) STRICT;

CREATE TABLE aside_finding (
    aside_id   INTEGER NOT NULL,
    source_id  INTEGER NOT NULL,
    import_id  INTEGER NOT NULL,
    file       TEXT NOT NULL,
    severity   INTEGER NOT NULL,
    check_id   TEXT NOT NULL,
    rows       INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    message    TEXT NOT NULL
) STRICT;

CREATE TABLE aside_rejected_line (
    aside_id   INTEGER NOT NULL,
    source_id  INTEGER NOT NULL,
    import_id  INTEGER NOT NULL,
    file       TEXT NOT NULL,
    line       INTEGER NOT NULL,
    check_id   TEXT NOT NULL,
    message    TEXT NOT NULL,
    text       TEXT NOT NULL,
    sum_id     INTEGER NOT NULL
) STRICT;

CREATE TABLE aside_rejected_sum (
    aside_id        INTEGER NOT NULL,
    id              INTEGER NOT NULL,
    source_id       INTEGER NOT NULL,
    import_id       INTEGER NOT NULL,
    provider        TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    billing_period  TEXT NOT NULL,
    currency        TEXT NOT NULL,
    slice           INTEGER NOT NULL,
    file            TEXT NOT NULL,
    partitions      TEXT NOT NULL,
    check_id        TEXT NOT NULL,
    rows            INTEGER NOT NULL,
    effective_cost  TEXT NOT NULL,
    billed_cost     TEXT NOT NULL,
    list_cost       TEXT NOT NULL,
    contracted_cost TEXT NOT NULL,
    effective_rows  INTEGER NOT NULL,
    billed_rows     INTEGER NOT NULL,
    list_rows       INTEGER NOT NULL,
    contracted_rows INTEGER NOT NULL,
    effective_unreadable  INTEGER NOT NULL,
    billed_unreadable     INTEGER NOT NULL,
    list_unreadable       INTEGER NOT NULL,
    contracted_unreadable INTEGER NOT NULL
) STRICT;

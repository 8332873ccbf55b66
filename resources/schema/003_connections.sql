-- Version 3: connections to provider APIs. Their charges are kept day by day, so that a sync replaces only the days it
-- asked for: a partition gets a slice. Runs with foreign keys off, as the table is made anew.

CREATE TABLE partition_new (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source(id),
    provider        TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    billing_period  TEXT NOT NULL,              -- first day of the billing month, ISO
    currency        TEXT NOT NULL,
    slice           INTEGER NOT NULL DEFAULT 0, -- day number since 1970-01-01 its charges begin on; 0: the whole month
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
    UNIQUE (source_id, provider, billing_account, billing_period, currency, slice)
) STRICT;
INSERT INTO partition_new(id, source_id, provider, billing_account, billing_period, currency, import_id, rows,
    rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost,
    effective_unknown, billed_unknown, list_unknown, contracted_unknown)
SELECT id, source_id, provider, billing_account, billing_period, currency, import_id, rows,
    rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost,
    effective_unknown, billed_unknown, list_unknown, contracted_unknown FROM partition;
DROP TABLE partition;
ALTER TABLE partition_new RENAME TO partition;

CREATE TABLE connection (
    name         TEXT PRIMARY KEY,              -- also the name of its source
    kind         TEXT NOT NULL,
    settings     TEXT NOT NULL,                 -- JSON object of texts; never a secret
    every_hours  INTEGER NOT NULL,              -- 0: only by hand
    created_at   INTEGER NOT NULL,
    last_sync    INTEGER NOT NULL DEFAULT 0,    -- end of the last attempt; 0: never
    last_success INTEGER NOT NULL DEFAULT 0,
    requests     INTEGER NOT NULL DEFAULT 0,    -- of the last attempt
    spent        TEXT NOT NULL DEFAULT '0',     -- what all requests so far cost
    problem      TEXT NOT NULL DEFAULT '',
    todo         TEXT NOT NULL DEFAULT '',
    memory       TEXT NOT NULL DEFAULT '{}'     -- JSON object: what the connector remembers for its next fetch
) STRICT;

-- Days a connection was asked for, also those without a charge.
CREATE TABLE coverage (
    source_id  INTEGER NOT NULL REFERENCES source(id),
    day        INTEGER NOT NULL,                -- day number since 1970-01-01
    asked_at   INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,                -- charges that stood twice in the delivery
    is_final   INTEGER NOT NULL,
    PRIMARY KEY (source_id, day)
) STRICT, WITHOUT ROWID;

-- Amounts that changed after the source had told the whole of the days.
CREATE TABLE restatement (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source(id),
    provider        TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    currency        TEXT NOT NULL,
    day_from        INTEGER NOT NULL,
    day_to          INTEGER NOT NULL,           -- outside
    at              INTEGER NOT NULL,
    was_final       INTEGER NOT NULL,
    billed_before   TEXT NOT NULL,
    billed_after    TEXT NOT NULL
) STRICT;

-- Numbers that are no charges.
CREATE TABLE measure (
    source_id INTEGER NOT NULL REFERENCES source(id),
    name      TEXT NOT NULL,
    labels    TEXT NOT NULL,                    -- JSON object, names in order
    start     INTEGER NOT NULL,                 -- seconds since 1970, UTC
    until     INTEGER NOT NULL,
    unit      TEXT NOT NULL,
    value     TEXT NOT NULL,                    -- decimal text
    PRIMARY KEY (source_id, name, labels, start)
) STRICT, WITHOUT ROWID;

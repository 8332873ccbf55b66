-- Version 5: what a delivery held and could not be stored counts in the sum of its files. Columns that this step adds to
-- tables under a checksum are named in models/store/sql/seal.cpp as well (SealedTable::added).

-- The amounts of lines that could not be stored, added up by what could be read of their partition and by what was
-- wrong. They go when that partition is delivered again; those of lines that do not say their partition go with the
-- last of what their file brought.
CREATE TABLE rejected_sum (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source(id),
    import_id       INTEGER NOT NULL REFERENCES import(id),
    provider        TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    billing_period  TEXT NOT NULL,              -- first day of the billing month, ISO; empty: could not be read
    currency        TEXT NOT NULL,
    slice           INTEGER NOT NULL,           -- as in partition
    file            TEXT NOT NULL,              -- where the partition could not be read: the file; else empty
    partitions      TEXT NOT NULL,              -- and the ids of those that the file brought, with commas
    check_id        TEXT NOT NULL,              -- what was wrong; empty: lines of before this step, not added up
    rows            INTEGER NOT NULL,
    effective_cost  TEXT NOT NULL,              -- exact sums of the amounts that could be read
    billed_cost     TEXT NOT NULL,
    list_cost       TEXT NOT NULL,
    contracted_cost TEXT NOT NULL,
    effective_rows  INTEGER NOT NULL,           -- lines with such an amount, other than zero
    billed_rows     INTEGER NOT NULL,
    list_rows       INTEGER NOT NULL,
    contracted_rows INTEGER NOT NULL,
    effective_unreadable  INTEGER NOT NULL,     -- lines whose amount could not be read
    billed_unreadable     INTEGER NOT NULL,
    list_unreadable       INTEGER NOT NULL,
    contracted_unreadable INTEGER NOT NULL
) STRICT;

ALTER TABLE rejected_line ADD COLUMN sum_id INTEGER NOT NULL DEFAULT 0; -- the sum it counts in; 0: in none

ALTER TABLE import_file ADD COLUMN path TEXT NOT NULL DEFAULT ''; -- a hash of where it lay; empty: not known

-- Lines that were rejected before are known by their number alone (partition.rows_rejected): what they held is unknown,
-- and not zero. A file of nothing but such lines has no partition that counts them.
INSERT INTO rejected_sum(source_id, import_id, provider, billing_account, billing_period, currency, slice, file,
    partitions, check_id, rows, effective_cost, billed_cost, list_cost, contracted_cost, effective_rows, billed_rows,
    list_rows, contracted_rows, effective_unreadable, billed_unreadable, list_unreadable, contracted_unreadable)
SELECT source_id, import_id, '', '', '', 'XXX', 0, file, '', '', count(*), '0', '0', '0', '0', 0, 0, 0, 0,
    0, count(*), 0, 0
FROM rejected_line r
WHERE NOT EXISTS (SELECT 1 FROM partition p WHERE p.source_id = r.source_id AND p.rows_rejected > 0)
GROUP BY source_id, import_id, file;

-- Every cost of a restatement, BilledCost as before; empty: unknown, or not noted yet.
ALTER TABLE restatement ADD COLUMN effective_before TEXT NOT NULL DEFAULT '';
ALTER TABLE restatement ADD COLUMN effective_after TEXT NOT NULL DEFAULT '';
ALTER TABLE restatement ADD COLUMN list_before TEXT NOT NULL DEFAULT '';
ALTER TABLE restatement ADD COLUMN list_after TEXT NOT NULL DEFAULT '';
ALTER TABLE restatement ADD COLUMN contracted_before TEXT NOT NULL DEFAULT '';
ALTER TABLE restatement ADD COLUMN contracted_after TEXT NOT NULL DEFAULT '';

-- The last entry of the audit trail, so that one that is missing at the end is missed.
INSERT INTO meta(key, value) SELECT 'audit_head', hash FROM audit ORDER BY id DESC LIMIT 1;

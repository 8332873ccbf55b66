-- Version 2: a segment in two parts, so that questions read only the one they need. There are no lines to carry over:
-- a version 1 workspace that holds some is refused before this step.

DROP TABLE segment;

-- Up to 65,536 lines of one partition from one file, as encoded columns.
CREATE TABLE segment (
    id             INTEGER PRIMARY KEY,
    partition_id   INTEGER NOT NULL REFERENCES partition(id) ON DELETE CASCADE,
    file_id        INTEGER NOT NULL REFERENCES import_file(id),
    rows           INTEGER NOT NULL,
    facts_checksum INTEGER NOT NULL,            -- XXH3-64
    lines_checksum INTEGER NOT NULL,
    facts          BLOB NOT NULL,               -- what every question reads: combinations, days, costs, their totals
    lines          BLOB NOT NULL                -- what only the lines themselves show
) STRICT;
CREATE INDEX segment_partition ON segment(partition_id);

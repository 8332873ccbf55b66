-- Version 4: numbers that are given once. Whoever read the workspace before a partition was removed knows it, and its
-- segments, by number: another one under the same number would be taken for the one that went.

CREATE TABLE last_id (
    what TEXT PRIMARY KEY,                      -- "partition", "segment"
    id   INTEGER NOT NULL                       -- the highest one that was ever given
) STRICT, WITHOUT ROWID;
INSERT INTO last_id(what, id) SELECT 'partition', coalesce(max(id), 0) FROM partition;
INSERT INTO last_id(what, id) SELECT 'segment', coalesce(max(id), 0) FROM segment;

-- What a delivery for some days may remove is found by those days, however many others there are.
CREATE INDEX partition_days ON partition(source_id, slice, billing_period);

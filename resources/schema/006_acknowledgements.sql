-- Version 6: a finding that somebody has looked at and knows about.

-- It holds for as long as the finding is there and speaks of no more lines than then. Sources are named and not
-- referred to, and files as their findings name them.
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

-- Version 6: what people say about what was read: findings they know about, notes on figures, an order of saved views. The
-- column that this step adds to a table under a checksum is named in models/store/sql/seal.cpp as well.

-- That somebody has looked at a finding. It holds for as long as the finding is there and speaks of no more lines than then. Sources are named and not
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

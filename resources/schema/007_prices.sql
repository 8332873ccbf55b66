-- Version 7: lists of prices of AI models, tools and vector stores, as they were published one after the other. Nothing is
-- overwritten: a change is a new version of its list, and a list says what its newest version says.

CREATE TABLE price_list (
    version      INTEGER PRIMARY KEY,           -- of all lists together, in the order in which they were published
    name         TEXT NOT NULL,                 -- "own", "litellm", the name of an imported file
    layer        INTEGER NOT NULL,              -- whose word it is: models/prices/pricelist.h, PriceLayer
    published_at INTEGER NOT NULL,              -- seconds since 1970, UTC
    author       TEXT NOT NULL,
    action       TEXT NOT NULL,                 -- "import", "set", "restore"
    note         TEXT NOT NULL,
    rows         INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,              -- of the list before it was packed
    checksum     INTEGER NOT NULL,              -- of the packed list
    content      BLOB NOT NULL                  -- the list as CSV, packed with zlib
) STRICT;

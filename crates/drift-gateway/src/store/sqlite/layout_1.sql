CREATE TABLE record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    operation TEXT NOT NULL,
    repeatable INTEGER NOT NULL,
    state INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    in_doubt INTEGER NOT NULL DEFAULT 0,
    takeover_at INTEGER NOT NULL DEFAULT 0,
    delivery INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER,
    reason TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    erase INTEGER NOT NULL DEFAULT 0,
    email BLOB,
    external_id BLOB,
    contact INTEGER
);
-- Of its own, so that a search through all records reads little.
CREATE TABLE content (
    seq INTEGER PRIMARY KEY,
    request BLOB NOT NULL,
    intent TEXT NOT NULL,
    ticket TEXT,
    status INTEGER,
    headers TEXT,
    body BLOB
);
CREATE INDEX record_by_age ON record (state, changed_at);
CREATE INDEX record_due ON record (account, due_at) WHERE delivery AND state < 2;
CREATE INDEX record_not_repeatable ON record (seq) WHERE NOT repeatable AND state < 2;
CREATE TABLE pace (account TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE token (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE gateway_key (
    name TEXT PRIMARY KEY,
    hash BLOB NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

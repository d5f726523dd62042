-- Turns a journal of layout 4 into one of layout 3, as its tables were made.
CREATE TABLE row_3 (
    seq INTEGER PRIMARY KEY,
    line INTEGER NOT NULL,
    hash BLOB,
    verdict INTEGER NOT NULL,
    known INTEGER,
    note TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    contact INTEGER,
    reason TEXT,
    doubted INTEGER NOT NULL DEFAULT 0
);
INSERT INTO row_3
    SELECT row.seq, line, hash, verdict, known, note, coalesce(state, 0), contact, reason, coalesce(doubted, 0)
    FROM row LEFT JOIN outcome USING (seq);
CREATE TABLE intent_3 (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, at INTEGER NOT NULL);
INSERT INTO intent_3 SELECT seq, hash, at FROM in_doubt;
CREATE TABLE past_3 (
    hash BLOB PRIMARY KEY,
    state INTEGER NOT NULL,
    contact INTEGER,
    reason TEXT,
    doubted INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO past_3 SELECT hash, state, contact, reason, doubted FROM past;
DROP VIEW in_doubt;
DROP TABLE row;
DROP TABLE outcome;
DROP TABLE intent;
DROP TABLE past;
ALTER TABLE row_3 RENAME TO row;
ALTER TABLE intent_3 RENAME TO intent;
ALTER TABLE past_3 RENAME TO past;
PRAGMA user_version = 3;

//! The tables of a journal, and the upgrade from earlier layouts.

use rusqlite::Connection;

/// The version of the tables. Since 2 the account is noted; a journal of layout 1 has none.
/// Since 4 the plan and what became of it are two tables, and intents are runs of rows. Since 5 the time is noted at which
/// Drift says that it created a contact.
pub(crate) const LAYOUT: i32 = 5;

/// `row` is the plan, `outcome` what became of its rows, and `intent` holds runs of consecutive rows that were queued
/// to be sent: a row of one is in doubt until its outcome is known (a cross join, since SQLite would else go through all
/// rows for each run). `past` knows rows of earlier plans by their content. `identity` holds a hash of each row's external
/// id, or of its address where it has none; `proof` keeps it, and when the row was sent, for rows of `past` that
/// created a contact. `kept` lists, as JSON, the attributes that an update of the row does not write. Journals of earlier
/// versions have none of these, and no `created_at`.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS row (
    seq INTEGER PRIMARY KEY,
    line INTEGER NOT NULL,
    hash BLOB,
    verdict INTEGER NOT NULL,
    known INTEGER,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS outcome (
    seq INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    contact INTEGER,
    reason TEXT,
    doubted INTEGER NOT NULL,
    created_at INTEGER
);
CREATE TABLE IF NOT EXISTS intent (
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (first, last)
) WITHOUT ROWID;
DROP VIEW IF EXISTS in_doubt;
CREATE VIEW in_doubt AS
    SELECT row.seq, row.hash, max(at) AS at
    FROM intent CROSS JOIN row ON row.seq BETWEEN first AND last
    LEFT JOIN outcome ON outcome.seq = row.seq
    WHERE coalesce(state, 5) = 5
    GROUP BY row.seq;
CREATE TABLE IF NOT EXISTS past (
    hash BLOB PRIMARY KEY,
    state INTEGER NOT NULL,
    contact INTEGER,
    reason TEXT,
    doubted INTEGER NOT NULL,
    at INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS proof (hash BLOB PRIMARY KEY, identity BLOB, at INTEGER, created_at INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept (seq INTEGER PRIMARY KEY, attributes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS twin (seq INTEGER PRIMARY KEY, id_line INTEGER, email_line INTEGER);
";

const SET_ASIDE: &str = "
DROP INDEX IF EXISTS row_contact;
ALTER TABLE row RENAME TO row_before;
ALTER TABLE intent RENAME TO intent_before;
ALTER TABLE past ADD COLUMN at INTEGER;
UPDATE past SET at = 0 WHERE state = 5;
";

// An earlier layout left out when a row of `past` may have been sent, and the position of an intent was that of an earlier
// plan where planning was broken off: its hash identifies the row.
const TAKE_OVER: &str = "
INSERT INTO row SELECT seq, line, hash, verdict, known, note FROM row_before;
INSERT INTO intent SELECT seq, seq, at FROM intent_before JOIN row_before USING (seq, hash);
INSERT INTO outcome
    SELECT seq, iif(state IN (0, 6) AND seq IN (SELECT first FROM intent), 5, state), contact, reason, doubted, NULL
    FROM row_before WHERE state <> 0 OR doubted;
INSERT INTO past SELECT hash, 5, NULL, NULL, 1, at FROM intent_before
    WHERE NOT EXISTS (SELECT 1 FROM row_before
        WHERE row_before.seq = intent_before.seq AND row_before.hash = intent_before.hash)
    ON CONFLICT (hash) DO UPDATE SET at = excluded.at;
DROP TABLE row_before;
DROP TABLE intent_before;
";

/// The first layout whose tables need no more than new columns.
const WITH_OUTCOMES: i32 = 4;

/// Makes the tables, or makes them of those of an earlier layout.
pub(crate) fn make(db: &Connection, found: Option<i32>) -> rusqlite::Result<()> {
    let without_outcomes = found.is_some_and(|layout| layout < WITH_OUTCOMES);
    if without_outcomes {
        db.execute_batch(SET_ASIDE)?;
    }
    db.execute_batch(TABLES)?;
    if without_outcomes {
        db.execute_batch(TAKE_OVER)?;
    }
    ["outcome", "proof"]
        .into_iter()
        .try_for_each(|table| add_created_at(db, table))?;
    db.pragma_update(None, "user_version", LAYOUT)
}

/// Adds the column to a table of an earlier layout.
fn add_created_at(db: &Connection, table: &str) -> rusqlite::Result<()> {
    let named = "SELECT count(*) FROM pragma_table_info(?1) WHERE name = 'created_at'";
    let has_it: bool = db.query_row(named, [table], |row| row.get(0))?;
    if has_it {
        return Ok(());
    }
    db.execute_batch(&format!(
        "ALTER TABLE {table} ADD COLUMN created_at INTEGER"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT_2: &str = "
        CREATE TABLE row (
            seq INTEGER PRIMARY KEY, line INTEGER NOT NULL, hash BLOB, verdict INTEGER NOT NULL, known INTEGER,
            note TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, contact INTEGER, reason TEXT,
            doubted INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX row_contact ON row (contact) WHERE state = 1;
        CREATE TABLE intent (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, email TEXT NOT NULL, external_id TEXT,
            at INTEGER NOT NULL);
        CREATE TABLE past (hash BLOB PRIMARY KEY, state INTEGER NOT NULL, contact INTEGER, reason TEXT,
            doubted INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO row VALUES
            (0, 2, x'00', 0, NULL, '', 1, 70, NULL, 0),
            (1, 3, x'01', 0, NULL, '', 0, NULL, NULL, 0),
            (2, 4, x'02', 0, NULL, '', 0, NULL, NULL, 1),
            (3, 5, x'03', 0, NULL, '', 0, NULL, NULL, 1),
            (4, 6, x'04', 0, NULL, '', 0, NULL, NULL, 0),
            (5, 7, x'05', 0, NULL, '', 5, NULL, 'lost', 1);
        INSERT INTO intent VALUES (1, x'01', 'ada@example.test', NULL, 9), (2, x'02', 'bob@example.test', 'b', 8),
            (5, x'05', 'cyd@example.test', NULL, 7);
        INSERT INTO intent VALUES (3, x'33', 'dan@example.test', NULL, 6);
        INSERT INTO past VALUES (x'09', 1, 90, NULL, 0), (x'33', 5, NULL, NULL, 1), (x'44', 5, NULL, NULL, 1);";

    #[test]
    fn an_upgrade_keeps_what_an_earlier_layout_holds() {
        let db = Connection::open_in_memory().expect("a database");
        db.execute_batch(LAYOUT_2).expect("made older");
        make(&db, Some(2)).expect("made anew");
        let texts = |query: &str| -> Vec<String> {
            let mut statement = db.prepare(query).expect(query);
            let rows = statement.query_map([], |row| row.get(0)).expect(query);
            rows.collect::<Result<_, _>>().expect(query)
        };
        let outcomes =
            "SELECT format('%d %d %d %s %d', seq, state, contact, reason, doubted) FROM outcome";
        assert_eq!(
            texts(outcomes),
            ["0 1 70  0", "2 5 0  1", "3 0 0  1", "5 5 0 lost 1"]
        );
        assert_eq!(
            texts("SELECT format('%d %d', seq, at) FROM in_doubt"),
            ["1 9", "2 8", "5 7"]
        );
        assert_eq!(texts("SELECT format('%d', count(*)) FROM row"), ["6"]);
        assert_eq!(
            texts("SELECT format('%s %d %d %s', hex(hash), state, contact, at) FROM past"),
            ["09 1 90 ", "33 5 0 6", "44 5 0 0"],
            "an intent of a plan that was broken off is known by its hash"
        );
        make(&db, Some(4)).expect("made again");
        assert_eq!(
            texts("SELECT format('%d', count(created_at)) FROM outcome"),
            ["0"]
        );
        let tables =
            "SELECT name FROM sqlite_schema WHERE name LIKE '%before' OR sql LIKE '%email %'";
        assert_eq!(texts(tables), [""; 0]);
    }
}

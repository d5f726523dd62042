//! The journal: what was planned, what may have been sent, and what became of it, in a SQLite file beside the input.
//!
//! An intent is committed before its request leaves, and the outcome after the answer came; both in groups. A row
//! whose intent is there and whose outcome is not may have been sent: that is all that a crash leaves to be found out.
//! Rows are known by the hash of what they send, so they are found again in a file that was re-ordered or corrected.
//! The journal holds nothing else of what stands in the file.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use drift::ContactId;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use crate::error::{Error, at};
use crate::plan::{Decision, Verdict};
use crate::row::Hash;

/// Tells a journal from other SQLite files: "DrIm".
const APPLICATION: i32 = 0x4472_496D;
/// Since 2 the account is noted; a journal of layout 1 becomes one that tells none. Since 3 intents have no email and no
/// external id, which nothing read.
const LAYOUT: i32 = 3;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS row (
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
CREATE TABLE IF NOT EXISTS intent (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS past (
    hash BLOB PRIMARY KEY,
    state INTEGER NOT NULL,
    contact INTEGER,
    reason TEXT,
    doubted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS twin (seq INTEGER PRIMARY KEY, id_line INTEGER, email_line INTEGER);
";

const DROP_IDENTITIES: &str = "
ALTER TABLE intent DROP COLUMN email;
ALTER TABLE intent DROP COLUMN external_id;
";

/// What became of a row that was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing yet.
    Open,
    Created,
    Existed,
    Updated,
    Refused,
    /// It may have been executed, and the look-ups did not tell.
    Unknown,
    /// Created, and deleted again by an undo.
    Undone,
}

impl State {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Created => 1,
            Self::Existed => 2,
            Self::Updated => 3,
            Self::Refused => 4,
            Self::Unknown => 5,
            Self::Undone => 6,
        }
    }

    pub(crate) fn of(code: i64) -> Self {
        match code {
            1 => Self::Created,
            2 => Self::Existed,
            3 => Self::Updated,
            4 => Self::Refused,
            5 => Self::Unknown,
            6 => Self::Undone,
            _ => Self::Open,
        }
    }
}

/// A row of the file as the journal knows it.
#[derive(Clone)]
pub(crate) struct JournalRow {
    /// Its place in the file, from 0.
    pub(crate) seq: i64,
    pub(crate) line: u64,
    pub(crate) hash: Option<Hash>,
    pub(crate) decision: Decision,
    pub(crate) state: State,
    pub(crate) contact: Option<ContactId>,
    pub(crate) reason: Option<String>,
    /// Whether an answer for it was ever lost.
    pub(crate) doubted: bool,
    /// When it may have been sent, in milliseconds since 1970, if its end is not known.
    pub(crate) intent_at: Option<i64>,
}

/// What became of a row in this run.
pub(crate) struct Settlement {
    pub(crate) seq: i64,
    pub(crate) state: State,
    pub(crate) contact: Option<ContactId>,
    pub(crate) reason: String,
    pub(crate) doubted: bool,
}

/// An open journal. Nobody else can open it until this is dropped, whatever ends the process.
pub(crate) struct Journal {
    pub(crate) db: Connection,
    path: PathBuf,
}

impl Journal {
    /// Opens a journal, and makes it if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        create_private(path)?;
        let opened = || -> rusqlite::Result<Connection> {
            let db = Connection::open(path)?;
            db.busy_timeout(std::time::Duration::ZERO)?;
            db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            // The rows are written and read in order, so little of them needs to be at hand; memory stays flat.
            db.pragma_update(None, "cache_size", -512)?;
            db.execute_batch("PRAGMA temp.cache_size = -512")?;
            db.pragma_update(None, "temp_store", "FILE")?;
            db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            // Survives a loss of power, not only of the process.
            db.pragma_update(None, "synchronous", "FULL")?;
            Ok(db)
        };
        let db = opened().map_err(|error| refused(path, error))?;
        let mut journal = Self {
            db,
            path: path.to_owned(),
        };
        journal.check_layout()?;
        Ok(journal)
    }

    fn check_layout(&mut self) -> Result<(), Error> {
        let number = |db: &Connection, name: &str| {
            db.pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        let read = |db: &Connection| -> rusqlite::Result<(i32, i32, i64)> {
            let tables =
                db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            Ok((
                number(db, "application_id")?,
                number(db, "user_version")?,
                tables,
            ))
        };
        let found = read(&self.db).map_err(|error| refused(&self.path, error))?;
        match found {
            (0, 0, 0) => {
                self.write(|db| {
                    db.pragma_update(None, "application_id", APPLICATION)?;
                    db.pragma_update(None, "user_version", LAYOUT)?;
                    db.execute_batch(SCHEMA)
                })?;
                self.set("id", &format!("{:032x}", rand::random::<u128>()))
            }
            // Takes the lock now, not at the first write.
            (APPLICATION, 1..=LAYOUT, _) => self.write(|db| {
                db.pragma_update(None, "user_version", LAYOUT)?;
                if db.column_exists(None, "intent", "email")? {
                    db.execute_batch(DROP_IDENTITIES)?;
                }
                db.execute_batch(SCHEMA)
            }),
            _ => Err(Error::Input {
                place: self.path.display().to_string(),
                problem: "the file is no journal of this version of the import".to_owned(),
            }),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names the journal in a database error.
    pub(crate) fn error(&self, error: rusqlite::Error) -> Error {
        refused(&self.path, error)
    }

    /// Runs writes as one commit.
    pub(crate) fn write<T>(
        &mut self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let run = |db: &mut Connection| {
            let transaction = db.transaction()?;
            let value = write(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run(&mut self.db).map_err(|error| refused(&self.path, error))
    }

    pub(crate) fn get(&self, key: &str) -> Result<Option<String>, Error> {
        self.db
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|error| self.error(error))
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), Error> {
        self.write(|db| {
            db.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", [key, value])
                .map(drop)
        })
    }

    /// 128 random bits that no other journal has.
    pub(crate) fn id(&self) -> Result<String, Error> {
        Ok(self.get("id")?.unwrap_or_default())
    }

    /// Whether it holds what became of rows, or that they may have been sent: all that a later plan takes over.
    pub(crate) fn holds_outcomes(&self) -> Result<bool, Error> {
        self.db
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM row WHERE state IN (1, 2, 3, 5) OR doubted)
                     OR EXISTS (SELECT 1 FROM intent) OR EXISTS (SELECT 1 FROM past)",
                [],
                |row| row.get(0),
            )
            .map_err(|error| self.error(error))
    }

    /// Rows that may have been sent, and whose end is not known.
    pub(crate) fn in_doubt(&self) -> Result<u64, Error> {
        self.db
            .query_row("SELECT count(*) FROM intent", [], |row| row.get(0))
            .map_err(|error| self.error(error))
    }

    /// At most `limit` rows from a place in the file on, in order.
    pub(crate) fn page(&self, from: i64, limit: usize) -> Result<Vec<JournalRow>, Error> {
        let read = || {
            let mut statement = self.db.prepare_cached(
                "SELECT row.seq, line, row.hash, verdict, known, note, state, contact, reason, doubted, at
                 FROM row LEFT JOIN intent ON intent.seq = row.seq
                 WHERE row.seq >= ?1 ORDER BY row.seq LIMIT ?2",
            )?;
            let rows = statement.query_map(params![from, limit as i64], journal_row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| self.error(error))
    }

    /// Notes outcomes, and the intents to send rows by their places in the file, in one commit. What is noted here
    /// survives the loss of the process and of power.
    pub(crate) fn note(&mut self, settled: &[Settlement], intents: &[i64]) -> Result<(), Error> {
        if settled.is_empty() && intents.is_empty() {
            return Ok(());
        }
        let now = now_millis();
        self.write(|db| {
            settle(db, settled)?;
            let mut insert = db.prepare_cached(
                "INSERT OR IGNORE INTO intent SELECT seq, hash, ?3 FROM row WHERE seq BETWEEN ?1 AND ?2",
            )?;
            runs(intents).try_for_each(|(first, last)| {
                insert.execute(params![first, last, now]).map(drop)
            })
        })
    }
}

fn settle(db: &Connection, settled: &[Settlement]) -> rusqlite::Result<()> {
    let mut update = db.prepare_cached(
        "UPDATE row SET state = ?2, contact = ?3, reason = ?4, doubted = max(doubted, ?5) WHERE seq = ?1",
    )?;
    for row in settled {
        let reason = (!row.reason.is_empty()).then_some(row.reason.as_str());
        let contact = row.contact.map(ContactId::get);
        update.execute(params![
            row.seq,
            row.state.code(),
            contact,
            reason,
            row.doubted
        ])?;
    }
    let known = settled.iter().filter(|row| row.state != State::Unknown);
    let mut known: Vec<i64> = known.map(|row| row.seq).collect();
    known.sort_unstable();
    let mut end = db.prepare_cached("DELETE FROM intent WHERE seq BETWEEN ?1 AND ?2")?;
    runs(&known).try_for_each(|(first, last)| end.execute([first, last]).map(drop))
}

/// The runs of consecutive numbers in ascending ones, first and last of each: one statement serves a whole run.
fn runs(ascending: &[i64]) -> impl Iterator<Item = (i64, i64)> {
    let runs = ascending.chunk_by(|one, next| one + 1 == *next);
    runs.filter_map(|run| Some((*run.first()?, *run.last()?)))
}

fn journal_row(row: &rusqlite::Row) -> rusqlite::Result<JournalRow> {
    let known = row.get::<_, Option<i64>>(4)?.map(ContactId::new);
    let verdict = match (row.get::<_, i64>(3)?, known) {
        (0, _) => Verdict::Create,
        (1, Some(contact)) => Verdict::Update(contact),
        (2, contact) => Verdict::Skip(contact),
        _ => Verdict::Refuse,
    };
    Ok(JournalRow {
        seq: row.get(0)?,
        line: row.get(1)?,
        hash: row.get(2)?,
        decision: Decision {
            verdict,
            reason: row.get(5)?,
        },
        state: State::of(row.get(6)?),
        contact: row.get::<_, Option<i64>>(7)?.map(ContactId::new),
        reason: row.get(8)?,
        doubted: row.get(9)?,
        intent_at: row.get(10)?,
    })
}

/// A verdict as its code and its contact.
pub(crate) fn verdict_code(verdict: &Verdict) -> (i64, Option<i64>) {
    match verdict {
        Verdict::Create => (0, None),
        Verdict::Update(contact) => (1, Some(contact.get())),
        Verdict::Skip(contact) => (2, contact.map(ContactId::get)),
        Verdict::Refuse => (3, None),
    }
}

/// Milliseconds since 1970 by this machine's clock.
pub(crate) fn now_millis() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

fn create_private(path: &Path) -> Result<(), Error> {
    match crate::spool::private(path) {
        Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            Ok(())
        }
        other => other.map(drop),
    }
}

fn refused(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked(path.to_owned()),
        Some(ErrorCode::NotADatabase) => Error::Input {
            place: path.display().to_string(),
            problem: "the file is no journal of an import".to_owned(),
        },
        _ if !path.exists() => at(path)(std::io::ErrorKind::NotFound.into()),
        _ => Error::Journal {
            path: path.to_owned(),
            source: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_imports_on_one_journal_exclude_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let first = Journal::open(&path).expect("opened");
        assert!(matches!(Journal::open(&path), Err(Error::Locked(_))));
        let id = first.id().expect("an id");
        drop(first);
        assert_eq!(
            Journal::open(&path)
                .expect("opened again")
                .id()
                .expect("an id"),
            id
        );
    }

    #[test]
    fn consecutive_numbers_are_one_run() {
        for (numbers, expected) in [
            (&[][..], &[][..]),
            (&[7], &[(7, 7)]),
            (&[1, 2, 3], &[(1, 3)]),
            (&[1, 3, 4, 9], &[(1, 1), (3, 4), (9, 9)]),
        ] {
            assert_eq!(runs(numbers).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_journal_of_the_layout_before_loses_its_identities_and_keeps_its_intents() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let journal = Journal::open(&path).expect("opened");
        let before = "DROP TABLE intent;
            CREATE TABLE intent (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, email TEXT NOT NULL,
                                 external_id TEXT, at INTEGER NOT NULL);
            INSERT INTO intent VALUES (3, x'07', 'ada@example.test', NULL, 5);
            PRAGMA user_version = 2;";
        journal.db.execute_batch(before).expect("made older");
        drop(journal);
        for _ in 0..2 {
            let journal = Journal::open(&path).expect("opened");
            let kept = journal
                .db
                .query_row("SELECT * FROM intent", [], |row| {
                    assert_eq!(row.as_ref().column_count(), 3);
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .expect("an intent");
            assert_eq!(kept, (3, vec![7_u8], 5));
        }
    }

    #[test]
    fn another_file_is_not_taken_for_a_journal() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.txt");
        std::fs::write(
            &path,
            "these are notes, and they are longer than a header of SQLite is; really".repeat(20),
        )
        .expect("written");
        assert!(matches!(Journal::open(&path), Err(Error::Input { .. })));
    }
}

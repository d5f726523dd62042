//! The journal: what was planned, what may have been sent, and what became of it, in a SQLite file beside the input.
//!
//! An intent is committed before its request leaves, and the outcome after the answer came; both in groups. A row
//! whose intent is there and whose outcome is not may have been sent: that is all that a crash leaves to be found out.
//! Rows are known by the hash of what they send, so they are found again in a file that was re-ordered or corrected.
//! The journal holds nothing else of what stands in the file.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use drift::ContactId;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Statement, params};

use crate::commit::read_ahead::Ahead;
use crate::error::{Error, at};
use crate::input::value::row::Hash;
use crate::journal::tables::{self, LAYOUT};
use crate::plan::decision::{Decision, Verdict};

/// Tells a journal from other SQLite files: "DrIm".
const APPLICATION: i32 = 0x4472_496D;

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
    /// Created, and perhaps deleted again: an undo was about to.
    Undoing,
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
            Self::Undoing => 7,
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
            7 => Self::Undoing,
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

/// What became of a row in this run; it is open if nothing of it was sent.
pub(crate) struct Settlement {
    pub(crate) seq: i64,
    pub(crate) line: u64,
    pub(crate) state: State,
    pub(crate) contact: Option<ContactId>,
    pub(crate) reason: String,
    pub(crate) doubted: bool,
}

impl Settlement {
    /// Of a row that was handed on to be sent, and was not.
    pub(crate) fn not_sent(seq: i64, line: u64) -> Self {
        Self {
            seq,
            line,
            state: State::Open,
            contact: None,
            reason: String::new(),
            doubted: false,
        }
    }
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
            // Else statements are planned again for other bounds.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
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
                    tables::make(db, None)
                })?;
                self.set("id", &format!("{:032x}", rand::random::<u128>()))
            }
            // Takes the lock now, not at the first write.
            (APPLICATION, found @ 1..=LAYOUT, _) => self.write(|db| tables::make(db, Some(found))),
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
                "SELECT EXISTS (SELECT 1 FROM outcome WHERE state IN (1, 2, 3, 5, 7) OR doubted)
                     OR EXISTS (SELECT 1 FROM in_doubt) OR EXISTS (SELECT 1 FROM past)",
                [],
                |row| row.get(0),
            )
            .map_err(|error| self.error(error))
    }

    /// Rows that may have been sent, and whose end is not known.
    pub(crate) fn in_doubt(&self) -> Result<u64, Error> {
        self.db
            .query_row("SELECT count(*) FROM in_doubt", [], |row| row.get(0))
            .map_err(|error| self.error(error))
    }

    /// At most `limit` rows from a place in the file on, in order.
    pub(crate) fn page(&self, from: i64, limit: usize) -> Result<Vec<JournalRow>, Error> {
        let read = || {
            let mut rows = planned(&self.db, from, limit)?;
            add_intents(&self.db, &mut rows)?;
            add_outcomes(&self.db, &mut rows)?;
            Ok(rows)
        };
        read().map_err(|error| self.error(error))
    }

    /// Notes outcomes, and the intents to send rows by their places in the file, in one commit. What is noted here
    /// survives the loss of the process and of power.
    pub(crate) fn note(&mut self, settled: &[Settlement], intents: &[i64]) -> Result<(), Error> {
        if settled.is_empty() && intents.is_empty() {
            return Ok(());
        }
        self.write(|db| {
            settle(db, settled)?;
            intend(db, intents)
        })
    }
}

/// Rows whose outcomes are written by one statement: half of what one costs is to begin and to end it.
const TOGETHER: usize = 16;

fn settle(db: &Connection, settled: &[Settlement]) -> rusqlite::Result<()> {
    let mut in_order: Vec<&Settlement> = settled.iter().collect();
    in_order.sort_unstable_by_key(|row| row.seq);
    let (full, rest) = in_order.as_chunks::<TOGETHER>();
    if !full.is_empty() {
        let mut together = db.prepare_cached(&settle_statement(TOGETHER))?;
        for rows in full {
            settle_rows(&mut together, rows)?;
        }
    }
    let mut single = db.prepare_cached(&settle_statement(1))?;
    rest.iter()
        .try_for_each(|row| settle_rows(&mut single, &[row]))
}

fn settle_statement(rows: usize) -> String {
    let values = vec!["(?, ?, ?, ?, ?)"; rows].join(", ");
    format!(
        "INSERT INTO outcome VALUES {values} ON CONFLICT (seq) DO UPDATE SET
             state = excluded.state, contact = excluded.contact, reason = excluded.reason,
             doubted = max(doubted, excluded.doubted)"
    )
}

fn settle_rows(statement: &mut Statement, rows: &[&Settlement]) -> rusqlite::Result<()> {
    for (row, first) in rows.iter().zip((1..).step_by(5)) {
        let reason = (!row.reason.is_empty()).then_some(row.reason.as_str());
        statement.raw_bind_parameter(first, row.seq)?;
        statement.raw_bind_parameter(first + 1, row.state.code())?;
        statement.raw_bind_parameter(first + 2, row.contact.map(ContactId::get))?;
        statement.raw_bind_parameter(first + 3, reason)?;
        statement.raw_bind_parameter(first + 4, row.doubted)?;
    }
    statement.raw_execute().map(drop)
}

/// The longest run of rows that is noted as one intent, so that those that reach into a page need not be looked for
/// in the whole table.
const LONGEST: usize = Ahead::MOST;

fn intend(db: &Connection, rows: &[i64]) -> rusqlite::Result<()> {
    let now = now_millis();
    let mut intend = db.prepare_cached("INSERT OR REPLACE INTO intent VALUES (?1, ?2, ?3)")?;
    // Nothing of them was sent, or it was undone; from now on that is not sure.
    let mut doubt = db.prepare_cached(
        "UPDATE outcome SET state = 5 WHERE seq BETWEEN ?1 AND ?2 AND state IN (0, 6)",
    )?;
    for (first, last) in rows.chunks(LONGEST).flat_map(runs) {
        intend.execute([first, last, now])?;
        doubt.execute([first, last])?;
    }
    Ok(())
}

/// The runs of consecutive numbers in ascending ones, first and last of each: one statement serves a whole run.
fn runs(ascending: &[i64]) -> impl Iterator<Item = (i64, i64)> {
    let runs = ascending.chunk_by(|one, next| one + 1 == *next);
    runs.filter_map(|run| Some((*run.first()?, *run.last()?)))
}

fn planned(db: &Connection, from: i64, limit: usize) -> rusqlite::Result<Vec<JournalRow>> {
    let mut statement = db.prepare_cached(
        "SELECT seq, line, hash, verdict, known, note FROM row WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = Vec::new();
    let mut found = statement.query(params![from, limit as i64])?;
    while let Some(row) = found.next()? {
        rows.push(planned_row(row)?);
    }
    Ok(rows)
}

fn planned_row(row: &rusqlite::Row) -> rusqlite::Result<JournalRow> {
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
        state: State::Open,
        contact: None,
        reason: None,
        doubted: false,
        intent_at: None,
    })
}

/// The rows of a page whose places lie between two, both included.
fn between(rows: &mut [JournalRow], first: i64, last: i64) -> &mut [JournalRow] {
    let from = rows.partition_point(|row| row.seq < first);
    let to = rows.partition_point(|row| row.seq <= last);
    &mut rows[from..to]
}

fn add_intents(db: &Connection, page: &mut [JournalRow]) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(());
    };
    let (first, last) = (first.seq, last.seq);
    let mut statement = db.prepare_cached(
        "SELECT first, last, at FROM intent WHERE first BETWEEN ?1 AND ?2 AND last >= ?3",
    )?;
    let mut intents = statement.query([first - LONGEST as i64, last, first])?;
    while let Some(intent) = intents.next()? {
        let at: i64 = intent.get(2)?;
        for row in between(page, intent.get(0)?, intent.get(1)?) {
            row.intent_at = row.intent_at.max(Some(at));
        }
    }
    Ok(())
}

fn add_outcomes(db: &Connection, page: &mut [JournalRow]) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(());
    };
    let mut statement = db.prepare_cached("SELECT * FROM outcome WHERE seq BETWEEN ?1 AND ?2")?;
    let mut outcomes = statement.query([first.seq, last.seq])?;
    while let Some(outcome) = outcomes.next()? {
        let seq = outcome.get(0)?;
        for row in between(page, seq, seq) {
            row.state = State::of(outcome.get(1)?);
            row.contact = outcome.get::<_, Option<i64>>(2)?.map(ContactId::new);
            row.reason = outcome.get(3)?;
            row.doubted = outcome.get(4)?;
            row.intent_at = row.intent_at.filter(|_| row.state == State::Unknown);
        }
    }
    Ok(())
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
    match crate::input::source::spool::private(path) {
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

    const HASH: Hash = [7; 16];

    fn journal_of(rows: i64) -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        journal
            .write(|db| {
                let mut row = db.prepare("INSERT INTO row VALUES (?1, ?1 + 2, ?2, 0, NULL, '')")?;
                (0..rows).try_for_each(|seq| row.execute(params![seq, HASH]).map(drop))
            })
            .expect("rows");
        (folder, journal)
    }

    fn settled(seq: i64, state: State) -> Settlement {
        Settlement {
            seq,
            line: 2,
            state,
            contact: None,
            reason: String::new(),
            doubted: false,
        }
    }

    fn doubtful(journal: &Journal) -> Vec<i64> {
        let page = journal.page(0, 10).expect("a page");
        let doubtful = page.iter().filter(|row| row.intent_at.is_some());
        let doubtful: Vec<i64> = doubtful.map(|row| row.seq).collect();
        assert_eq!(journal.in_doubt().expect("a count"), doubtful.len() as u64);
        doubtful
    }

    #[test]
    fn a_row_is_in_doubt_from_its_intent_to_its_outcome() {
        let (_folder, mut journal) = journal_of(6);
        assert_eq!(doubtful(&journal), [0; 0]);
        journal.note(&[], &[0, 1, 2, 4]).expect("intents");
        assert_eq!(doubtful(&journal), [0, 1, 2, 4]);
        let ends = [
            settled(0, State::Created),
            settled(1, State::Unknown),
            settled(2, State::Open),
            settled(4, State::Refused),
        ];
        journal.note(&ends, &[]).expect("outcomes");
        assert_eq!(doubtful(&journal), [1], "an unknown end is none");
        journal.note(&[], &[2]).expect("an intent");
        assert_eq!(doubtful(&journal), [1, 2], "handed on once more");
        let again = [settled(1, State::Existed), settled(2, State::Created)];
        journal.note(&again, &[]).expect("outcomes");
        assert_eq!(doubtful(&journal), [0; 0]);
    }

    #[test]
    fn of_several_sendings_the_last_one_counts() {
        let (_folder, mut journal) = journal_of(3);
        let at = |journal: &Journal| journal.page(1, 1).expect("a page")[0].intent_at;
        journal.note(&[], &[0, 1, 2]).expect("an intent");
        journal
            .write(|db| db.execute_batch("UPDATE intent SET at = 5"))
            .expect("long ago");
        assert_eq!(at(&journal), Some(5));
        journal.note(&[], &[1]).expect("an intent");
        assert!(at(&journal) > Some(5), "an index may lag behind it");
    }

    #[test]
    fn an_intent_is_seen_from_any_page_that_it_reaches() {
        let rows = 2 * LONGEST as i64 + 10;
        let (_folder, mut journal) = journal_of(rows);
        let all: Vec<i64> = (0..rows).collect();
        journal.note(&[], &all).expect("intents");
        for from in [0, 1, rows / 3, rows / 2, rows - 1] {
            let page = journal.page(from, 1).expect("a page");
            assert!(page[0].intent_at.is_some(), "row {from} of {rows}");
        }
        assert_eq!(journal.in_doubt().expect("a count"), rows as u64);
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

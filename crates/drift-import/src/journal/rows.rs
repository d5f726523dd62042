//! Rows of the journal, read in the order of the file: the plan of each, and what became of it.

use drift::ContactId;
use rusqlite::types::Type;
use rusqlite::{Connection, params};

use crate::error::Error;
use crate::input::hash::Hash;
use crate::journal::database::Journal;
use crate::journal::outcomes::LONGEST_RUN;
use crate::journal::state::{State, verdict_of};
use crate::plan::decision::{Decision, Verdict, decision};

/// A row of the file as the journal knows it.
#[derive(Clone)]
pub(crate) struct JournalRow {
    /// Its position in the file, from 0.
    pub(crate) seq: i64,
    pub(crate) line: u64,
    pub(crate) hash: Option<Hash>,
    pub(crate) decision: Decision,
    pub(crate) state: State,
    pub(crate) contact: Option<ContactId>,
    pub(crate) reason: Option<String>,
    /// Whether a response for it was ever lost.
    pub(crate) doubted: bool,
    /// When it may have been sent, in milliseconds since 1970, if its outcome is not known.
    pub(crate) intent_at: Option<i64>,
}

impl Journal {
    /// Whether it holds outcomes or rows that may have been sent: all that a later plan takes over.
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

    /// How many rows may have been sent, without a known outcome.
    pub(crate) fn in_doubt(&self) -> Result<u64, Error> {
        self.db
            .query_row("SELECT count(*) FROM in_doubt", [], |row| row.get(0))
            .map_err(|error| self.error(error))
    }

    /// At most `limit` rows from a position in the file on, in order.
    pub(crate) fn page(&self, from: i64, limit: usize) -> Result<Vec<JournalRow>, Error> {
        let read = || {
            let mut rows = planned(&self.db, from, limit)?;
            add_kept(&self.db, &mut rows)?;
            add_intents(&self.db, &mut rows)?;
            add_outcomes(&self.db, &mut rows)?;
            Ok(rows)
        };
        read().map_err(|error| self.error(error))
    }

    /// How many rows there are of each verdict and state.
    pub(crate) fn tally(&self) -> Result<Vec<(Verdict, State, u64)>, Error> {
        let count = || {
            let mut open = self.db.query_row(COUNT_ROWS, [], |row| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
            })?;
            let mut tally = Vec::new();
            let mut statement = self.db.prepare(COUNT_OUTCOMES)?;
            let mut outcomes = statement.query([])?;
            while let Some(row) = outcomes.next()? {
                let (verdict, state, rows): (usize, i64, u64) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                open[verdict.min(3)] -= rows;
                tally.push((verdict_kind(verdict), State::of(state), rows));
            }
            let open = open.into_iter().enumerate();
            tally.extend(open.map(|(verdict, rows)| (verdict_kind(verdict), State::Open, rows)));
            tally.retain(|(_, _, rows)| *rows > 0);
            Ok(tally)
        };
        count().map_err(|error| self.error(error))
    }
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
    let verdict = verdict_of(row.get(3)?, known);
    Ok(JournalRow {
        seq: row.get(0)?,
        line: row.get(1)?,
        hash: row.get(2)?,
        decision: decision(verdict, row.get::<_, String>(5)?),
        state: State::Open,
        contact: None,
        reason: None,
        doubted: false,
        intent_at: None,
    })
}

/// Adds the attributes that an update does not write. A list that cannot be read would overwrite them, so it is an error.
fn add_kept(db: &Connection, page: &mut [JournalRow]) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(());
    };
    let mut statement =
        db.prepare_cached("SELECT seq, attributes FROM kept WHERE seq BETWEEN ?1 AND ?2")?;
    let mut kept = statement.query([first.seq, last.seq])?;
    while let Some(row) = kept.next()? {
        let (seq, names): (i64, String) = (row.get(0)?, row.get(1)?);
        let names: Vec<String> = serde_json::from_str(&names).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::new(error))
        })?;
        for row in between(page, seq, seq) {
            row.decision.kept.clone_from(&names);
        }
    }
    Ok(())
}

/// The rows of a page whose positions lie between two, both included.
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
    let mut intents = statement.query([first - LONGEST_RUN as i64, last, first])?;
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

/// One pass over the plan; to group it, SQLite would sort all of it.
const COUNT_ROWS: &str = "SELECT
    count(*) FILTER (WHERE verdict = 0), count(*) FILTER (WHERE verdict = 1),
    count(*) FILTER (WHERE verdict = 2), count(*) FILTER (WHERE verdict NOT IN (0, 1, 2)) FROM row";

const COUNT_OUTCOMES: &str = "SELECT verdict, state, count(*)
    FROM outcome CROSS JOIN row USING (seq) GROUP BY 1, 2";

/// A verdict of a kind; its contact stands for any.
fn verdict_kind(code: usize) -> Verdict {
    verdict_of(code as i64, Some(ContactId::new(0)))
}

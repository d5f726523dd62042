//! What is written during a commit: the intents of rows before they are sent, and what became of them.

use std::time::{SystemTime, UNIX_EPOCH};

use drift::ContactId;
use rusqlite::{Connection, Statement};

use crate::error::Error;
use crate::journal::database::Journal;
use crate::journal::state::State;

/// What became of a row in this run. Its state is open if nothing of it was sent.
pub(crate) struct RowResult {
    pub(crate) seq: i64,
    pub(crate) line: u64,
    pub(crate) state: State,
    pub(crate) contact: Option<ContactId>,
    /// When Drift says that it was created, in milliseconds since 1970, of a contact that this import created.
    pub(crate) created_at: Option<i64>,
    pub(crate) reason: String,
    pub(crate) doubted: bool,
    /// Whether a request left for the row in this run, also where Drift did not execute it.
    pub(crate) requested: bool,
}

impl RowResult {
    /// The result of a row that was queued and not sent.
    pub(crate) fn not_sent(seq: i64, line: u64) -> Self {
        Self {
            seq,
            line,
            state: State::Open,
            contact: None,
            created_at: None,
            reason: String::new(),
            doubted: false,
            requested: false,
        }
    }
}

impl Journal {
    /// Notes outcomes, and the intents to send rows by their positions in the file, in one commit. What is noted here
    /// survives the loss of the process and of power.
    pub(crate) fn note(&mut self, results: &[RowResult], intents: &[i64]) -> Result<(), Error> {
        if results.is_empty() && intents.is_empty() {
            return Ok(());
        }
        self.write(|db| {
            write_results(db, results)?;
            write_intents(db, intents)
        })
    }
}

/// Rows whose outcomes are written by one statement: half of the cost of a statement is to begin and to end it.
const TOGETHER: usize = 16;

fn write_results(db: &Connection, results: &[RowResult]) -> rusqlite::Result<()> {
    let mut in_order: Vec<&RowResult> = results.iter().collect();
    in_order.sort_unstable_by_key(|row| row.seq);
    let (full, rest) = in_order.as_chunks::<TOGETHER>();
    if !full.is_empty() {
        let mut together = db.prepare_cached(&insert_statement(TOGETHER))?;
        for rows in full {
            insert_rows(&mut together, rows)?;
        }
    }
    let mut single = db.prepare_cached(&insert_statement(1))?;
    rest.iter()
        .try_for_each(|row| insert_rows(&mut single, &[row]))
}

fn insert_statement(rows: usize) -> String {
    let values = vec!["(?, ?, ?, ?, ?, ?)"; rows].join(", ");
    format!(
        "INSERT INTO outcome (seq, state, contact, reason, doubted, created_at) VALUES {values}
             ON CONFLICT (seq) DO UPDATE SET
             state = excluded.state, contact = excluded.contact, reason = excluded.reason,
             doubted = max(doubted, excluded.doubted), created_at = excluded.created_at"
    )
}

fn insert_rows(statement: &mut Statement, rows: &[&RowResult]) -> rusqlite::Result<()> {
    for (row, first) in rows.iter().zip((1..).step_by(6)) {
        let reason = (!row.reason.is_empty()).then_some(row.reason.as_str());
        statement.raw_bind_parameter(first, row.seq)?;
        statement.raw_bind_parameter(first + 1, row.state.code())?;
        statement.raw_bind_parameter(first + 2, row.contact.map(ContactId::get))?;
        statement.raw_bind_parameter(first + 3, reason)?;
        statement.raw_bind_parameter(first + 4, row.doubted)?;
        statement.raw_bind_parameter(first + 5, row.created_at)?;
    }
    statement.raw_execute().map(drop)
}

/// The longest run of rows that is noted as one intent, so that those that reach into a page need not be looked for
/// in the whole table. Journals hold runs of this length, so it may grow and not shrink.
pub(super) const LONGEST_RUN: usize = 2_048;

fn write_intents(db: &Connection, rows: &[i64]) -> rusqlite::Result<()> {
    let now = now_millis();
    let mut insert = db.prepare_cached("INSERT OR REPLACE INTO intent VALUES (?1, ?2, ?3)")?;
    // Nothing of these rows was sent, or it was undone; from now on they may have been sent.
    let mut doubt = db.prepare_cached(
        "UPDATE outcome SET state = 5 WHERE seq BETWEEN ?1 AND ?2 AND state IN (0, 6)",
    )?;
    for (first, last) in rows.chunks(LONGEST_RUN).flat_map(runs) {
        insert.execute([first, last, now])?;
        doubt.execute([first, last])?;
    }
    Ok(())
}

/// The runs of consecutive numbers in ascending ones, first and last of each: one statement serves a whole run.
fn runs(ascending: &[i64]) -> impl Iterator<Item = (i64, i64)> {
    let runs = ascending.chunk_by(|one, next| one + 1 == *next);
    runs.filter_map(|run| Some((*run.first()?, *run.last()?)))
}

/// Milliseconds since 1970 by this machine's clock.
pub(crate) fn now_millis() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::*;
    use crate::input::hash::Hash;

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

    fn result(seq: i64, state: State) -> RowResult {
        RowResult {
            seq,
            line: 2,
            state,
            contact: None,
            created_at: None,
            reason: String::new(),
            doubted: false,
            requested: true,
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
    fn a_row_is_in_doubt_from_its_intent_to_its_outcome() {
        let (_folder, mut journal) = journal_of(6);
        assert_eq!(doubtful(&journal), [0; 0]);
        journal.note(&[], &[0, 1, 2, 4]).expect("intents");
        assert_eq!(doubtful(&journal), [0, 1, 2, 4]);
        let ends = [
            result(0, State::Created),
            result(1, State::Unknown),
            result(2, State::Open),
            result(4, State::Refused),
        ];
        journal.note(&ends, &[]).expect("outcomes");
        assert_eq!(
            doubtful(&journal),
            [1],
            "an unknown result leaves it in doubt"
        );
        journal.note(&[], &[2]).expect("an intent");
        assert_eq!(doubtful(&journal), [1, 2], "queued once more");
        let again = [result(1, State::Existed), result(2, State::Created)];
        journal.note(&again, &[]).expect("outcomes");
        assert_eq!(doubtful(&journal), [0; 0]);
    }

    #[test]
    fn of_several_intents_the_last_one_counts() {
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
        let rows = 2 * LONGEST_RUN as i64 + 10;
        let (_folder, mut journal) = journal_of(rows);
        let all: Vec<i64> = (0..rows).collect();
        journal.note(&[], &all).expect("intents");
        for from in [0, 1, rows / 3, rows / 2, rows - 1] {
            let page = journal.page(from, 1).expect("a page");
            assert!(page[0].intent_at.is_some(), "row {from} of {rows}");
        }
        assert_eq!(journal.in_doubt().expect("a count"), rows as u64);
    }
}

//! The plan in the journal: written in the order of the file, rows with the same identity found by sorting on disk, so
//! that memory does not grow with the file.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::error::Error;
use crate::input::hash::Hash;
use crate::journal::database::Journal;
use crate::journal::deletions::{SENT_AT, identity};
use crate::journal::outcomes::LONGEST_RUN;
use crate::journal::state::verdict_code;
use crate::journal::twins::find_twins;
use crate::plan::decision::Decision;

/// A row as the file alone shows it.
pub(crate) struct NewRow {
    pub(crate) seq: i64,
    pub(crate) line: u64,
    /// What it sends, its email and its external id, as hashes; none for a row that is refused already.
    pub(crate) keys: Option<Keys>,
    pub(crate) decision: Decision,
}

pub(crate) struct Keys {
    pub(crate) hash: Hash,
    pub(crate) email: Hash,
    pub(crate) external_id: Option<Hash>,
}

/// The first lines that a row shares its identities with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Twins {
    pub(crate) line_with_id: Option<u64>,
    pub(crate) line_with_email: Option<u64>,
    /// Whether a row with the same external id has another email.
    pub(crate) shares_own_id: bool,
}

impl Journal {
    /// Begins a new plan. What was done for rows of an earlier one is kept, known by content. Where a contact was
    /// changed since, it has not the content of the earlier rows any more: of these only the proof stays that they made
    /// the contact.
    pub(crate) fn begin_plan(&mut self) -> Result<(), Error> {
        self.set("planned", "no")?;
        self.write(|db| {
            keep_proof(db)?;
            db.execute_batch(
                "INSERT OR REPLACE INTO past
                     SELECT hash, state, contact, reason, doubted, NULL FROM row JOIN outcome USING (seq)
                     WHERE hash IS NOT NULL AND verdict < 2
                         AND (state IN (1, 2, 3, 5, 7) OR doubted AND state <> 6);
                 INSERT INTO past SELECT hash, 5, NULL, NULL, 1, at FROM in_doubt WHERE true
                     ON CONFLICT (hash) DO UPDATE SET at = max(coalesce(at, 0), excluded.at);
                 CREATE TEMP TABLE renamed AS SELECT hash, randomblob(16) AS new FROM past
                     WHERE state = 1 AND contact IN
                         (SELECT contact FROM row JOIN outcome USING (seq) WHERE state = 3);
                 UPDATE past SET hash = new FROM renamed WHERE renamed.hash = past.hash;
                 UPDATE proof SET hash = new FROM renamed WHERE renamed.hash = proof.hash;
                 DROP TABLE renamed;
                 DELETE FROM past WHERE state IN (2, 3) AND contact IN
                     (SELECT contact FROM row JOIN outcome USING (seq) WHERE state = 3)
                     AND hash NOT IN (SELECT hash FROM row WHERE hash IS NOT NULL);
                 DELETE FROM row;
                 DELETE FROM outcome;
                 DELETE FROM intent;
                 DELETE FROM identity;
                 DELETE FROM twin;
                 DELETE FROM kept;
                 DROP TABLE IF EXISTS temp.key;
                 DROP TABLE IF EXISTS temp.shared;
                 CREATE TEMP TABLE key (kind INTEGER, key BLOB, seq INTEGER, line INTEGER, email BLOB);
                 CREATE TEMP TABLE shared (seq INTEGER PRIMARY KEY);",
            )
        })
    }

    /// When a row of an earlier plan that is still in doubt may have been sent last, in milliseconds since 1970.
    pub(crate) fn last_doubt(&self) -> Result<Option<i64>, Error> {
        self.db
            .query_row("SELECT max(at) FROM past", [], |row| row.get(0))
            .map_err(|error| self.error(error))
    }

    /// Adds rows, in one commit.
    pub(crate) fn add(&mut self, rows: &[NewRow]) -> Result<(), Error> {
        self.write(|db| {
            let mut insert = db.prepare_cached(
                "INSERT INTO row (seq, line, hash, verdict, known, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut key = db.prepare_cached("INSERT INTO temp.key VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let mut insert_identity = db.prepare_cached("INSERT INTO identity VALUES (?1, ?2)")?;
            for row in rows {
                let (verdict, known) = verdict_code(&row.decision.verdict);
                let hash = row.keys.as_ref().map(|keys| keys.hash);
                insert.execute(params![row.seq, row.line, hash, verdict, known, row.decision.reason])?;
                let Some(keys) = &row.keys else { continue };
                let named = keys.external_id.unwrap_or(keys.email);
                insert_identity.execute(params![row.seq, identity(named)])?;
                key.execute(params![0, keys.email, row.seq, row.line, None::<Hash>])?;
                if let Some(id) = keys.external_id {
                    key.execute(params![1, id, row.seq, row.line, keys.email])?;
                }
            }
            Ok(())
        })
    }

    /// Finds rows that share an email or an external id with an earlier one, and rows that an earlier run has dealt
    /// with.
    pub(crate) fn match_rows(&mut self) -> Result<(), Error> {
        self.write(|db| {
            find_twins(db)?;
            db.execute_batch("DROP TABLE temp.key")?;
            let past: i64 = db.query_row("SELECT count(*) FROM past", [], |row| row.get(0))?;
            if past > 0 {
                recall(db)?;
            }
            Ok(())
        })
    }

    /// The rows of a part of the file that share an external id or an email with another one: the first line with each.
    pub(crate) fn twins(&self, first: i64, last: i64) -> Result<HashMap<i64, Twins>, Error> {
        let read = || {
            let mut statement = self.db.prepare_cached(
                "SELECT seq, id_line, email_line FROM twin WHERE seq BETWEEN ?1 AND ?2",
            )?;
            let rows = statement.query_map([first, last], |row| {
                let twins = Twins {
                    line_with_id: row.get(1)?,
                    line_with_email: row.get(2)?,
                    shares_own_id: false,
                };
                Ok((row.get(0)?, twins))
            })?;
            let mut twins: HashMap<i64, Twins> = rows.collect::<rusqlite::Result<_>>()?;
            let mut statement = self
                .db
                .prepare_cached("SELECT seq FROM temp.shared WHERE seq BETWEEN ?1 AND ?2")?;
            let mut shared = statement.query([first, last])?;
            while let Some(row) = shared.next()? {
                twins.entry(row.get(0)?).or_default().shares_own_id = true;
            }
            Ok(twins)
        };
        read().map_err(|error| self.error(error))
    }

    /// Writes decisions, in one commit.
    pub(crate) fn decide(&mut self, decisions: &[(i64, Decision)]) -> Result<(), Error> {
        self.write(|db| {
            let mut update = db.prepare_cached(
                "UPDATE row SET verdict = ?2, known = ?3, note = ?4 WHERE seq = ?1",
            )?;
            let mut keep = db.prepare_cached("INSERT OR REPLACE INTO kept VALUES (?1, ?2)")?;
            for (seq, decision) in decisions {
                let (verdict, known) = verdict_code(&decision.verdict);
                update.execute(params![seq, verdict, known, decision.reason])?;
                if !decision.kept.is_empty() {
                    keep.execute(params![
                        seq,
                        Value::from(decision.kept.as_slice()).to_string()
                    ])?;
                }
            }
            Ok(())
        })
    }

    /// Notes whether the file has rows that do not fit its header: then the first line of a result file has one column
    /// more.
    pub(crate) fn note_misfits(&mut self, misfits: bool) -> Result<(), Error> {
        self.set("misfits", if misfits { "yes" } else { "no" })
    }

    /// Whether the file may have rows that do not fit its header.
    pub(crate) fn may_have_misfits(&self) -> Result<bool, Error> {
        let noted = self.get("misfits")?;
        Ok(noted.is_none_or(|misfits| misfits != "no"))
    }

    /// Ends a plan: from now on it can be committed.
    pub(crate) fn finish_plan(&mut self, file: &str, fingerprint: &str) -> Result<(), Error> {
        self.write(|db| {
            let mut set = db.prepare("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?;
            for (key, value) in [
                ("file", file),
                ("options", fingerprint),
                ("begun", "no"),
                ("planned", "yes"),
            ] {
                set.execute([key, value])?;
            }
            Ok(())
        })
    }
}

/// Keeps by what the contacts are recognized that rows of the plan before created.
fn keep_proof(db: &Connection) -> rusqlite::Result<()> {
    let created = format!(
        "INSERT OR REPLACE INTO proof
             SELECT row.hash, identity.hash, coalesce({SENT_AT}, proof.at), coalesce(outcome.created_at, proof.created_at)
             FROM outcome JOIN row USING (seq) LEFT JOIN identity USING (seq) LEFT JOIN proof ON proof.hash = row.hash
             WHERE state IN (1, 7) AND row.hash IS NOT NULL"
    );
    db.execute(&created, [LONGEST_RUN as i64]).map(drop)
}

/// Takes over what an earlier run did for rows of the same content. A row in doubt stays so; one that is gone from the
/// file stays in the past. Whether a contact is still there that an undo was about to delete, Drift has to say.
fn recall(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "INSERT INTO outcome
             SELECT row.seq, past.state, past.contact, past.reason, past.doubted, proof.created_at
             FROM row JOIN past ON past.hash = row.hash LEFT JOIN proof ON proof.hash = row.hash
             WHERE past.state <> 7
             AND NOT EXISTS (SELECT 1 FROM twin WHERE twin.seq = row.seq AND twin.id_line IS NOT NULL);
         INSERT INTO intent
             SELECT min(row.seq), min(row.seq), past.at FROM row JOIN past ON past.hash = row.hash
             WHERE past.at IS NOT NULL GROUP BY row.hash;
         DELETE FROM past WHERE state NOT IN (1, 7) AND hash IN (SELECT hash FROM row WHERE hash IS NOT NULL);",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::hash::short_hash;
    use crate::journal::outcomes::RowResult;
    use crate::journal::plan_match::{PlanMatch, plan_match};
    use crate::journal::state::State;
    use crate::plan::decision::{Verdict, decision};
    use drift::ContactId;

    fn row(seq: i64, email: &str, id: Option<&str>) -> NewRow {
        NewRow {
            seq,
            line: seq as u64 + 2,
            keys: Some(Keys {
                hash: short_hash(&format!("{email} {id:?}")),
                email: short_hash(email),
                external_id: id.map(short_hash),
            }),
            decision: decision(Verdict::Create, ""),
        }
    }

    fn plan(journal: &mut Journal, file: &str, rows: &[NewRow]) {
        journal.begin_plan().expect("begun");
        journal.add(rows).expect("added");
        journal.match_rows().expect("matched");
        journal.finish_plan(file, "options").expect("finished");
    }

    #[test]
    fn rows_with_the_same_identity_are_found_by_email_and_by_external_id() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        let rows = [
            row(0, "a", Some("1")),
            row(1, "b", Some("1")),
            row(2, "a", Some("2")),
            row(3, "c", None),
            row(4, "c", None),
            row(5, "a", Some("1")),
        ];
        plan(&mut journal, "file", &rows);
        let twins = |line_with_id, line_with_email| Twins {
            line_with_id,
            line_with_email,
            shares_own_id: false,
        };
        let shares = |twins: Twins| Twins {
            shares_own_id: true,
            ..twins
        };
        let expected = [
            (0, shares(twins(None, None))),
            (1, shares(twins(Some(2), None))),
            (2, twins(None, Some(2))),
            (4, twins(None, Some(5))),
            (5, twins(Some(2), Some(2))),
        ];
        let found = journal.twins(0, 9).expect("twins");
        assert_eq!(found, HashMap::from(expected));
        let part = journal.twins(2, 3).expect("twins");
        assert_eq!(part, HashMap::from([expected[2]]));
    }

    #[test]
    fn rows_are_matched_by_content_in_another_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        plan(
            &mut journal,
            "first",
            &[row(0, "a", None), row(1, "b", None), row(2, "c", None)],
        );
        journal.note(&[], &[0, 1]).expect("noted");
        let created = RowResult {
            seq: 0,
            line: 2,
            state: State::Created,
            contact: Some(ContactId::new(9)),
            created_at: Some(70),
            reason: String::new(),
            doubted: false,
            requested: true,
        };
        journal.note(&[created], &[]).expect("noted");
        assert_eq!(
            plan_match(&journal, "second", "options").expect("a match"),
            PlanMatch::OtherFile { begun: false }
        );

        plan(
            &mut journal,
            "second",
            &[
                row(0, "c", None),
                row(1, "b", None),
                row(2, "d", None),
                row(3, "a", None),
            ],
        );
        let page = journal.page(0, 10).expect("a page");
        let states: Vec<_> = page
            .iter()
            .map(|row| (row.state, row.intent_at.is_some()))
            .collect();
        let expected = [
            (State::Open, false),
            (State::Unknown, true),
            (State::Open, false),
            (State::Created, false),
        ];
        assert_eq!(states, expected);
        assert_eq!(page[3].contact, Some(ContactId::new(9)));
    }

    #[test]
    fn a_row_in_doubt_stays_in_doubt_while_it_is_missing_from_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        let (a, b) = (|seq| row(seq, "a", None), |seq| row(seq, "b", None));
        plan(&mut journal, "first", &[a(0), b(1)]);
        journal.note(&[], &[0, 1]).expect("noted");
        let sent_at = journal.page(0, 1).expect("a page")[0].intent_at;
        plan(&mut journal, "without a", &[b(0)]);
        plan(&mut journal, "without a, again", &[b(0)]);
        plan(&mut journal, "with a", &[b(0), a(1)]);
        let page = journal.page(0, 10).expect("a page");
        let doubts: Vec<_> = page.iter().map(|row| (row.state, row.intent_at)).collect();
        assert!(sent_at.is_some());
        assert_eq!(doubts, [(State::Unknown, sent_at); 2]);
    }

    fn created(contact: i64, doubted: bool) -> RowResult {
        RowResult {
            seq: 0,
            line: 2,
            state: State::Created,
            contact: Some(ContactId::new(contact)),
            created_at: Some(70),
            reason: String::new(),
            doubted,
            requested: true,
        }
    }

    fn undo(journal: &mut Journal, state: State) {
        let update = format!("UPDATE outcome SET state = {}", state.code());
        journal
            .write(|db| db.execute_batch(&update))
            .expect("undone");
    }

    #[test]
    fn an_undone_row_is_planned_like_any_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        plan(&mut journal, "file", &[row(0, "a", None)]);
        journal.note(&[], &[0]).expect("noted");
        journal.note(&[created(9, true)], &[]).expect("noted");
        undo(&mut journal, State::Undone);
        journal.note(&[], &[0]).expect("queued in the same plan");
        assert_eq!(journal.in_doubt().expect("a count"), 1);
        undo(&mut journal, State::Undone);
        plan(&mut journal, "file", &[row(0, "a", None)]);
        let page = journal.page(0, 10).expect("a page");
        assert_eq!((page[0].state, page[0].doubted), (State::Open, false));
        journal.note(&[], &[0]).expect("queued");
        assert_eq!(journal.in_doubt().expect("a count"), 1);
    }

    #[test]
    fn a_row_whose_undo_has_begun_is_planned_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        plan(&mut journal, "file", &[row(0, "a", None)]);
        journal.note(&[created(9, false)], &[]).expect("noted");
        undo(&mut journal, State::Undoing);
        plan(&mut journal, "file", &[row(0, "a", None)]);
        let page = journal.page(0, 10).expect("a page");
        assert_eq!((page[0].state, page[0].contact), (State::Open, None));
        let left = journal.created_contacts(i64::MIN, 9).expect("contacts");
        let left: Vec<ContactId> = left.iter().map(|noted| noted.contact).collect();
        assert_eq!(left, [ContactId::new(9)], "the next undo goes on");
    }

    #[test]
    fn a_contact_is_noted_with_the_identity_of_its_row_also_after_other_plans() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        plan(
            &mut journal,
            "file",
            &[row(0, "a", None), row(1, "b", Some("7"))],
        );
        journal.note(&[], &[0, 1]).expect("noted");
        let second = RowResult {
            seq: 1,
            ..created(8, false)
        };
        journal
            .note(&[created(9, false), second], &[])
            .expect("noted");
        let noted = |journal: &Journal| journal.created_contacts(i64::MIN, 9).expect("contacts");
        let first = noted(&journal);
        let identities: Vec<_> = first.iter().map(|noted| noted.identity).collect();
        assert_eq!(
            identities,
            ["7", "a"].map(|text| Some(identity(short_hash(text))))
        );
        assert!(first.iter().all(|noted| noted.sent_at.is_some()));
        for (file, rows) in [
            ("without a", vec![row(0, "b", Some("7"))]),
            (
                "without a, in another order",
                vec![row(0, "c", None), row(1, "b", Some("7"))],
            ),
            ("none", vec![]),
        ] {
            plan(&mut journal, file, &rows);
            assert_eq!(noted(&journal), first, "{file}");
        }
    }

    #[test]
    fn a_page_may_hold_all_rows() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::open(&folder.path().join("journal")).expect("opened");
        plan(&mut journal, "file", &[row(0, "a", None)]);
        assert_eq!(journal.page(0, usize::MAX).expect("a page").len(), 1);
    }

    #[test]
    fn rows_in_doubt_are_found_without_a_scan_of_all_rows() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(&folder.path().join("journal")).expect("opened");
        let mut plan = journal
            .db
            .prepare("EXPLAIN QUERY PLAN SELECT count(*) FROM in_doubt")
            .expect("a plan");
        let steps = plan.query_map([], |row| row.get::<_, String>(3));
        let steps: Vec<String> = steps
            .expect("steps")
            .collect::<Result<_, _>>()
            .expect("texts");
        let steps = steps.join("; ");
        assert!(steps.contains("SCAN intent"), "{steps}");
        assert!(steps.contains("SEARCH row"), "{steps}");
    }
}

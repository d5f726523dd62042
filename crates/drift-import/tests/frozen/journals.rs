//! Journals of earlier versions: they are gone on with, and undone, as if this version had written them.

use std::path::Path;

use drift_import::{
    Cancel, Error, OnDuplicate, Options, Purpose, Summary, Unmapped, undo, undoable,
};

use crate::stored::Stored;

fn of_finished() -> Options {
    let mut options = Options::default();
    options.unmapped = Unmapped::Attribute;
    options.on_duplicate = OnDuplicate::Update;
    options
}

fn of_interrupted() -> Options {
    let mut options = Options::default();
    options.stamp = Some("import_stamp".to_owned());
    options.concurrency = 2;
    options
}

/// Created, existed, updated, refused, unknown, left, sent in this run.
fn counts(summary: &Summary) -> [u64; 7] {
    [
        summary.created,
        summary.existed,
        summary.updated,
        summary.refused,
        summary.unknown,
        summary.left,
        summary.sent,
    ]
}

#[tokio::test]
async fn a_finished_one_has_nothing_left_to_send() {
    let stored = Stored::copied("finished").await;
    let before = stored.contacts().await;
    let import = stored.import("leads.csv", of_finished());
    let plan = import.plan(Purpose::DryRun).await.expect("a plan");
    let rows = plan.rows(0, 10).expect("rows");
    let settled: Vec<bool> = rows.iter().map(|row| row.settled).collect();
    assert_eq!(settled, [true, true, false, false, true, true]);
    assert_eq!(rows[3].reason, "the same email as line 2");
    drop(plan);
    let summary = stored.commit("leads.csv", of_finished()).await;
    assert_eq!(counts(&summary), [3, 0, 1, 2, 0, 0, 0]);
    assert_eq!(stored.contacts().await, before);
}

#[tokio::test]
async fn a_finished_one_is_undone() {
    let stored = Stored::copied("finished").await;
    // The contact of an earlier version of the file is one of them.
    let would = undoable(&stored.journal()).expect("a count");
    assert_eq!((would.contacts, would.earlier), (4, 1));
    let undone = undo(stored.account(), &stored.journal(), &Cancel::default()).await;
    let undone = undone.expect("undone");
    assert_eq!(
        (undone.deleted, undone.gone, undone.failed, undone.left),
        (4, 0, 0, 0)
    );
    let left = stored.contacts().await;
    assert_eq!(left.into_keys().collect::<Vec<_>>(), ["bob@example.test"]);
}

/// Of nine rows three were created and one existed. The fifth was created without a response; the others were handed on
/// to be sent, and were not.
async fn goes_on_exactly(stored: &Stored) {
    let before = stored.contacts().await;
    assert_eq!(before.len(), 5);
    let summary = stored.commit("leads.csv", of_interrupted()).await;
    let counted = counts(&summary);
    assert_eq!(counted[..6], [8, 1, 0, 0, 0, 0], "{summary:?}");
    let after = stored.contacts().await;
    let expected: Vec<String> = (1..=9).map(|n| format!("lead{n}@example.test")).collect();
    assert!(after.keys().eq(&expected), "{after:?}");
    for (email, id) in &before {
        assert_eq!(after[email], *id, "{email} is the contact that was there");
    }
    let would = undoable(&stored.journal()).expect("a count");
    assert_eq!((would.contacts, would.earlier), (8, 0));
    let again = stored.commit("leads.csv", of_interrupted()).await;
    assert_eq!(again.sent, 0);
}

#[tokio::test]
async fn an_interrupted_one_goes_on() {
    goes_on_exactly(&Stored::copied("interrupted").await).await;
}

fn to_layout(journal: &Path, layout: u32) {
    let database = rusqlite::Connection::open(journal).expect("a journal");
    let sql = include_str!("earlier-layout.sql");
    database.execute_batch(sql).expect("layout 3");
    if layout < 3 {
        let identities =
            "ALTER TABLE intent ADD COLUMN email TEXT NOT NULL DEFAULT 'ada@example.test';
            ALTER TABLE intent ADD COLUMN external_id TEXT;
            CREATE INDEX row_contact ON row (contact) WHERE state = 1;";
        database.execute_batch(identities).expect("layout 2");
    }
    if layout < 2 {
        let account = "DELETE FROM meta WHERE key = 'account'";
        database.execute_batch(account).expect("layout 1");
    }
    let version = database.pragma_update(None, "user_version", layout);
    version.expect("a version");
}

#[tokio::test]
async fn an_interrupted_one_of_an_earlier_layout_goes_on() {
    for layout in [2, 3] {
        let stored = Stored::copied("interrupted").await;
        to_layout(&stored.journal(), layout);
        goes_on_exactly(&stored).await;
    }
}

/// As if an earlier version had read the rows between two lines otherwise: their hashes are others.
fn read_otherwise(journal: &Path, lines: std::ops::RangeInclusive<u32>) {
    let database = rusqlite::Connection::open(journal).expect("a journal");
    let update = "UPDATE row SET hash = randomblob(16) WHERE line BETWEEN ?1 AND ?2";
    let changed = database.execute(update, [lines.start(), lines.end()]);
    assert_eq!(
        changed.expect("updated") as u32,
        lines.end() - lines.start() + 1
    );
}

/// A row that may have been sent must not become another row, which was never sent.
#[tokio::test]
async fn one_with_rows_in_doubt_that_were_read_otherwise_is_refused() {
    for purpose in [Purpose::Commit, Purpose::DryRun] {
        let stored = Stored::copied("interrupted").await;
        let before = stored.contacts().await;
        read_otherwise(&stored.journal(), 6..=6);
        let import = stored.import("leads.csv", of_interrupted());
        let refused = import.plan(purpose).await.err();
        assert!(
            matches!(refused, Some(Error::ReadingChanged { rows: 1, .. })),
            "{purpose:?}: {refused:?}"
        );
        assert_eq!(stored.contacts().await, before);
    }
}

/// The file was changed too, so that it cannot be said how the rows in doubt would be read.
#[tokio::test]
async fn one_with_rows_in_doubt_is_refused_for_another_file() {
    let stored = Stored::copied("interrupted").await;
    let leads = std::fs::read_to_string(stored.path("leads.csv")).expect("a file");
    std::fs::write(
        stored.path("leads.csv"),
        format!("{leads}new@example.test\n"),
    )
    .expect("written");
    let import = stored.import("leads.csv", of_interrupted());
    let refused = import.plan(Purpose::Commit).await.err();
    assert!(
        matches!(refused, Some(Error::ReadingChanged { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn one_whose_rows_were_read_otherwise_and_are_done_is_planned_anew() {
    let stored = Stored::copied("finished").await;
    let before = stored.contacts().await;
    read_otherwise(&stored.journal(), 7..=7);
    let summary = stored.commit("leads.csv", of_finished()).await;
    assert_eq!(
        (summary.created, summary.updated, summary.refused),
        (2, 2, 2),
        "{summary:?}"
    );
    assert_eq!(stored.contacts().await, before);
}

/// Version 0.1.0 took a row of empty cells for a row, and refused it.
#[tokio::test]
async fn one_with_a_row_of_empty_cells_is_planned_anew() {
    let stored = Stored::empty().await;
    let leads = "email,name\nada@example.test,Ada\n,\nbob@example.test,Bob\n";
    std::fs::write(stored.path("leads.csv"), leads).expect("written");
    assert_eq!(
        stored.commit("leads.csv", Options::default()).await.created,
        2
    );
    let database = rusqlite::Connection::open(stored.journal()).expect("a journal");
    let earlier = "UPDATE row SET seq = 2 WHERE seq = 1;
        UPDATE outcome SET seq = 2 WHERE seq = 1;
        INSERT INTO row VALUES (1, 3, NULL, 3, NULL, 'column \"email\": the email address is empty');
        DELETE FROM intent;
        DELETE FROM meta WHERE key = 'reading';";
    database.execute_batch(earlier).expect("made older");
    drop(database);
    let summary = stored.commit("leads.csv", Options::default()).await;
    assert_eq!(counts(&summary), [2, 0, 0, 0, 0, 0, 0]);
}

/// A journal of layout 1 does not tell whose contacts its outcomes are.
#[tokio::test]
async fn an_interrupted_one_of_the_first_layout_is_refused() {
    let stored = Stored::copied("interrupted").await;
    to_layout(&stored.journal(), 1);
    let import = stored.import("leads.csv", of_interrupted());
    let refused = import.plan(Purpose::Commit).await.err();
    assert!(
        matches!(refused, Some(Error::OtherAccount { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn one_of_another_account_is_refused() {
    let stored = Stored::copied("interrupted").await;
    let elsewhere = stored.account().endpoint("http://127.0.0.1:8081");
    let refused = undo(elsewhere, &stored.journal(), &Cancel::default()).await;
    assert!(
        matches!(refused, Err(Error::OtherAccount { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn one_that_notes_when_contacts_were_created_is_undone() {
    let stored = Stored::copied("times").await;
    let mut options = Options::default();
    options.unmapped = Unmapped::Attribute;
    let summary = stored.commit("leads.csv", options).await;
    assert_eq!(counts(&summary), [2, 1, 0, 0, 0, 0, 0]);
    let undone = undo(stored.account(), &stored.journal(), &Cancel::default()).await;
    let undone = undone.expect("undone");
    assert_eq!((undone.deleted, undone.not_recognized), (3, 0));
    let left = stored.contacts().await;
    assert_eq!(left.into_keys().collect::<Vec<_>>(), ["bob@example.test"]);
}

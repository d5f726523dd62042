//! An undo compares each contact with what the journal notes of it: a journal that was edited deletes nobody else.

use std::path::Path;

use drift::{ContactChanges, ContactId, NewContact};
use drift_emulator::Clock;
use drift_import::{Cancel, UndoContact, UndoPreview, UndoVerdict, undo};

use crate::support::{Fixture, leads, quick};

async fn preview(fixture: &Fixture, journal: &Path) -> Vec<UndoContact> {
    let account = Some((&fixture.client).into());
    let preview = UndoPreview::open(account, journal, &Cancel::default()).await;
    let mut preview = preview.expect("a preview");
    let mut all = Vec::new();
    loop {
        let page = preview.next_page().await.expect("a page");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn edit(journal: &Path, sql: &str) {
    let db = rusqlite::Connection::open(journal).expect("a journal");
    let changed = db.execute(sql, []).expect(sql);
    assert_eq!(changed, 1, "{sql}");
}

async fn make(fixture: &Fixture, email: &str) -> ContactId {
    let new = NewContact::new(email).expect("an email");
    let contacts = fixture.client.contacts();
    contacts.create(new).await.expect("created").contact().id()
}

#[tokio::test]
async fn a_contact_of_somebody_else_is_shown_as_kept_and_stays() {
    for earlier_plan in [false, true] {
        let fixture = Fixture::new().await;
        let victim = make(&fixture, "victim@example.test").await;
        let file = fixture.file("leads.csv", leads(3));
        fixture.commit(&file, quick()).await;
        let mut table = "outcome";
        if earlier_plan {
            let file = fixture.file("leads.csv", "email\nnew@example.test\n");
            fixture.commit(&file, quick()).await;
            table = "past";
        }
        let journal = fixture.path("leads.csv.drift-journal");
        let own = fixture.found("lead1@example.test").await[0].id();
        edit(
            &journal,
            &format!("UPDATE {table} SET contact = {victim} WHERE contact = {own}"),
        );
        let shown = preview(&fixture, &journal).await;
        let kept: Vec<&UndoContact> = shown
            .iter()
            .filter(|contact| contact.verdict == UndoVerdict::Keep)
            .collect();
        assert_eq!(kept.len(), 1, "{shown:?}");
        assert_eq!(kept[0].id, victim);
        assert_eq!(kept[0].email.as_deref(), Some("victim@example.test"));
        assert!(kept[0].reason.contains("differs from the row"), "{kept:?}");
        let undone = undo(&fixture.client, &journal, &Cancel::default()).await;
        let undone = undone.expect("undone");
        let others = if earlier_plan { 3 } else { 2 };
        assert_eq!((undone.deleted, undone.not_recognized), (others, 1));
        assert_eq!(fixture.found("victim@example.test").await.len(), 1);
    }
}

#[tokio::test]
async fn a_contact_that_is_older_than_the_import_stays() {
    let fixture = Fixture::new().await;
    let state = fixture.emulator.state();
    state.set_clock(Clock::Offset(-3_600_000));
    make(&fixture, "lead0@example.test").await;
    state.set_clock(Clock::System);
    let file = fixture.file("leads.csv", leads(2));
    let mut options = quick();
    options.offline = true;
    assert_eq!(fixture.commit(&file, options).await.existed, 1);
    let journal = fixture.path("leads.csv.drift-journal");
    edit(&journal, "UPDATE outcome SET state = 1 WHERE state = 2");
    let undone = undo(&fixture.client, &journal, &Cancel::default()).await;
    let undone = undone.expect("undone");
    assert_eq!((undone.deleted, undone.not_recognized), (1, 1));
    assert_eq!(fixture.found("lead0@example.test").await.len(), 1);
}

#[tokio::test]
async fn a_contact_whose_address_was_changed_is_known_by_its_stamp() {
    for stamp in [None, Some("import_stamp")] {
        let fixture = Fixture::new().await;
        let file = fixture.file("leads.csv", leads(1));
        let mut options = quick();
        options.stamp = stamp.map(str::to_owned);
        fixture.commit(&file, options).await;
        let id = fixture.found("lead0@example.test").await[0].id();
        let email = drift::Email::new("other@example.test").expect("an email");
        let contacts = fixture.client.contacts();
        let changed = contacts
            .update(id, ContactChanges::new().email(email))
            .await;
        changed.expect("changed");
        let journal = fixture.path("leads.csv.drift-journal");
        let undone = undo(&fixture.client, &journal, &Cancel::default()).await;
        let undone = undone.expect("undone");
        let deleted = u64::from(stamp.is_some());
        assert_eq!(
            (undone.deleted, undone.not_recognized),
            (deleted, 1 - deleted)
        );
    }
}

#[tokio::test]
async fn a_preview_deletes_nothing_and_shows_addresses_only_where_asked() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(3));
    // One after the other, so that the ids are in the order of the rows.
    let mut options = quick();
    options.concurrency = 1;
    fixture.commit(&file, options).await;
    let journal = fixture.path("leads.csv.drift-journal");
    let gone = fixture.found("lead2@example.test").await[0].id();
    fixture
        .client
        .contacts()
        .delete(gone)
        .await
        .expect("deleted");
    let shown = preview(&fixture, &journal).await;
    let of = |contact: &UndoContact| (contact.verdict, contact.email.clone());
    let expected = [
        (UndoVerdict::Delete, Some("lead0@example.test".to_owned())),
        (UndoVerdict::Delete, Some("lead1@example.test".to_owned())),
        (UndoVerdict::Gone, None),
    ];
    assert_eq!(shown.iter().map(of).collect::<Vec<_>>(), expected);
    assert!(!format!("{shown:?}").contains('@'));
    assert_eq!(fixture.contacts().await, 2);

    let preview = UndoPreview::open(None, &journal, &Cancel::default()).await;
    let mut preview = preview.expect("a preview");
    assert_eq!(preview.undoable().expect("a count").contacts, 3);
    let ids = preview.next_page().await.expect("a page");
    assert!(ids.len() == 3 && ids.iter().all(|contact| contact.email.is_none()));
}

#[tokio::test]
async fn a_journal_whose_times_were_changed_or_removed_deletes_nobody() {
    for (sql, said) in [
        (
            "UPDATE outcome SET created_at = created_at - 1",
            "at another time",
        ),
        ("DELETE FROM intent", "no request"),
        (
            "DELETE FROM intent; UPDATE outcome SET created_at = NULL",
            "no request",
        ),
    ] {
        let fixture = Fixture::new().await;
        let file = fixture.file("leads.csv", leads(1));
        fixture.commit(&file, quick()).await;
        let journal = fixture.path("leads.csv.drift-journal");
        let db = rusqlite::Connection::open(&journal).expect("a journal");
        db.execute_batch(sql).expect(sql);
        drop(db);
        let shown = preview(&fixture, &journal).await;
        assert_eq!(shown[0].verdict, UndoVerdict::Keep, "{sql}");
        assert!(shown[0].reason.contains(said), "{shown:?}");
        let undone = undo(&fixture.client, &journal, &Cancel::default()).await;
        assert_eq!(undone.expect("undone").not_recognized, 1, "{sql}");
        assert_eq!(fixture.contacts().await, 1);
    }
}

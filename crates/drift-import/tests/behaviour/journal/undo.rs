//! The contacts of an import are deleted again, and no others.

use drift::NewContact;
use drift_emulator::{Effect, Fault};
use drift_import::{Cancel, Error};

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn an_undo_deletes_the_contacts_of_the_import_and_no_others() {
    let fixture = Fixture::new().await;
    let old = NewContact::new("lead0@example.test").expect("an email");
    fixture
        .client
        .contacts()
        .create(old)
        .await
        .expect("created");
    let file = fixture.file("leads.csv", leads(30));
    fixture.commit(&file, quick()).await;
    let journal = fixture.import(&file, quick()).journal_path();
    let undoable = drift_import::undoable(&journal).expect("a count");
    assert_eq!((undoable.contacts, undoable.earlier), (29, 0));
    let undone = drift_import::undo(&fixture.client, &journal, &Cancel::default())
        .await
        .expect("undone");
    assert_eq!((undone.deleted, undone.failed), (29, 0));
    assert_eq!(fixture.contacts().await, 1);
    let again = fixture.commit(&file, quick()).await;
    assert_eq!((again.created, again.existed), (29, 1));
}

#[tokio::test]
async fn an_undo_counts_the_rows_that_are_not_in_the_file_any_more() {
    let fixture = Fixture::new().await;
    let january = fixture.file("leads.csv", leads(4));
    fixture.commit(&january, quick()).await;
    // One row stays, and another is new.
    let february = "email,name,plan\nlead3@example.test,Lead 3,pro\nnew@example.test,New,pro\n";
    let file = fixture.file("leads.csv", february);
    fixture.commit(&file, quick()).await;
    let journal = fixture.import(&file, quick()).journal_path();
    let undoable = drift_import::undoable(&journal).expect("a count");
    assert_eq!((undoable.contacts, undoable.earlier), (5, 3));
    let undone = drift_import::undo(&fixture.client, &journal, &Cancel::default()).await;
    assert_eq!(undone.expect("undone").deleted, 5);
}

#[tokio::test]
async fn an_undo_that_breaks_off_reports_how_many_it_deleted() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(250));
    fixture.commit(&file, quick()).await;
    let no = Effect::Status {
        status: 403,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    };
    let late = Fault::new(no).method("DELETE").nth(220);
    fixture.emulator.faults().add(late).expect("a fault");
    let journal = fixture.import(&file, quick()).journal_path();
    let cancel = Cancel::default();
    let ended = drift_import::undo(&fixture.client, &journal, &cancel)
        .await
        .err();
    let Some(Error::Broken {
        done: 249,
        unknown: 0,
        ..
    }) = ended
    else {
        panic!("{ended:?}");
    };
    let undone = drift_import::undo(&fixture.client, &journal, &cancel).await;
    assert_eq!(undone.expect("undone").deleted, 1);
}

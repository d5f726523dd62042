//! What a dry run leaves: a plan that may be used, and that binds nobody.

use drift_emulator::{Effect, Fault};
use drift_import::{Error, OnDuplicate, Purpose};

use crate::support::{Fixture, leads, quick};

fn unauthorized() -> Effect {
    Effect::Status {
        status: 401,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    }
}

#[tokio::test]
async fn its_plan_is_used_by_a_commit_with_the_same_options() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    fixture.plan(&file, quick()).await;
    // A plan that looked contacts up again would fail.
    let looks_up = Fault::new(unauthorized()).method("GET").path("/contacts");
    fixture.emulator.faults().add(looks_up).expect("a fault");
    assert_eq!(fixture.commit(&file, quick()).await.created, 2);
}

#[tokio::test]
async fn it_pins_no_options() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    let mut update = quick();
    update.on_duplicate = OnDuplicate::Update;
    fixture.plan(&file, update.clone()).await;
    assert_eq!(fixture.commit(&file, quick()).await.created, 2);
    // What was committed does, also where a dry run came after it.
    let refused = fixture
        .import(&file, update.clone())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(
        matches!(refused, Some(Error::OptionsChanged(_))),
        "{refused:?}"
    );
    fixture.plan(&file, update).await;
    let again = fixture.commit(&file, quick()).await;
    assert_eq!((again.created, again.sent), (2, 0));
}

#[tokio::test]
async fn a_plan_that_fails_leaves_no_journal() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", "email,shoe size\na@example.test,40\n");
    for purpose in [Purpose::DryRun, Purpose::Commit] {
        let mut options = quick();
        options.unmapped = drift_import::Unmapped::Refuse;
        let refused = fixture.import(&file, options).plan(purpose).await.err();
        assert!(matches!(refused, Some(Error::Columns(_))), "{refused:?}");
        let left = std::fs::read_dir(fixture.folder.path()).expect("a folder");
        assert_eq!(left.count(), 1, "the file alone");
    }
}

#[tokio::test]
async fn a_plan_that_fails_leaves_a_journal_that_was_there() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    fixture.commit(&file, quick()).await;
    let no = Fault::new(unauthorized());
    fixture.emulator.faults().add(no).expect("a fault");
    let refused = fixture
        .import(&file, quick())
        .plan(Purpose::DryRun)
        .await
        .err();
    assert!(matches!(refused, Some(Error::Drift(_))), "{refused:?}");
    fixture.emulator.faults().clear();
    assert_eq!(fixture.commit(&file, quick()).await.created, 2);
}

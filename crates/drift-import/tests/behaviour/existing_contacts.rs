//! Rows whose contact exists: skipped, updated or refused; and updates from import to import.

use drift::{IdKey, NewContact};
use drift_emulator::{Effect, Fault};
use drift_import::{Cancel, OnDuplicate, Options, Purpose, SecondContact};

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn existing_contacts_are_skipped_updated_or_refused_as_chosen() {
    for (on_duplicate, name, counts) in [
        (OnDuplicate::Skip, "Old", (1, 1, 0, 0)),
        (OnDuplicate::Update, "Lead 0", (1, 0, 1, 0)),
        (OnDuplicate::Fail, "Old", (1, 0, 0, 1)),
    ] {
        for offline in [false, true] {
            let fixture = Fixture::new().await;
            let old = NewContact::new("lead0@example.test")
                .expect("an email")
                .name("Old");
            let id = fixture
                .client
                .contacts()
                .create(old)
                .await
                .expect("created")
                .contact()
                .id();
            let file = fixture.file("leads.csv", leads(2));
            let mut options = quick();
            options.on_duplicate = on_duplicate;
            options.offline = offline;
            let summary = fixture.commit(&file, options).await;
            let found = (
                summary.created,
                summary.existed,
                summary.updated,
                summary.refused,
            );
            assert_eq!(found, counts, "{on_duplicate:?} {offline}");
            let contact = fixture
                .client
                .contacts()
                .get(id)
                .await
                .expect("the contact");
            assert_eq!(contact.name(), Some(name));
        }
    }
}

#[tokio::test]
async fn a_second_contact_for_an_email_is_made_only_if_chosen() {
    let key = IdKey::new("t", &[7; 32]).expect("a key");
    for (second_contact, contacts) in [
        (SecondContact::Refuse, 1),
        (SecondContact::Existing, 1),
        (SecondContact::Create, 2),
    ] {
        let fixture = Fixture::new().await;
        let old = NewContact::new("Lead0@example.test").expect("an email");
        fixture
            .client
            .contacts()
            .create(old)
            .await
            .expect("created");
        let file = fixture.file("leads.csv", "number,email\n17,lead0@example.test\n");
        let mut options = quick();
        options.derive = Some(("number".to_owned(), key.clone()));
        options.second_contact = second_contact;
        fixture.commit(&file, options).await;
        assert_eq!(fixture.contacts().await, contacts, "{second_contact:?}");
    }
}

fn updating() -> Options {
    let mut options = quick();
    options.on_duplicate = OnDuplicate::Update;
    options
}

fn named(name: &str) -> String {
    format!("email,name\na@example.test,{name}\n")
}

async fn name_at_drift(fixture: &Fixture) -> Option<String> {
    let found = fixture.found("a@example.test").await;
    found.first()?.name().map(str::to_owned)
}

#[tokio::test]
async fn a_row_that_is_changed_back_is_sent_again() {
    let fixture = Fixture::new().await;
    for name in ["Ada", "Bea", "Ada", "Bea", "Bea"] {
        let file = fixture.file("leads.csv", named(name));
        let done = fixture.commit(&file, updating()).await;
        assert_eq!(done.exit_code(), 0, "{done:?}");
        assert_eq!(name_at_drift(&fixture).await.as_deref(), Some(name));
    }
    let journal = fixture.path("leads.csv.drift-journal");
    let undone = drift_import::undo(&fixture.client, &journal, &Cancel::default()).await;
    assert_eq!(
        undone.expect("undone").deleted,
        1,
        "that it made the contact stays proved"
    );
}

#[tokio::test]
async fn a_row_that_updated_a_contact_is_created_again_after_an_undo() {
    let fixture = Fixture::new().await;
    for name in ["Ada", "Bea"] {
        let file = fixture.file("leads.csv", named(name));
        fixture.commit(&file, updating()).await;
    }
    let journal = fixture.path("leads.csv.drift-journal");
    let undone = drift_import::undo(&fixture.client, &journal, &Cancel::default()).await;
    assert_eq!(undone.expect("undone").deleted, 1);
    let again = fixture.commit(&fixture.path("leads.csv"), updating()).await;
    assert_eq!(
        (again.created, fixture.contacts().await),
        (1, 1),
        "{again:?}"
    );
}

#[tokio::test]
async fn an_update_whose_response_was_lost_is_unknown_when_the_import_stops() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", named("Ada"));
    fixture.commit(&file, updating()).await;
    let lost = Effect::Disconnect {
        commit: true,
        reset: false,
    };
    let faults = fixture.emulator.faults();
    faults
        .add(Fault::new(lost).method("PATCH"))
        .expect("a fault");
    let file = fixture.file("leads.csv", named("Bea"));
    let mut options = updating();
    options.look_up_after = vec![std::time::Duration::from_secs(60)];
    let import = fixture.import(&file, options);
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let cancel = import.canceller();
    let run = tokio::spawn(plan.commit().expect("begun").finish());
    while name_at_drift(&fixture).await.as_deref() != Some("Bea") {
        tokio::task::yield_now().await;
    }
    cancel.cancel();
    let stopped = run.await.expect("it ran").expect("a summary");
    assert_eq!((stopped.unknown, stopped.left), (1, 0), "{stopped:?}");
}

const GAPS: &str = "email,name,phone,plan\nada@example.test,Ada,+43 1 555 0105,pro\nbea@example.test,Bea,,\ncyd@example.test,Cyd,,free\n";

/// Ada lacks a plan and has an empty phone; Bea has all that her row has; Cyd does not exist.
async fn with_gaps() -> Fixture {
    let fixture = Fixture::new().await;
    let contacts = fixture.client.contacts();
    let ada = NewContact::new("ada@example.test").expect("an email");
    let ada = contacts.create(ada.name("Countess").attribute("phone_note", "home"));
    let ada = ada.await.expect("created").contact().id();
    let empty = drift::ContactChanges::new().phone("");
    contacts.update(ada, empty).await.expect("updated");
    let bea = NewContact::new("bea@example.test").expect("an email");
    contacts.create(bea.name("Beatrix")).await.expect("created");
    fixture
}

fn filling(offline: bool) -> Options {
    let mut options = quick();
    options.on_duplicate = OnDuplicate::Fill;
    options.offline = offline;
    options
}

async fn assert_filled(fixture: &Fixture) {
    let ada = fixture.found("ada@example.test").await.remove(0);
    let shown = (ada.name(), ada.phone(), ada.value("plan"));
    let plan = serde_json::Value::from("pro");
    assert_eq!(
        shown,
        (Some("Countess"), Some("+43 1 555 0105"), Some(&plan))
    );
    let bea = fixture.found("bea@example.test").await.remove(0);
    assert_eq!(bea.name(), Some("Beatrix"));
}

#[tokio::test]
async fn an_update_of_empty_attributes_keeps_what_the_contact_has() {
    for offline in [false, true] {
        let fixture = with_gaps().await;
        let file = fixture.file("leads.csv", GAPS);
        let summary = fixture.commit(&file, filling(offline)).await;
        let found = (summary.created, summary.updated, summary.existed);
        assert_eq!(found, (1, 1, 1), "{summary:?}");
        assert_filled(&fixture).await;
    }
}

#[tokio::test]
async fn the_plan_says_what_a_contact_keeps() {
    let fixture = with_gaps().await;
    let file = fixture.file("leads.csv", GAPS);
    let import = fixture.import(&file, filling(false));
    let plan = import.plan(Purpose::DryRun).await.expect("a plan");
    let rows = plan.rows(0, 9).expect("rows");
    let reasons: Vec<&str> = rows.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "a contact has this email; it keeps its name",
            "a contact has this email; it has a value for every attribute of the row",
            ""
        ]
    );
}

#[tokio::test]
async fn what_a_contact_keeps_is_kept_by_the_run_that_continues() {
    let fixture = with_gaps().await;
    let file = fixture.file("leads.csv", GAPS);
    let lost = Effect::Disconnect {
        commit: false,
        reset: false,
    };
    let faults = fixture.emulator.faults();
    faults
        .add(Fault::new(lost).method("PATCH"))
        .expect("a fault");
    let first = fixture.commit(&file, filling(false)).await;
    assert_eq!((first.updated, first.unknown), (0, 1), "{first:?}");
    faults.clear();
    let second = fixture.commit(&file, filling(false)).await;
    assert_eq!((second.updated, second.unknown), (1, 0), "{second:?}");
    assert_filled(&fixture).await;
}

#[tokio::test]
async fn a_contact_found_after_a_lost_response_is_filled_and_not_overwritten() {
    let fixture = with_gaps().await;
    let file = fixture.file("leads.csv", GAPS);
    let faults = fixture.emulator.faults();
    faults
        .add(crate::support::losing(1.0, true, 3))
        .expect("a fault");
    let summary = fixture.commit(&file, filling(true)).await;
    let found = (summary.created, summary.updated, summary.existed);
    assert_eq!(found, (0, 1, 2), "{summary:?}");
    assert_filled(&fixture).await;
    assert_eq!(fixture.contacts().await, 3);
}

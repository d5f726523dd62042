//! Requests that the network delivers twice, handing back the second response.

use drift_emulator::{Effect, Fault};
use drift_import::OnDuplicate;

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn a_create_that_is_delivered_twice_makes_one_contact_and_is_reported_truly() {
    for (on_duplicate, stamp) in [
        (OnDuplicate::Skip, None),
        (OnDuplicate::Update, None),
        (OnDuplicate::Skip, Some("import_stamp")),
        (OnDuplicate::Fail, Some("import_stamp")),
        (OnDuplicate::Update, Some("import_stamp")),
    ] {
        let fixture = Fixture::new().await;
        let twice = Fault::new(Effect::Twice)
            .method("POST")
            .path("/contacts")
            .every(4);
        fixture.emulator.faults().add(twice).expect("a fault");
        let file = fixture.file("leads.csv", leads(100));
        let mut options = quick();
        options.on_duplicate = on_duplicate;
        options.stamp = stamp.map(str::to_owned);
        let summary = fixture.commit(&file, options).await;
        assert_eq!(fixture.contacts().await, 100);
        let ended = (
            summary.created,
            summary.existed,
            summary.updated,
            summary.refused + summary.unknown + summary.left,
        );
        // With a stamp it is proved who made the contact that the second delivery found.
        let expected = match (stamp, on_duplicate) {
            (Some(_), _) => (100, 0, 0, 0),
            (None, OnDuplicate::Update) => (75, 0, 25, 0),
            (None, _) => (75, 25, 0, 0),
        };
        assert_eq!(ended, expected, "{on_duplicate:?} {stamp:?}");
        let emulated = fixture.emulator.state().contacts().await.expect("contacts");
        assert!(
            emulated
                .iter()
                .all(|contact| contact.attributes["plan"] == "pro")
        );
    }
}

/// What the second response says is all that is known without a stamp: the limit that the documentation states.
#[tokio::test]
async fn without_a_stamp_a_duplicate_says_that_a_contact_exists_and_which() {
    let fixture = Fixture::new().await;
    let twice = Fault::new(Effect::Twice)
        .method("POST")
        .path("/contacts")
        .times(1);
    fixture.emulator.faults().add(twice).expect("a fault");
    let file = fixture.file("leads.csv", leads(1));
    let mut options = quick();
    options.on_duplicate = OnDuplicate::Fail;
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.refused, fixture.contacts().await), (1, 1));
    let refused = fixture.results("leads.refused.csv");
    assert!(refused[0]["drift_reason"].contains("exists"), "{refused:?}");
    assert!(!refused[0]["drift_contact_id"].is_empty());
}

#[tokio::test]
async fn a_look_up_that_lags_behind_a_doubled_create_leaves_the_row_to_the_next_run() {
    let fixture = Fixture::new().await;
    let faults = fixture.emulator.faults();
    let twice = Fault::new(Effect::Twice)
        .method("POST")
        .path("/contacts")
        .times(1);
    faults.add(twice).expect("a fault");
    let nobody = Effect::Status {
        status: 200,
        headers: Default::default(),
        body: Some(r#"{"data":[]}"#.to_owned()),
        commit: false,
    };
    let lagging = Fault::new(nobody).method("GET").path("/contacts");
    faults.add(lagging).expect("a fault");
    let file = fixture.file("leads.csv", leads(1));
    let mut options = quick();
    options.stamp = Some("import_stamp".to_owned());
    let first = fixture.commit(&file, options.clone()).await;
    assert_eq!((first.unknown, first.refused), (1, 0), "{first:?}");
    faults.clear();
    let second = fixture.commit(&file, options).await;
    assert_eq!((second.created, fixture.contacts().await), (1, 1));
}

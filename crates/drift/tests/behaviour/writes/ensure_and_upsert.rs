//! `ensure` gets or creates; `upsert` updates or creates.

use drift::{ErrorKind, ExternalId, NextAction, Outcome, Upserted};
use drift_emulator::Emulator;
use drift_emulator::settings::{LookupLag, Settings};
use drift_tests::{ada, started};

/// Drift refuses it as a duplicate; the contact was made a moment ago, by somebody else.
#[tokio::test]
async fn a_contact_that_look_ups_do_not_show_yet_is_said_to_exist() {
    let settings = Settings {
        lookup_lag: Some(LookupLag::Ms(3_600_000)),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    client.contacts().create(ada()).await.expect("made");
    let ensured = client.contacts().ensure(ada()).await.map(drop);
    let upserted = client.contacts().upsert(ada().name("Ada")).await.map(drop);
    for error in [ensured, upserted].map(|result| result.expect_err("not visible")) {
        assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
        let sentence = error.to_string();
        assert!(
            sentence.contains("exists, and look-ups do not show it yet"),
            "{sentence}"
        );
        assert!(matches!(error.next_action(), NextAction::Wait(_)));
    }
}

#[tokio::test]
async fn ensure_gets_what_is_there_and_makes_what_is_not() {
    let (_emulator, client) = started().await;
    let made = client.contacts().ensure(ada()).await.expect("made");
    assert!(matches!(made, Outcome::Created(_)));
    let got = client
        .contacts()
        .ensure(ada().name("Other"))
        .await
        .expect("got");
    assert!(matches!(got, Outcome::Existed(_)));
    assert_eq!(got.contact().id(), made.contact().id());
    assert_eq!(got.contact().name(), None);
}

#[tokio::test]
async fn upsert_says_what_it_did() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let new = ada().external_id(id.clone()).attribute("plan", "free");
    assert!(matches!(
        client.contacts().upsert(new).await.expect("new"),
        Upserted::Created(_)
    ));
    let changed = ada().external_id(id).attribute("plan", "pro").name("Ada");
    let upserted = client.contacts().upsert(changed).await.expect("changed");
    assert!(matches!(upserted, Upserted::Updated(_)));
    assert_eq!(upserted.contact().name(), Some("Ada"));
    assert_eq!(
        upserted
            .contact()
            .attribute::<String>("plan")
            .expect("text")
            .as_deref(),
        Some("pro")
    );
}

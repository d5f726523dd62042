//! Tickets: what resolves a create whose outcome is unknown, and where it is refused.

use std::time::Duration;

use drift::{CallOptions, Client, ErrorKind, ExternalId, Resolution, VerifyPolicy};
use drift_emulator::settings::{LookupLag, Settings};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::{ada, started};

use crate::lost_create;

/// Two look-ups are due, and the time suffices for one: that finds nothing, but does not prove the contact absent.
#[tokio::test]
async fn a_ticket_whose_time_ran_out_is_not_resolved_as_absent() {
    let (emulator, client) = started().await;
    let effect = Effect::Garbage { commit: false };
    emulator
        .faults()
        .add(Fault::new(effect).method("POST"))
        .expect("a fault");
    let error = client.contacts().create(ada()).await.expect_err("in doubt");
    let ticket = error.ticket().expect("a ticket");
    let hasty = CallOptions::default()
        .total_timeout(Duration::from_secs(30))
        .verify(VerifyPolicy::after([
            Duration::ZERO,
            Duration::from_secs(60),
        ]));
    let resolved = client.contacts().with_options(hasty).resolve(ticket).await;
    let error = resolved.expect_err("it is not known");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    assert!(error.ticket().is_some());
    let resolved = client.contacts().resolve(ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Absent)));
}

/// A retry was refused as a duplicate: the contact is there, though no look-up finds it yet.
#[tokio::test]
async fn a_contact_that_a_duplicate_has_proved_is_never_absent() {
    let settings = Settings {
        lookup_lag: Some(LookupLag::Ms(3_600_000)),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    emulator.faults().add(lost_create(true)).expect("a fault");
    let id = ExternalId::random();
    let created = client
        .contacts()
        .create(ada().external_id(id.clone()))
        .await;
    let mut error = created.expect_err("no look-up finds it");
    for _ in 0..2 {
        assert_eq!(error.kind(), ErrorKind::Unresolved);
        let ticket = error.ticket().expect("a ticket");
        assert_eq!(ticket.external_id().as_ref(), Some(&id));
        let stored = serde_json::to_string(ticket).expect("JSON");
        let ticket = serde_json::from_str(&stored).expect("a ticket");
        let resolved = client.contacts().resolve(&ticket).await;
        error = resolved.expect_err("it is not known to be absent");
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// Not found with another token may mean: not in this organization.
#[tokio::test]
async fn a_ticket_belongs_to_one_base_url_and_token() {
    let (emulator, client) = started().await;
    emulator
        .faults()
        .add(Fault::new(Effect::Garbage { commit: true }))
        .expect("a fault");
    let created = client.contacts().create(ada()).await;
    let error = created.expect_err("in doubt");
    let ticket = error.ticket().expect("a ticket");
    emulator.faults().clear();
    let other_token = Client::builder("another").base_url(emulator.url());
    let other_endpoint = Client::builder(emulator.token());
    for other in [other_token, other_endpoint] {
        let other = other.build().expect("a client");
        let resolved = other.contacts().resolve(ticket).await;
        assert_eq!(resolved.expect_err("refused").kind(), ErrorKind::Input);
    }
    let resolved = client.contacts().resolve(ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Found(_))));
}

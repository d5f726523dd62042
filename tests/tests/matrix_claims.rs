//! Single cases that the matrix and the model have brought to light.

use std::collections::BTreeMap;
use std::time::Duration;

use drift::{
    CallOptions, Client, Contact, Delivery, ErrorKind, ExternalId, NewContact, Outcome, Resolution,
    VerifyPolicy,
};
use drift_emulator::settings::{LookupLag, Settings};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::relay::{Part, Relay, Withheld};
use drift_tests::{ada, started};

fn answering(status: u16, body: &str) -> Fault {
    let effect = Effect::Status {
        status,
        headers: BTreeMap::new(),
        body: Some(body.to_owned()),
        commit: false,
    };
    Fault::new(effect).method("POST")
}

fn lost(commit: bool) -> Fault {
    let effect = Effect::Disconnect {
        reset: true,
        commit,
    };
    Fault::new(effect).method("POST").times(1)
}

/// The paths of the requests that met a fault, and of none else.
fn faulted(emulator: &Emulator) -> usize {
    emulator.faults().log().len()
}

/// The contract names few statuses for each operation; a readable no is one under any other too.
#[tokio::test]
async fn a_refusal_with_a_status_that_the_contract_does_not_name_is_a_refusal() {
    let (emulator, client) = started().await;
    let body = r#"{"error":{"type":"validation_error","message":"CONTACT-11 no"}}"#;
    emulator
        .faults()
        .add(answering(422, body))
        .expect("a fault");
    let error = client
        .contacts()
        .create(ada())
        .await
        .expect_err("it is refused");
    assert_eq!(error.delivery(), Delivery::Refused);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.code(), Some("CONTACT-11"));
    assert_eq!(faulted(&emulator), 1, "it was repeated");
}

#[tokio::test]
async fn a_yes_with_a_status_that_the_contract_does_not_name_is_a_yes() {
    let (emulator, client) = started().await;
    let body = r#"{"data":{"id":7,"createdAt":1,"attributes":{"email":"ada@example.test"}}}"#;
    emulator
        .faults()
        .add(answering(201, body))
        .expect("a fault");
    let outcome = client.contacts().create(ada()).await.expect("made");
    assert!(matches!(outcome, Outcome::Created(_)));
    assert_eq!(outcome.contact().id().get(), 7);
}

/// A clone of a random id can be used by another create meanwhile; then finding it proves nothing.
#[tokio::test]
async fn a_random_id_that_two_creates_use_proves_neither() {
    let (emulator, rival) = started().await;
    let id = ExternalId::random();
    let relay = Relay::start(emulator.address()).await.expect("a port");
    let client = Client::builder(emulator.token())
        .base_url(relay.url())
        .options(drift_tests::quick())
        .build()
        .expect("a client");
    emulator.faults().add(lost(false)).expect("a fault");
    let other = ada().external_id(id.clone()).name("other");
    relay.before(2, async move {
        let made = rival.contacts().create(other).await;
        assert!(matches!(made, Ok(Outcome::Created(_))));
    });
    let outcome = client.contacts().create(ada().external_id(id)).await;
    assert!(matches!(outcome, Ok(Outcome::Existed(_))));
    assert_eq!(relay.requests(), 2);
}

/// Drops the leader of two equal creates once the server has its request; the other one takes over.
#[tokio::test]
async fn who_takes_over_from_a_dropped_leader_looks_first() {
    let (emulator, _) = started().await;
    let relay = Relay::start(emulator.address()).await.expect("a port");
    let client = Client::builder(emulator.token())
        .base_url(relay.url())
        .options(drift_tests::quick())
        .build()
        .expect("a client");
    relay.withhold(Withheld {
        method: "POST",
        times: 1,
        part: Part::Request,
    });
    relay.before(2, relay.deliver());
    let new = ada().external_id(ExternalId::random());
    let create = |new: NewContact| {
        let contacts = client.contacts();
        async move { contacts.create(new).await }
    };
    let leader = tokio::spawn(create(new.clone()));
    relay.stalled().await;
    let follower = tokio::spawn(create(new));
    tokio::task::yield_now().await;
    leader.abort();
    let outcome = follower.await.expect("no panic");
    assert!(matches!(outcome, Ok(Outcome::Recovered(_))), "{outcome:?}");
    assert_eq!(relay.requests(), 2, "a create and a look-up");
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// Not found by one look-up of three is not absent.
#[tokio::test]
async fn a_ticket_that_time_ran_out_for_is_not_absent() {
    let (emulator, client) = started().await;
    let effect = Effect::Garbage { commit: false };
    emulator
        .faults()
        .add(Fault::new(effect).method("POST"))
        .expect("a fault");
    let error = client
        .contacts()
        .create(ada())
        .await
        .expect_err("in doubt to the end");
    let ticket = error.ticket().expect("a ticket");
    let hasty = CallOptions::default()
        .total_timeout(Duration::from_secs(30))
        .verify(VerifyPolicy::after([
            Duration::ZERO,
            Duration::from_secs(60),
        ]));
    let resolved = client.contacts().with_options(hasty).resolve(ticket).await;
    let error = resolved.expect_err("it cannot be told");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    assert!(error.ticket().is_some());
    let resolved = client.contacts().resolve(ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Absent)));
}

/// A repeat was refused as a duplicate: the contact is there, though no look-up finds it yet.
#[tokio::test]
async fn what_a_duplicate_has_proved_is_not_absent() {
    let settings = Settings {
        lookup_lag: Some(LookupLag::Ms(3_600_000)),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    emulator.faults().add(lost(true)).expect("a fault");
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
async fn a_ticket_is_of_one_base_url_and_token() {
    let (emulator, client) = started().await;
    emulator
        .faults()
        .add(Fault::new(Effect::Garbage { commit: true }))
        .expect("a fault");
    let created = client.contacts().create(ada()).await;
    let error = created.expect_err("in doubt to the end");
    let ticket = error.ticket().expect("a ticket");
    emulator.faults().clear();
    let other_token = Client::builder("another").base_url(emulator.url());
    let other_place = Client::builder(emulator.token());
    for other in [other_token, other_place] {
        let other = other.build().expect("a client");
        let resolved = other.contacts().resolve(ticket).await;
        assert_eq!(resolved.expect_err("refused").kind(), ErrorKind::Input);
    }
    let resolved = client.contacts().resolve(ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Found(_))));
}

/// Nothing but a lost answer can be proved by a stamp, and it is proved for derived ids too.
#[tokio::test]
async fn a_stamp_proves_what_was_made() {
    let (emulator, client) = started().await;
    emulator.faults().add(lost(true)).expect("a fault");
    let options = drift_tests::quick().stamp("created_by_call");
    let contacts = client.contacts().with_options(options);
    let outcome = contacts.create(ada()).await.expect("made");
    assert!(matches!(outcome, Outcome::Recovered(_)));
    let shown: Result<Option<String>, _> = Contact::attribute(outcome.contact(), "created_by_call");
    assert_eq!(shown.expect("text").map(|stamp| stamp.len()), Some(32));
}

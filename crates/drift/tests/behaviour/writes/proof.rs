//! What proves that a contact was made by a create: a random id that no other create used, or a stamp.

use std::collections::BTreeMap;

use drift::{Client, Contact, ErrorKind, ExternalId, NewContact, Outcome, Resolution};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::relay::Relay;
use drift_tests::{ada, started};

use crate::lost_create;

#[tokio::test]
async fn a_random_id_proves_only_the_create_that_used_it_first() {
    let (_emulator, client) = started().await;
    let new = ada().external_id(ExternalId::random());
    let first = client.contacts().ensure(new.clone()).await.expect("made");
    assert!(matches!(first, Outcome::Created(_)));
    let second = client.contacts().ensure(new).await.expect("got");
    assert!(matches!(second, Outcome::Existed(_)));
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
    emulator.faults().add(lost_create(false)).expect("a fault");
    let other = ada().external_id(id.clone()).name("other");
    relay.before(2, async move {
        let made = rival.contacts().create(other).await;
        assert!(matches!(made, Ok(Outcome::Created(_))));
    });
    let outcome = client.contacts().create(ada().external_id(id)).await;
    assert!(matches!(outcome, Ok(Outcome::Existed(_))));
    assert_eq!(relay.requests(), 2);
}

/// The email alone proves nothing. With a stamp it is proved who made the contact.
#[tokio::test]
async fn a_stamp_proves_what_was_made() {
    let (emulator, client) = started().await;
    emulator.faults().add(lost_create(true)).expect("a fault");
    let options = drift_tests::quick().stamp("created_by_call");
    let contacts = client.contacts().with_options(options);
    let outcome = contacts.create(ada()).await.expect("made");
    assert!(matches!(outcome, Outcome::Recovered(_)));
    let shown: Result<Option<String>, _> = Contact::attribute(outcome.contact(), "created_by_call");
    assert_eq!(shown.expect("text").map(|stamp| stamp.len()), Some(32));
}

/// One create that the network delivers twice: the first delivery makes the contact, the second is refused as its
/// duplicate, and that refusal comes back.
fn twice() -> Fault {
    Fault::new(Effect::Twice)
        .method("POST")
        .path("/contacts")
        .times(1)
}

async fn created_twice(new: NewContact, stamp: bool) -> (Emulator, Result<Outcome, drift::Error>) {
    let (emulator, client) = started().await;
    emulator.faults().add(twice()).expect("a fault");
    let mut options = drift_tests::quick();
    if stamp {
        options = options.stamp("created_by_call");
    }
    let contacts = client.contacts().with_options(options);
    let created = contacts.create(new).await;
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
    (emulator, created)
}

#[tokio::test]
async fn a_proof_shows_that_a_first_duplicate_is_ones_own() {
    for (new, stamp) in [
        (ada().external_id(ExternalId::random()), false),
        (ada(), true),
    ] {
        let (_emulator, created) = created_twice(new, stamp).await;
        assert!(matches!(created, Ok(Outcome::Recovered(_))), "{created:?}");
    }
}

#[tokio::test]
async fn without_a_proof_a_first_duplicate_stays_one() {
    let (_emulator, created) = created_twice(ada(), false).await;
    let error = created.expect_err("nothing can tell");
    assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
    assert_eq!(error.next_action(), drift::NextAction::LookUp);
}

#[tokio::test]
async fn a_strangers_contact_is_a_duplicate_with_a_stamp_too() {
    let (emulator, client) = started().await;
    client.contacts().create(ada()).await.expect("a stranger's");
    let options = drift_tests::quick().stamp("created_by_call");
    let contacts = client.contacts().with_options(options);
    let error = contacts.create(ada()).await.expect_err("it is there");
    assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
    let ensured = contacts.ensure(ada()).await.expect("got");
    assert!(matches!(ensured, Outcome::Existed(_)));
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// Look-ups lag: whether the duplicate is one's own shows later.
#[tokio::test]
async fn a_first_duplicate_that_no_look_up_shows_is_unknown_with_a_ticket() {
    let (emulator, client) = started().await;
    let nobody = Effect::Status {
        status: 200,
        headers: BTreeMap::new(),
        body: Some(r#"{"data":[]}"#.to_owned()),
        commit: false,
    };
    let lagging = Fault::new(nobody).method("GET").path("/contacts");
    let faults = emulator.faults();
    faults.add_all(vec![twice(), lagging]).expect("faults");
    let new = ada().external_id(ExternalId::random());
    let error = client.contacts().create(new).await.expect_err("unseen");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    let ticket = error.ticket().expect("a ticket");
    let unseen = client.contacts().resolve(ticket).await;
    assert!(unseen.is_err(), "it exists, so it is not absent");
    faults.clear();
    let resolved = client.contacts().resolve(ticket).await;
    let ours = matches!(resolved, Ok(Resolution::Found(Outcome::Recovered(_))));
    assert!(ours, "{resolved:?}");
}

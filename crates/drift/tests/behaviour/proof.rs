//! What proves that a contact was made by a create: a random id that no other create used, or a stamp.

use drift::{Client, Contact, ExternalId, Outcome};
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

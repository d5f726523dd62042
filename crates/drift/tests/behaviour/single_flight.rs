//! Equal creates at the same time: one request, one result, and a hand-over when the leader is dropped.

use drift::{Client, ErrorKind, ExternalId, NewContact, Outcome};
use drift_tests::relay::{Part, Relay, Withheld};
use drift_tests::{ada, started};

#[tokio::test]
async fn equal_creates_at_the_same_time_are_one() {
    let (emulator, client) = started().await;
    let new = ada().external_id(ExternalId::random());
    let creates: Vec<_> = (0..20)
        .map(|_| {
            let (contacts, new) = (client.contacts(), new.clone());
            tokio::spawn(async move { contacts.create(new).await })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for create in creates {
        match create.await.expect("no panic") {
            Ok(outcome) => drop(ids.insert(outcome.contact().id())),
            Err(error) => assert_eq!(error.kind(), ErrorKind::DuplicateExternalId),
        }
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// Drops the leader of two equal creates once the server has its request; the other one takes over.
#[tokio::test]
async fn the_successor_of_a_dropped_leader_looks_first() {
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

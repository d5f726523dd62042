//! Equal creates at the same time: one request, one result, driven by whoever is polled, each within its own time.

use std::task::Poll;
use std::time::Duration;

use drift::{CallOptions, Client, Error, ErrorKind, ExternalId, NewContact, Outcome, Resolution};
use drift_emulator::Emulator;
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

/// A relay that lets the server execute the first create, and withholds its response.
async fn withholding(part: Part) -> (Emulator, Relay, Client) {
    let (emulator, _) = started().await;
    let relay = Relay::start(emulator.address()).await.expect("a port");
    relay.withhold(Withheld {
        method: "POST",
        times: 1,
        part,
    });
    let client = Client::builder(emulator.token())
        .base_url(relay.url())
        .options(drift_tests::quick())
        .build()
        .expect("a client");
    (emulator, relay, client)
}

fn options(attempt: Duration, total: Duration) -> CallOptions {
    drift_tests::quick()
        .attempt_timeout(attempt)
        .total_timeout(total)
}

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(600);

fn create(
    client: &Client,
    options: CallOptions,
    new: &NewContact,
) -> impl Future<Output = Result<Outcome, Error>> + Send + use<> {
    let contacts = client.contacts().with_options(options);
    let new = new.clone();
    async move { contacts.create(new).await }
}

/// The leader is dropped while the server has its request: the one that joined drives the same request on.
#[tokio::test]
async fn a_dropped_leader_is_not_missed() {
    let (emulator, relay, client) = withholding(Part::Response).await;
    let new = ada().external_id(ExternalId::random());
    let leader = tokio::spawn(create(&client, options(SHORT, LONG), &new));
    relay.stalled().await;
    let joined = tokio::spawn(create(&client, options(LONG, LONG), &new));
    tokio::task::yield_now().await;
    leader.abort();
    let outcome = joined.await.expect("no panic");
    assert!(matches!(outcome, Ok(Outcome::Recovered(_))), "{outcome:?}");
    assert_eq!(relay.requests(), 2, "a create and a look-up");
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// As in a `select!` whose other branch goes on for long.
#[tokio::test]
async fn a_leader_that_is_held_and_not_polled_holds_up_nobody() {
    let (emulator, client) = started().await;
    let new = ada().external_id(ExternalId::random());
    let mut held = Box::pin(create(&client, drift_tests::quick(), &new));
    let first = std::future::poll_fn(|context| Poll::Ready(held.as_mut().poll(context))).await;
    assert!(first.is_pending());
    let joined = create(&client, drift_tests::quick(), &new).await;
    assert!(matches!(joined, Ok(Outcome::Created(_))), "{joined:?}");
    assert_eq!(held.await.expect("the same"), joined.expect("created"));
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

#[tokio::test]
async fn a_joiner_waits_no_longer_than_its_own_time() {
    let (_emulator, relay, client) = withholding(Part::Response).await;
    let new = ada().external_id(ExternalId::random());
    let leader = tokio::spawn(create(&client, options(LONG, LONG), &new));
    relay.stalled().await;
    let error = create(&client, options(LONG, SHORT), &new).await;
    let error = error.expect_err("its time is up");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    let ticket = error.ticket().expect("a ticket");
    let resolved = client.contacts().resolve(ticket).await;
    let ours = matches!(resolved, Ok(Resolution::Found(Outcome::Recovered(_))));
    assert!(ours, "{resolved:?}");
    assert!(!leader.is_finished());
    leader.abort();
}

#[tokio::test]
async fn a_joiner_that_has_time_left_goes_on_where_the_leader_ran_out_of_it() {
    let (emulator, relay, client) = withholding(Part::Response).await;
    // Nor does the look-up end in the time of the leader.
    let stall = r#"[{"method": "GET", "path": "/contacts", "times": 1, "do": {"stall": {}}}]"#;
    emulator.faults().add_json(stall).expect("a fault");
    let new = ada().external_id(ExternalId::random());
    let leader = tokio::spawn(create(&client, options(LONG, SHORT), &new));
    relay.stalled().await;
    let joined = create(&client, options(LONG, LONG), &new).await;
    assert!(matches!(joined, Ok(Outcome::Recovered(_))), "{joined:?}");
    let led = leader.await.expect("no panic").expect_err("out of time");
    assert_eq!(led.kind(), ErrorKind::Unresolved);
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// The runtime of the leader is gone, with its timers and sockets.
#[test]
fn a_joiner_in_another_runtime_takes_over_and_looks_first() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build().expect("one")
    };
    let (servers, leaders, joiners) = (runtime(), runtime(), runtime());
    let (emulator, relay, client) = servers.block_on(withholding(Part::Response));
    let new = ada().external_id(ExternalId::random());
    let leader = leaders.spawn(create(&client, options(LONG, LONG), &new));
    servers.block_on(relay.stalled());
    let mut joined = Box::pin(create(&client, options(LONG, LONG), &new));
    let first = std::future::poll_fn(|context| Poll::Ready(joined.as_mut().poll(context)));
    assert!(joiners.block_on(first).is_pending());
    leader.abort();
    leaders.shutdown_background();
    let outcome = joiners.block_on(joined);
    assert!(matches!(outcome, Ok(Outcome::Recovered(_))), "{outcome:?}");
    let count = servers.block_on(emulator.state().count());
    assert_eq!(count.expect("a count"), 1);
}

/// Many tasks on several threads, of which some are dropped at any moment: nobody waits for ever, and nothing is doubled.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_that_join_and_leave_miss_nothing() {
    let (emulator, client) = started().await;
    for round in 0..50_u64 {
        let new = NewContact::new(format!("ada{round}@example.test")).expect("an email");
        let tasks: Vec<_> = (0..20)
            .map(|_| tokio::spawn(create(&client, drift_tests::quick(), &new)))
            .collect();
        for (number, task) in tasks.into_iter().enumerate() {
            if number % 3 == 0 {
                task.abort();
                continue;
            }
            let ended = task.await.expect("no panic");
            let duplicate = |error: &Error| error.kind() == ErrorKind::DuplicateEmail;
            assert!(ended.as_ref().err().is_none_or(duplicate), "{ended:?}");
        }
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 50);
}

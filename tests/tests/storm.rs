//! Creates through an emulator that faults a fifth of all calls at random, in its own words and in those of proxies and
//! filters, and executes each twentieth create twice: as many contacts as were asked for, each reported truly.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use drift::{
    CallOptions, Client, ContactId, Delivery, ErrorKind, ExternalId, IdKey, NewContact, Outcome,
    Resolution, RetryPolicy, Ticket, VerifyPolicy,
};
use drift_emulator::{Effect, Emulator, Fault};

const CREATES: usize = 10_000;
const CREATORS: usize = 16;

/// The faults together hit a fifth of the calls. The seed fixes which ones in the order in which they come.
const SEED: u64 = 20_261_123;

fn effects() -> Vec<Effect> {
    let status = |status, commit, body: Option<&str>| Effect::Status {
        status,
        headers: BTreeMap::new(),
        body: body.map(str::to_owned),
        commit,
    };
    let refused = |code| status(code, false, Some(PAGE));
    let mut effects = vec![Effect::HalfBody, status(429, false, None)];
    effects.extend([401, 404, 405, 413, 421, 425, 511].map(refused));
    effects.push(status(401, false, Some("")));
    for commit in [false, true] {
        effects.extend([408, 500, 502, 503, 504].map(|code| status(code, commit, None)));
        effects.extend([400, 403, 422].map(|code| status(code, commit, Some(PAGE))));
        effects.extend([false, true].map(|reset| Effect::Disconnect { reset, commit }));
        effects.push(Effect::Garbage { commit });
        effects.push(Effect::Stall { ms: None, commit });
    }
    effects
}

/// What proxies and filters say in the place of Drift.
const PAGE: &str = "<html><h1>Not here</h1></html>";

/// Rules are asked one after the other, so each takes its part of what the ones before it have left.
fn storm() -> Vec<Fault> {
    let effects = effects();
    let each = 0.2 / effects.len() as f64;
    let mut left = 1.0;
    let twice = Fault::new(Effect::Twice).method("POST").path("/contacts");
    // A connection is made only after another one broke, so this hits few calls more.
    let mut faults = vec![
        Fault::new(Effect::Refuse).share(0.05, SEED),
        twice.share(0.05, SEED + 1_000),
    ];
    for (seed, effect) in (SEED..).zip(effects) {
        faults.push(Fault::new(effect).share(each / left, seed));
        left -= each;
    }
    faults
}

/// What was reported of one create.
enum Reported {
    Outcome(Outcome),
    /// Not created, by an error or by the resolution of its ticket.
    NotCreated,
}

struct Storm {
    client: Client,
    key: IdKey,
    next: AtomicUsize,
    /// Creates that were refused as duplicates of themselves.
    doubled: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_as_many_contacts_as_were_asked_for() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    emulator.faults().add_all(storm()).expect("faults");
    let storm = Arc::new(Storm {
        client: client(&emulator),
        key: IdKey::new("1", &[7; 32]).expect("a key"),
        next: AtomicUsize::new(0),
        doubled: AtomicUsize::new(0),
    });
    let creators: Vec<_> = (0..CREATORS)
        .map(|_| tokio::spawn(storm.clone().create()))
        .collect();
    let mut reported = BTreeSet::new();
    for creator in creators {
        for id in creator.await.expect("every report is true") {
            assert!(reported.insert(id), "two creates got one contact");
        }
    }
    let there = emulator.state().contacts().await.expect("contacts");
    let there: BTreeSet<ContactId> = there
        .iter()
        .map(|contact| ContactId::new(contact.id))
        .collect();
    assert_eq!(there.len(), CREATES);
    assert_eq!(reported, there);
    let faulted = emulator.faults().log().len();
    let doubled = storm.doubled.load(Ordering::Relaxed);
    println!(
        "{CREATES} creates, {faulted} calls faulted, {doubled} refused as their own duplicates"
    );
    assert!(doubled > CREATES / 100, "{doubled} doubled: no test of it");
    assert!(faulted > CREATES / 5, "{faulted} calls faulted: no storm");
}

/// Waits of next to nothing, many attempts, a budget that lasts, and responses that are not waited for long.
fn client(emulator: &Emulator) -> Client {
    let wait = Duration::from_millis(1);
    let retry = RetryPolicy::default().max_attempts(8).initial_backoff(wait);
    let options = CallOptions::default()
        .attempt_timeout(Duration::from_millis(500))
        .retry(retry.max_backoff(wait))
        .verify(VerifyPolicy::after([wait; 3]));
    Client::builder(emulator.token())
        .base_url(emulator.url())
        .options(options)
        .build()
        .expect("a client")
}

impl Storm {
    /// Creates contacts until all are there, and returns the ids that were reported.
    async fn create(self: Arc<Self>) -> Vec<ContactId> {
        let mut made = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= CREATES {
                return made;
            }
            made.push(self.one(number).await);
        }
    }

    /// Creates one contact, and retries when it is reported as not created.
    async fn one(&self, number: usize) -> ContactId {
        loop {
            match self
                .report(self.new_contact(number), number.is_multiple_of(3))
                .await
            {
                Reported::Outcome(outcome) => {
                    assert_eq!(outcome.contact().email(), Some(email(number).as_str()));
                    return outcome.contact().id();
                }
                Reported::NotCreated => {}
            }
        }
    }

    /// By turns with a random id, a derived one, and by email alone.
    fn new_contact(&self, number: usize) -> NewContact {
        let new = NewContact::new(email(number)).expect("an email");
        match number % 3 {
            0 => new.external_id(ExternalId::random()),
            1 => new
                .external_id(ExternalId::derive(&self.key, number.to_string()).expect("an own id")),
            _ => new,
        }
    }

    async fn report(&self, new: NewContact, has_proof: bool) -> Reported {
        match self.client.contacts().create(new.clone()).await {
            Ok(outcome) => Reported::Outcome(outcome),
            Err(error) => match (error.ticket(), error.kind()) {
                (Some(ticket), _) => self.resolve(ticket).await,
                // The request was delivered twice, since nobody else is here. Without a proof a duplicate says that a
                // contact exists, and not who made it; so look.
                (None, ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId) => {
                    assert!(!has_proof, "a proof shows whose contact it is: {error:?}");
                    self.doubled.fetch_add(1, Ordering::Relaxed);
                    Reported::Outcome(self.ensure(new).await)
                }
                (None, _) => {
                    let known = [Delivery::NotSent, Delivery::Refused];
                    assert!(known.contains(&error.delivery()), "{error:?}");
                    Reported::NotCreated
                }
            },
        }
    }

    /// Gets the contact that exists, however often it takes.
    async fn ensure(&self, new: NewContact) -> Outcome {
        loop {
            if let Ok(outcome) = self.client.contacts().ensure(new.clone()).await {
                assert!(matches!(outcome, Outcome::Existed(_)), "made twice");
                return outcome;
            }
        }
    }

    async fn resolve(&self, ticket: &Ticket) -> Reported {
        loop {
            match self.client.contacts().resolve(ticket).await {
                Ok(Resolution::Found(outcome)) => return Reported::Outcome(outcome),
                Ok(Resolution::Absent) => return Reported::NotCreated,
                Err(_) => {}
            }
        }
    }
}

fn email(number: usize) -> String {
    format!("ada{number}@example.test")
}

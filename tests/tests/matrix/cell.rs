//! One cell: lets it go wrong, makes the call, and checks what is reported to the caller against what the server has.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use drift::{
    CallOptions, Client, ClientBuilder, ContactId, Delivery, Error, ErrorKind, RetryPolicy,
    VerifyPolicy,
};
use drift_emulator::{ContactRecord, Effect, Emulator, Settings};
use drift_tests::relay::{Relay, Unreachable};
use tokio::time::Instant;

use crate::calls::{self, Call, Identity, OURS, PLAN, Reported, Subject};
use crate::faults::{self, Late, Often, Row, Wrong};

/// What there was, and who interferes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Situation {
    pub existed: bool,
    pub raced: bool,
}

/// One cell of the matrix.
#[derive(Clone)]
pub struct Cell {
    pub number: usize,
    pub row: Row,
    pub often: Often,
    pub call: Call,
    pub situation: Situation,
}

/// An id that no contact has.
const NOBODY: ContactId = ContactId::new(4_000_000);

/// The limit of an attempt. It runs out when the clock is put forward, and no sooner.
const LIMIT: Duration = Duration::from_secs(60);

/// The limit of a call: enough for each attempt to run out, and for look-ups.
const TOTAL: Duration = Duration::from_secs(4 * 60);

/// The limit of an attempt of `blocking`, whose clock is the real one, where the network is silent.
const REAL_LIMIT: Duration = Duration::from_secs(1);

fn options() -> CallOptions {
    let retry = RetryPolicy::default()
        .max_attempts(3)
        .initial_backoff(Duration::ZERO);
    CallOptions::default()
        .attempt_timeout(LIMIT)
        .total_timeout(TOTAL)
        .retry(retry)
        .verify(VerifyPolicy::after([Duration::ZERO; 3]))
}

/// Where cells are played, one after the other.
pub struct Stage {
    emulator: Arc<Emulator>,
    relay: Relay,
    /// The client whose calls go wrong.
    client: Client,
    /// A client of the emulator itself, which nothing goes wrong with.
    rival: Client,
}

impl Stage {
    pub async fn new() -> Self {
        let emulator = Arc::new(emulator().await);
        let relay = Relay::start(emulator.address()).await.expect("a port");
        Self {
            client: client(&emulator, &relay.url()),
            rival: client(&emulator, emulator.url()),
            emulator,
            relay,
        }
    }
}

/// An emulator that does not end connections when the clock is put forward.
async fn emulator() -> Emulator {
    let settings = Settings {
        header_timeout_ms: u64::from(u32::MAX),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    emulator.expect("an emulator")
}

fn builder(emulator: &Emulator, url: &str) -> ClientBuilder {
    Client::builder(emulator.token())
        .base_url(url)
        .options(options())
}

fn client(emulator: &Emulator, url: &str) -> Client {
    builder(emulator, url).build().expect("a client")
}

/// What is known of who made what.
struct Scene {
    emulator: Arc<Emulator>,
    subject: Subject,
    before: Option<ContactId>,
    rivals: Arc<std::sync::OnceLock<ContactId>>,
}

impl Cell {
    /// Plays the cell, and returns what stands in the table. Panics where something is not true.
    pub async fn play(&self, stage: &Stage) -> String {
        let Stage {
            emulator,
            relay,
            rival,
            ..
        } = stage;
        emulator.state().reset().await.expect("a reset");
        relay.reset();
        let scene = self.prepare(emulator, rival).await;
        let nobody = Unreachable::new().expect("a port");
        let client = match self.row.wrong {
            Wrong::Unreachable => client(emulator, nobody.url()),
            _ => stage.client.clone(),
        };
        self.go_wrong(&scene, relay, rival);

        let target = scene.before.unwrap_or(NOBODY);
        let started = Instant::now();
        let call = async {
            if !self.call.blocks() {
                return calls::make(&client, self.call, &scene.subject, target).await;
            }
            let url = match self.row.wrong {
                Wrong::Unreachable => nobody.url().to_owned(),
                _ => relay.url(),
            };
            let builder = self.blocking_builder(emulator, &url);
            calls::make_blocking(builder, self.call, scene.subject.clone(), target).await
        };
        let reported = tokio::select! {
            reported = call => reported,
            never = put_forward(relay) => match never {},
        };
        let in_time = self.call.blocks() || started.elapsed() <= TOTAL;
        assert!(
            in_time,
            "{} {:?}: longer than its limit",
            self.row.name, self.call
        );
        if let Some(left) = relay.left() {
            left.await;
        }
        if matches!(self.row.wrong, Wrong::Late(_)) {
            relay.deliver().await;
        }
        emulator.faults().clear();
        let reported = reported.unwrap_or_else(Reported::Failed);
        let mut text = reported.to_string();
        if let Some(ticket) = ticket(&reported) {
            let resolved = calls::resolve(rival, ticket).await;
            self.judge(&scene, &resolved).await;
            text = format!("{text} → {resolved}");
        }
        let count = self.judge(&scene, &reported).await;
        format!("{text} · {count}")
    }

    fn blocking_builder(&self, emulator: &Emulator, url: &str) -> ClientBuilder {
        let is_silent = matches!(self.row.wrong, Wrong::Stall(_) | Wrong::Late(_));
        let limit = if is_silent { REAL_LIMIT } else { LIMIT };
        builder(emulator, url).options(options().attempt_timeout(limit))
    }

    async fn prepare(&self, emulator: &Arc<Emulator>, rival: &Client) -> Scene {
        let subject = Subject::new(self.number, self.call.identity());
        let mut before = None;
        if self.situation.existed {
            let made = rival.contacts().create(subject.new_contact("before")).await;
            before = Some(made.expect("made before").contact().id());
        }
        Scene {
            emulator: emulator.clone(),
            subject,
            before,
            rivals: Arc::default(),
        }
    }

    fn go_wrong(&self, scene: &Scene, relay: &Relay, rival: &Client) {
        let faults: Vec<_> = match &self.row.wrong {
            Wrong::Server(effect) => {
                vec![faults::rule(effect, self.often, self.call.endpoint())]
            }
            Wrong::Unreachable | Wrong::Stall(_) | Wrong::Late(_) => Vec::new(),
        };
        if let Some(withheld) = self.row.withheld(self.often, self.call.endpoint().0) {
            relay.withhold(withheld);
        }
        let late = matches!(self.row.wrong, Wrong::Late(Late::BeforeTheNext));
        let arrival = relay.deliver();
        let raced = self.situation.raced;
        let every_time = if self.often == Often::EachTime {
            faults.clone()
        } else {
            Vec::new()
        };
        scene.emulator.faults().add_all(faults).expect("faults");
        let (emulator, rivals) = (scene.emulator.clone(), scene.rivals.clone());
        let (subject, rival) = (scene.subject.clone(), rival.clone());
        relay.before(2, async move {
            if late {
                arrival.await;
            }
            if raced {
                emulator.faults().clear();
                if let Ok(outcome) = rival.contacts().create(subject.new_contact("rival")).await {
                    let _ = rivals.set(outcome.contact().id());
                }
                emulator.faults().add_all(every_time).expect("faults");
            }
        });
    }

    /// Checks what is reported to the caller against what the server has; returns the number of contacts.
    async fn judge(&self, scene: &Scene, reported: &Reported) -> usize {
        let all = scene.emulator.state().contacts().await.expect("contacts");
        let live: Vec<ContactRecord> = all
            .into_iter()
            .filter(|record| record.deleted_at.is_none() && is_about(&scene.subject, record))
            .collect();
        let foreign = [scene.before, scene.rivals.get().copied()];
        let ours: Vec<ContactId> = live
            .iter()
            .map(|record| ContactId::new(record.id))
            .filter(|id| !foreign.contains(&Some(*id)))
            .collect();
        let truth = Truth {
            cell: self,
            scene,
            live: &live,
            ours: &ours,
        };
        truth.counts(reported);
        truth.claims(reported);
        live.len()
    }
}

/// Whenever the client can do nothing but wait, lets its time run out. The clock stands still otherwise.
async fn put_forward(relay: &Relay) -> Infallible {
    loop {
        relay.stalled().await;
        tokio::time::advance(LIMIT).await;
    }
}

fn ticket(reported: &Reported) -> Option<&drift::Ticket> {
    match reported {
        Reported::Failed(error) => error.ticket(),
        _ => None,
    }
}

/// Everybody here writes the same email address.
fn is_about(subject: &Subject, record: &ContactRecord) -> bool {
    record.attributes["email"] == subject.email.as_str()
}

/// What the server has.
struct Truth<'a> {
    cell: &'a Cell,
    scene: &'a Scene,
    live: &'a [ContactRecord],
    /// The contacts that neither were there before nor are the rival's.
    ours: &'a [ContactId],
}

impl Truth<'_> {
    fn check(&self, holds: bool, what: &str) {
        let Cell {
            row,
            often,
            call,
            situation,
            ..
        } = self.cell;
        assert!(
            holds,
            "{} {often:?}, {call:?}, {situation:?}: {what}",
            row.name
        );
    }

    /// The number of contacts is exactly right.
    fn counts(&self, reported: &Reported) {
        let Cell {
            call, often, row, ..
        } = self.cell;
        self.check(self.ours.len() <= 1, "this call made two");
        if call.identity() != Identity::Random {
            self.check(self.live.len() <= 1, "two contacts of one identity");
        }
        // What goes wrong once is survived, but for a refusal: the contact is there in the end.
        let survived = *often == Often::Once && !row.ends_call;
        if call.creates() && survived && !matches!(reported, Reported::Absent) {
            self.check(!self.live.is_empty(), "the contact is lost");
            if call.identity() == Identity::Random {
                self.check(self.ours.len() == 1, "the contact is lost");
            }
        }
        if !call.creates() {
            self.check(self.ours.is_empty(), "a contact out of nowhere");
        }
    }

    /// What is reported to the caller is true.
    fn claims(&self, reported: &Reported) {
        match reported {
            Reported::Created(contact) | Reported::Recovered(contact) => {
                self.check(self.ours == [contact.id()], "not made by this call");
            }
            Reported::Existed(contact) => {
                self.check(self.find(contact.id()).is_some(), "does not exist");
            }
            Reported::Updated(contact) => {
                let plan = self
                    .find(contact.id())
                    .map(|record| &record.attributes[PLAN]);
                self.check(plan.is_some_and(|plan| plan == OURS), "not updated");
                self.check(
                    contact.value(PLAN).is_some_and(|plan| plan == OURS),
                    "not shown",
                );
            }
            Reported::Deleted => {
                let there = self.scene.before.and_then(|id| self.find(id));
                self.check(there.is_none(), "not deleted");
            }
            Reported::Found(found) => self.found(found),
            Reported::Absent => self.check(self.ours.is_empty(), "not absent"),
            Reported::Failed(error) => self.failed(error),
        }
    }

    fn found(&self, found: &[drift::Contact]) {
        let rival = self.scene.rivals.get().copied();
        let ids: Vec<ContactId> = found.iter().map(drift::Contact::id).collect();
        let live = || self.live.iter().map(|record| ContactId::new(record.id));
        let with = ids == live().collect::<Vec<_>>();
        let without = ids == live().filter(|id| Some(*id) != rival).collect::<Vec<_>>();
        self.check(with || without, "not what is there");
    }

    fn failed(&self, error: &Error) {
        match error.delivery() {
            Delivery::Refused if self.is_second_response(error) => {}
            Delivery::NotSent | Delivery::Refused => {
                self.check(self.ours.is_empty(), "made, though it says not");
                let before = self.scene.before.map(|id| self.find(id));
                let untouched = before.is_none_or(|found| {
                    found.is_some_and(|record| record.attributes[PLAN] != OURS)
                });
                self.check(untouched, "changed, though it says not");
            }
            Delivery::Unknown | Delivery::Done => {
                let ticket = error.ticket().is_some();
                self.check(
                    ticket == self.cell.call.creates(),
                    "a ticket for creates, and for them alone",
                );
            }
        }
    }

    /// Whether the error is the response to a second delivery, and nothing could tell: a duplicate without a proof says
    /// that a contact exists, and not who made it; not found says that it is not there, and not who deleted it.
    fn is_second_response(&self, error: &Error) -> bool {
        let Cell { row, call, .. } = self.cell;
        let twice = matches!(row.wrong, Wrong::Server(Effect::Twice));
        match error.kind() {
            ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId => {
                self.check(!self.live.is_empty(), "no duplicate");
                twice && call.identity() != Identity::Random
            }
            ErrorKind::NotFound => {
                let there = self.scene.before.and_then(|id| self.find(id));
                twice && *call == Call::Delete && there.is_none()
            }
            _ => false,
        }
    }

    fn find(&self, id: ContactId) -> Option<&ContactRecord> {
        self.live.iter().find(|record| record.id == id.get())
    }
}

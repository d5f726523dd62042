//! Keyed creates through nginx and whichever of three gateways, a fifth of whose calls to Drift fail or are executed twice, while
//! gateways and database are killed: each is made exactly once, and every final response is true.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use drift_emulator::{Effect, Emulator, Fault};
use serde_json::{Value, json};

use super::balancer::Balancer;
use super::chaos::{Gateways, Setup, first_line};
use super::server::Server;
use crate::generator::Failure;
use crate::util::{cargo, faults, tool};

const GATEWAYS: usize = 3;
/// The fewest and the most callers at a time, and how many creates are one caller's.
const CALLERS: (usize, usize) = (16, 128);
const CREATES_OF_CALLER: usize = 60;
const SEED: u64 = 20_261_127;

/// Of so many creates one is to be delivered without its caller.
const DELIVERY: usize = 4;

/// How long a caller retries; longer than any doubt lasts.
const PATIENCE: Duration = Duration::from_secs(180);

pub fn run(server: Server, creates: usize, beside: Option<&Path>) -> Result<(), Failure> {
    cargo::run_quietly(&["build", "--package", "drift-cli"], &[])?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()?;
    runtime.block_on(storm(server, creates, beside))
}

async fn storm(mut server: Server, creates: usize, beside: Option<&Path>) -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let home = tool::folder("storm")?;
    let setup = Setup {
        program: tool::target().join("debug/drift"),
        older: beside.map(Path::to_owned),
        home,
        store: server.url(),
        drift: emulator.url().to_owned(),
        token: emulator.token().to_owned(),
        timeout: 2,
    };
    let mut add = setup.command();
    add.args(["keys", "add", "storm"]);
    let key = first_line(&mut add, &setup.program)?;
    let mut gateways = Gateways::start(setup, GATEWAYS)?;
    let balancer = Balancer::start(gateways.ports())?;
    emulator.faults().add_all(faults())?;
    let storm = Arc::new(Storm {
        url: format!("{}/contacts", balancer.url()),
        key,
        http: reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(15))
            .build()?,
        next: AtomicUsize::new(0),
        retries: AtomicUsize::new(0),
        creates,
    });
    let over = Arc::new(AtomicBool::new(false));
    let chaos = {
        let over = Arc::clone(&over);
        tokio::task::spawn_blocking(move || {
            let blows = gateways.strike(&mut server, &over);
            blows
                .map(|blows| (blows, gateways, server))
                .map_err(|error| error.to_string())
        })
    };
    let begun = Instant::now();
    let reported = storm.clone().all().await;
    over.store(true, Ordering::Release);
    let (blows, _gateways, _server) = chaos.await??;
    let reported = reported?;
    delivered(&emulator, creates).await?;
    judge(&emulator, creates, &reported).await?;
    println!(
        "{creates} creates through nginx and three gateways in {} s, {} retries of callers, {} calls faulted, \
         {blows:?}: each made once",
        begun.elapsed().as_secs(),
        storm.retries.load(Ordering::Relaxed),
        emulator.faults().log().len(),
    );
    Ok(())
}

/// Those of a storm; and each twentieth create is executed twice.
fn faults() -> Vec<Fault> {
    let twice = Fault::new(Effect::Twice).method("POST").path("/contacts");
    let mut all = vec![twice.share(0.05, SEED)];
    all.extend(faults::of_a_storm(SEED + 1));
    all
}

struct Storm {
    /// Where nginx takes creates.
    url: String,
    key: String,
    http: reqwest::Client,
    next: AtomicUsize,
    retries: AtomicUsize,
    creates: usize,
}

/// What the callers were told: the contact of each create, where they waited for it.
type Reported = BTreeMap<usize, i64>;

impl Storm {
    async fn all(self: Arc<Self>) -> Result<Reported, Failure> {
        let number = self.creates / CREATES_OF_CALLER;
        let callers: Vec<_> = (0..number.clamp(CALLERS.0, CALLERS.1))
            .map(|_| tokio::spawn(self.clone().call()))
            .collect();
        let mut reported = Reported::new();
        for caller in callers {
            reported.extend(caller.await??);
        }
        Ok(reported)
    }

    async fn call(self: Arc<Self>) -> Result<Reported, String> {
        let mut reported = Reported::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.creates {
                return Ok(reported);
            }
            if let Some(contact) = self.create(number).await? {
                reported.insert(number, contact);
            }
        }
    }

    /// The loop of a caller: the same request with the same key, until a response is final.
    async fn create(&self, number: usize) -> Result<Option<i64>, String> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.attempt(number).await {
                Some((200..=201, body)) => {
                    let id = body["data"]["id"].as_i64();
                    return id
                        .map(Some)
                        .ok_or_else(|| "a contact without an id".to_owned());
                }
                Some((202, _)) => return Ok(None),
                Some((status @ (400 | 401 | 404 | 409 | 422), body)) => {
                    return Err(format!("create {number}: {status} {body}"));
                }
                Some(_) | None => {}
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("create {number} had no final response"))
    }

    async fn attempt(&self, number: usize) -> Option<(u16, Value)> {
        let mut request = self
            .http
            .post(&self.url)
            .bearer_auth(&self.key)
            .header("Idempotency-Key", format!("storm-{number}"))
            .json(&json!({"attributes": {
                "email": format!("caller-{number}@example.test"),
                "externalId": external_id(number),
            }}));
        if number.is_multiple_of(DELIVERY) {
            request = request.header("Prefer", "respond-async");
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let body = response.bytes().await.ok()?;
        Some((status, serde_json::from_slice(&body).unwrap_or_default()))
    }
}

fn external_id(number: usize) -> String {
    format!("storm_{number:06}_9f3c1ad27b60e845")
}

/// Waits for what nobody waited for.
async fn delivered(emulator: &Emulator, creates: usize) -> Result<(), Failure> {
    let begun = Instant::now();
    while emulator.state().contacts().await?.len() < creates {
        if begun.elapsed() > PATIENCE {
            return Err("some deliveries did not arrive".into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

async fn judge(emulator: &Emulator, creates: usize, reported: &Reported) -> Result<(), Failure> {
    let contacts = emulator.state().contacts().await?;
    let mut made: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for contact in &contacts {
        let id = contact.external_id.clone().unwrap_or_default();
        made.entry(id).or_default().push(contact.id);
    }
    if contacts.len() != creates || made.len() != creates {
        return Err(format!("{} contacts of {creates} creates", contacts.len()).into());
    }
    for (number, contact) in reported {
        if made.get(&external_id(*number)) != Some(&vec![*contact]) {
            return Err(format!("create {number} was told of another contact").into());
        }
    }
    Ok(())
}

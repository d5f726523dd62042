//! Kills the gateway at random moments while a fifth of all calls behind it fails, and callers that know nothing but "send
//! it again" create contacts through it. In the end every contact exists once, and every final response is true.
//!
//! Small by default; `DRIFT_HEAVY=1` kills it 200 times over 10,000 creates, and prints the counts.

use std::collections::{BTreeMap, HashMap};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use drift_emulator::{Effect, Emulator, Fault};
use serde_json::{Value, json};

/// Callers at the same time.
const CALLERS: u64 = 16;

/// A fifth of all calls fails, in five ways.
fn faults() -> Vec<Fault> {
    let status = |status, commit| Effect::Status {
        status,
        headers: BTreeMap::new(),
        body: None,
        commit,
    };
    let disconnect = |reset, commit| Effect::Disconnect { reset, commit };
    let effects = [
        disconnect(true, true),
        disconnect(false, false),
        Effect::HalfBody,
        status(502, true),
        status(500, false),
    ];
    let numbered = (1..).zip(effects);
    numbered
        .map(|(seed, effect)| Fault::new(effect).path("/contacts").share(0.042, seed))
        .collect()
}

/// A pseudo-random generator (xorshift), the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// How the gateway is started, each time the same.
struct Start {
    port: u16,
    store: PathBuf,
    base_url: String,
    options: &'static [&'static str],
}

impl Start {
    fn child(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_drift"))
            .args([
                "gateway",
                "--timeout",
                "20",
                "--port",
                &self.port.to_string(),
                "--store",
            ])
            .arg(&self.store)
            .args(self.options)
            .env_clear()
            .env("DRIFT_BASE_URL", &self.base_url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts")
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// A caller's final response to one create.
struct Response {
    status: u16,
    outcome: String,
    json: Value,
}

/// Sends the same request until a response is final, as any program does in a loop.
async fn create(http: &drift::reqwest::Client, url: &str, token: &str, number: u64) -> Response {
    let body =
        json!({"attributes": {"email": format!("lead{number}@example.test"), "number": number}});
    loop {
        let request = http
            .post(format!("{url}/contacts"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("create-{number}"))
            .body(body.to_string());
        if let Ok(response) = request.send().await {
            let status = response.status().as_u16();
            let outcome = response.headers().get("drift-outcome").cloned();
            let read = response.bytes().await;
            if let (200 | 400 | 409 | 422, Ok(read)) = (status, read) {
                let outcome = outcome.and_then(|outcome| outcome.to_str().ok().map(str::to_owned));
                return Response {
                    status,
                    outcome: outcome.unwrap_or_default(),
                    json: serde_json::from_slice(&read).expect("JSON"),
                };
            }
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// Creates so many contacts from many callers at a time.
async fn create_all(url: String, token: String, creates: u64) -> Vec<(u64, Response)> {
    let http = drift::Client::http_client_builder().expect("certificates");
    let http = http.build().expect("a client");
    let next = Arc::new(AtomicU64::new(0));
    let callers = (0..CALLERS).map(|_| {
        let (http, next, url, token) = (http.clone(), next.clone(), url.clone(), token.clone());
        tokio::spawn(async move {
            let mut responses = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= creates {
                    return responses;
                }
                responses.push((number, create(&http, &url, &token, number).await));
            }
        })
    });
    let callers: Vec<_> = callers.collect();
    let mut responses = Vec::new();
    for caller in callers {
        responses.extend(caller.await.expect("a caller"));
    }
    responses
}

/// Kills the gateway when so many more contacts exist, and starts it again.
async fn kill(start: &Start, emulator: &Emulator, creates: u64, kills: u32, seed: u64) -> Child {
    let mut random = Random(seed);
    let mut child = start.child();
    for round in 0..kills {
        let existing = contacts(emulator).await;
        let step = (2 * creates.saturating_sub(existing) / u64::from(kills - round).max(1)).max(2);
        let at = existing + random.below(step);
        while contacts(emulator).await < at.min(creates) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(random.below(20_000))).await;
        child.kill().expect("killed");
        child.wait().expect("its end");
        child = start.child();
    }
    child
}

async fn contacts(emulator: &Emulator) -> u64 {
    emulator.state().count().await.expect("a count")
}

/// Every twentieth contact exists before.
async fn create_some(emulator: &Emulator, creates: u64) -> HashMap<u64, i64> {
    let client = drift::Client::builder(emulator.token()).base_url(emulator.url());
    let client = client.build().expect("a client");
    let mut ids = HashMap::new();
    for number in (0..creates).step_by(20) {
        let new = drift::NewContact::new(format!("lead{number}@example.test")).expect("an email");
        let outcome = client.contacts().create(new).await.expect("created");
        ids.insert(number, outcome.contact().id().get());
    }
    ids
}

/// What the emulator's own ledger says of every response.
async fn judge(
    emulator: &Emulator,
    responses: &[(u64, Response)],
    existing: &HashMap<u64, i64>,
    is_stamped: bool,
) -> BTreeMap<String, u64> {
    let records = emulator.state().contacts().await.expect("contacts");
    let ids: HashMap<&str, i64> = records
        .iter()
        .map(|record| {
            (
                record.attributes["email"].as_str().expect("an email"),
                record.id,
            )
        })
        .collect();
    let mut counts = BTreeMap::new();
    for (number, response) in responses {
        let id = ids[format!("lead{number}@example.test").as_str()];
        let outcome = response.outcome.as_str();
        let is_true = match (response.status, existing.get(number)) {
            // Somebody else made it: a duplicate, or what was found after a doubt.
            (409, Some(_)) => true,
            (200, Some(existing)) => outcome == "existed" && *existing == id,
            (200, None) if is_stamped => matches!(outcome, "created" | "recovered"),
            (200, None) => matches!(outcome, "created" | "existed"),
            _ => false,
        };
        assert!(
            is_true,
            "{number}: {} {outcome} {}",
            response.status, response.json
        );
        if response.status == 200 {
            assert_eq!(response.json["data"]["id"], id, "{number}");
        }
        *counts
            .entry(format!("{} {outcome}", response.status))
            .or_insert(0) += 1;
    }
    counts
}

async fn storm(options: &'static [&'static str], folder: &Path, seed: u64) {
    let (creates, kills) = if is_heavy() { (10_000, 200) } else { (300, 8) };
    let emulator = Emulator::start().await.expect("an emulator");
    let existing = create_some(&emulator, creates).await;
    emulator.faults().add_all(faults()).expect("faults");
    let start = Start {
        port: free_port(),
        store: folder.join(format!("gateway-{seed}.db")),
        base_url: emulator.url().to_owned(),
        options,
    };
    let url = format!("http://127.0.0.1:{}", start.port);
    let callers = tokio::spawn(create_all(url, emulator.token().to_owned(), creates));
    let mut child = kill(&start, &emulator, creates, kills, seed).await;
    let responses = callers.await.expect("callers");
    child.kill().expect("killed");
    child.wait().expect("its end");
    assert_eq!(responses.len() as u64, creates);
    assert_eq!(contacts(&emulator).await, creates, "{options:?}");
    let counts = judge(&emulator, &responses, &existing, !options.is_empty()).await;
    if is_heavy() {
        let faults = emulator.faults().log().len();
        println!("{options:?}: {kills} kills over {creates} creates, {faults} faults: {counts:?}");
    }
}

fn is_heavy() -> bool {
    std::env::var_os("DRIFT_HEAVY").is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_killed_creates_every_contact_once_and_every_final_response_is_true() {
    let folder = tempfile::tempdir().expect("a folder");
    for (seed, options) in [(1, &[][..]), (2, &["--stamp", "made_by"])] {
        storm(options, folder.path(), seed * 0x9E37_79B9).await;
    }
}

//! Creates across many expiries of the access token, while renewals are lost, slow or refused at random: exactly as many
//! contacts as were asked for, no call fails, and one renewal for each expiry.
//!
//! Light unless `DRIFT_HEAVY` is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
use drift::{Client, ExternalId, NewContact, RetryPolicy};
use drift_emulator::settings::{RefreshTokens, TokenExpiry};
use drift_emulator::{
    Clock, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Effect, Emulator, Fault, Settings,
};

const CREATORS: usize = 16;
const TOKEN_LIFE_MS: i64 = 2_000;
/// So many contacts are created between two expiries.
const EACH: usize = 100;
const SEED: u64 = 20_261_127;

fn creates() -> usize {
    match std::env::var_os("DRIFT_HEAVY") {
        Some(_) => 10_000,
        None => 600,
    }
}

/// Two fifths of the renewals are lost after they were executed, refused, or slow.
fn faulty_renewals() -> Vec<Fault> {
    let refused = |status| Effect::Status {
        status,
        headers: Default::default(),
        body: None,
        commit: false,
    };
    let lost = |reset| Effect::Disconnect {
        reset,
        commit: true,
    };
    let slow = Effect::Stall {
        ms: Some(20),
        commit: true,
    };
    let effects = [
        lost(false),
        lost(true),
        refused(429),
        refused(503),
        refused(500),
        slow,
    ];
    let faults = (SEED..).zip(effects);
    let faults =
        faults.map(|(seed, effect)| Fault::new(effect).path("/oauth2/token").share(0.08, seed));
    faults.collect()
}

struct Storm {
    emulator: Emulator,
    client: Client,
    next: AtomicUsize,
    done: AtomicUsize,
    expiries: AtomicUsize,
}

impl Storm {
    /// Creates contacts until all are there. After each hundred the token expires.
    async fn create(self: Arc<Self>) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= creates() {
                return;
            }
            let new = NewContact::new(format!("ada{number}@example.test")).expect("an email");
            let new = match number % 2 {
                0 => new.external_id(ExternalId::random()),
                _ => new,
            };
            let created = self.client.contacts().create(new).await;
            let created = created.unwrap_or_else(|error| panic!("create {number}: {error:?}"));
            assert!(created.is_ours(), "create {number} was doubled");
            if (self.done.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(EACH) {
                self.expire();
            }
        }
    }

    fn expire(&self) {
        let expiries = self.expiries.fetch_add(1, Ordering::Relaxed) + 1;
        let now = i64::try_from(expiries).expect("a small number") * TOKEN_LIFE_MS;
        self.emulator.state().set_clock(Clock::Fixed(now));
    }
}

/// A renewal that is executed and lost costs another one, so only those count whose response arrived.
fn renewals(emulator: &Emulator) -> usize {
    let faults = emulator.faults().log();
    let lost = faults
        .iter()
        .filter(|fault| fault.effect == "disconnect")
        .count();
    usize::try_from(emulator.state().token_refreshes()).expect("a small number") - lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creates_across_expiries_are_made_once_and_none_fails() {
    let settings = Settings {
        token_lifetime_ms: TOKEN_LIFE_MS,
        // The clock is the emulator's own, so the client learns of an expiry by a refusal.
        token_expiry: TokenExpiry::Absent,
        refresh_tokens: RefreshTokens::Overlap,
        ..Settings::default()
    };
    let builder = Emulator::builder()
        .settings(settings)
        .clock(Clock::Fixed(0));
    let emulator = builder.start().await.expect("the emulator starts");
    emulator
        .faults()
        .add_all(faulty_renewals())
        .expect("faults");
    let client = client(&emulator);
    let storm = Arc::new(Storm {
        emulator,
        client,
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        expiries: AtomicUsize::new(0),
    });
    let creators: Vec<_> = (0..CREATORS)
        .map(|_| tokio::spawn(storm.clone().create()))
        .collect();
    for creator in creators {
        creator.await.expect("no call fails");
    }
    let count = storm.emulator.state().count().await.expect("a count");
    assert_eq!(usize::try_from(count).ok(), Some(creates()));
    let expiries = storm.expiries.load(Ordering::Relaxed);
    let renewals = renewals(&storm.emulator);
    let faulted = storm.emulator.faults().log().len();
    println!(
        "{count} creates, {expiries} expiries, {renewals} renewals, {faulted} of them faulted"
    );
    // The last expiry has no call after it, the first token is got with a renewal.
    assert!(
        (expiries / 2..=expiries + 1).contains(&renewals),
        "{expiries} expiries, {renewals} renewals"
    );
    assert!(faulted > 0, "no renewal was faulted: no test of it");
}

fn client(emulator: &Emulator) -> Client {
    let wait = Duration::from_millis(1);
    let retry = RetryPolicy::default()
        .max_attempts(8)
        .initial_backoff(wait)
        .max_backoff(wait);
    let tokens = OAuthTokens::of_refresh_token(emulator.state().grant_tokens(7).refresh_token);
    let app = OAuthApp::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
    let credentials = OAuth::kept_by(app, tokens, |_| Ok::<_, std::io::Error>(()));
    let builder = Client::builder_with_credentials(credentials).base_url(emulator.url());
    builder
        .options(drift_tests::quick().retry(retry))
        .build()
        .expect("a client")
}

//! An import whose access token expires again and again, and one whose token is replaced by another organization's.
//!
//! Light unless `DRIFT_HEAVY` is set.

use std::sync::Mutex;
use std::time::Duration;

use drift::credentials::{
    AccessToken, Credentials, OAuth, OAuthApp, OAuthTokens, TokenEndpoint, TokenFuture,
};
use drift::{CallOptions, Client, ErrorKind, RetryPolicy, VerifyPolicy};
use drift_emulator::settings::{RefreshTokens, TokenExpiry};
use drift_emulator::{
    Clock, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Effect, Emulator, Fault, Organization, Scope,
    Settings, State,
};
use drift_import::{Error, Purpose, Stop};

use crate::support::{Fixture, leads, quick};

const TOKEN_LIFE_MS: i64 = 2_000;

/// How many rows are imported, and after how many of them the token expires.
fn rows() -> (usize, u64) {
    match std::env::var_os("DRIFT_HEAVY") {
        Some(_) => (20_000, 400),
        None => (400, 50),
    }
}

fn client(emulator: &Emulator, credentials: impl Credentials) -> Client {
    let wait = Duration::from_millis(1);
    let retry = RetryPolicy::default()
        .initial_backoff(wait)
        .max_backoff(wait);
    let options = CallOptions::default().retry(retry.max_attempts(8));
    let builder = Client::builder_with_credentials(credentials).base_url(emulator.url());
    builder
        .options(options.verify(VerifyPolicy::after([wait; 3])))
        .build()
        .expect("a client")
}

/// Lets the token expire whenever so many contacts more are there.
async fn expire_again_and_again(state: State, each: u64) {
    let mut expiries = 0;
    loop {
        let count = state.count().await.expect("a count");
        if count >= (u64::try_from(expiries).expect("positive") + 1) * each {
            expiries += 1;
            state.set_clock(Clock::Fixed(expiries * TOKEN_LIFE_MS));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_across_expiries() {
    let (rows, each) = rows();
    let settings = Settings {
        token_lifetime_ms: TOKEN_LIFE_MS,
        token_expiry: TokenExpiry::Absent,
        refresh_tokens: RefreshTokens::Overlap,
        ..Settings::default()
    };
    let builder = Emulator::builder()
        .settings(settings)
        .clock(Clock::Fixed(0));
    let emulator = builder.start().await.expect("it starts");
    let lost = Effect::Disconnect {
        reset: false,
        commit: true,
    };
    let refused = Effect::Status {
        status: 503,
        headers: Default::default(),
        body: None,
        commit: false,
    };
    let slow = Effect::Stall {
        ms: Some(20),
        commit: true,
    };
    for (seed, effect) in (1..).zip([lost, refused, slow]) {
        let fault = Fault::new(effect).path("/oauth2/token").share(0.15, seed);
        emulator.faults().add(fault).expect("a fault");
    }
    let tokens = OAuthTokens::of_refresh_token(emulator.state().grant_tokens(7).refresh_token);
    let app = OAuthApp::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokens.json");
    tokens.save(&path).expect("saved");
    let client = client(&emulator, OAuth::in_file(app, path));
    let expiring = tokio::spawn(expire_again_and_again(emulator.state(), each));
    let fixture = Fixture::with(emulator, client);
    let file = fixture.file("leads.csv", leads(rows));
    let summary = fixture.commit(&file, quick()).await;
    expiring.abort();
    let rows = u64::try_from(rows).expect("a small number");
    assert_eq!(summary.created, rows);
    assert_eq!(fixture.contacts().await, rows);
    let state = fixture.emulator.state();
    let Clock::Fixed(now) = state.clock() else {
        panic!("the clock is another one")
    };
    let expiries = u64::try_from(now / TOKEN_LIFE_MS).expect("positive");
    let faults = fixture.emulator.faults().log();
    let lost = faults
        .iter()
        .filter(|fault| fault.effect == "disconnect")
        .count();
    let renewals = state.token_refreshes() - u64::try_from(lost).expect("a small number");
    println!(
        "{rows} rows, {expiries} expiries, {renewals} renewals, {} faults",
        faults.len()
    );
    assert!(expiries >= rows / each / 2, "{expiries} expiries");
    // The first token is got with a renewal, and the last expiry may have no call after it.
    assert!(
        (expiries / 2..=expiries + 1).contains(&renewals),
        "{expiries} expiries, {renewals} renewals"
    );
}

/// A token that somebody exchanges for another organization's while the import runs.
struct Exchanged(Mutex<Vec<AccessToken>>);

impl Credentials for Exchanged {
    fn token<'a>(&'a self, _: &'a TokenEndpoint) -> TokenFuture<'a> {
        let token = self.0.lock().expect("no panic").last().cloned();
        Box::pin(async { token.ok_or_else(|| drift::Error::no_token("none is left")) })
    }

    fn refused(&self, _: &AccessToken) {
        self.0.lock().expect("no panic").pop();
    }
}

#[tokio::test]
async fn a_token_of_another_organization_stops_the_import() {
    let seven = Organization::new(7).token("of-seven", &Scope::ALL);
    let eight = Organization::new(8).token("of-eight", &Scope::ALL);
    let builder = Emulator::builder().organization(seven).organization(eight);
    let emulator = builder.start().await.expect("it starts");
    let tokens = ["of-eight", "of-seven"].map(|token| AccessToken::new(token).expect("a token"));
    let client = client(&emulator, Exchanged(Mutex::new(tokens.to_vec())));
    let expired = Effect::Status {
        status: 401,
        headers: Default::default(),
        body: Some(r#"{"error":{"type":"authentication_error"}}"#.to_owned()),
        commit: false,
    };
    let expired = Fault::new(expired).method("POST").path("/contacts").nth(5);
    emulator.faults().add(expired).expect("a fault");
    let fixture = Fixture::with(emulator, client);
    let file = fixture.file("leads.csv", leads(20));
    let plan = fixture
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .expect("a plan");
    let summary = plan
        .commit()
        .expect("begun")
        .finish()
        .await
        .expect("a summary");
    match summary.stopped {
        Some(Stop::NotAllowed(error)) => assert_eq!(error.kind(), ErrorKind::OtherOrganization),
        other => panic!("{other:?}"),
    }
    let contacts = fixture.emulator.state().contacts().await.expect("contacts");
    assert!(!contacts.is_empty() && contacts.iter().all(|contact| contact.organization == 7));
    // The next run does not even begin, since the journal is of the first organization.
    let again = fixture.import(&file, quick()).plan(Purpose::Commit).await;
    assert!(matches!(
        again.err(),
        Some(Error::Drift(_) | Error::OtherAccount { .. })
    ));
}

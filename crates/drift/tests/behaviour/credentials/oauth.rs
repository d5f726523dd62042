//! OAuth: tokens are renewed once for all, early or when they are refused, and kept where other processes find them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
use drift::{Client, ErrorKind, NewContact, NextAction};
use drift_emulator::settings::{RefreshTokens, TokenErrors};
use drift_emulator::{
    Clock, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Effect, Emulator, Fault, Settings,
};
use drift_tests::{ada, quick};

use crate::credentials::client;
use crate::credentials::token_file::Folder;

pub fn app() -> OAuthApp {
    OAuthApp::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET)
}

pub async fn emulator(settings: Settings) -> Emulator {
    let builder = Emulator::builder().settings(settings);
    builder.start().await.expect("the emulator starts")
}

pub fn rotating(refresh_tokens: RefreshTokens) -> Settings {
    Settings {
        refresh_tokens,
        ..Settings::default()
    }
}

/// Tokens of the organization 7, of which the client knows that they are to be renewed and expire at these times.
fn granted(emulator: &Emulator, renew_at_ms: u64, expires_at_ms: u64) -> OAuthTokens {
    let granted = emulator.state().grant_tokens(7);
    let json = serde_json::json!({
        "refresh_token": granted.refresh_token,
        "access_token": granted.access_token,
        "renew_at_ms": renew_at_ms,
        "expires_at_ms": expires_at_ms,
    });
    serde_json::from_value(json).expect("tokens")
}

/// Tokens whose end the client does not foresee.
pub fn unforeseen(emulator: &Emulator) -> OAuthTokens {
    granted(emulator, u64::MAX, u64::MAX)
}

/// By the emulator's clock every token has expired.
pub fn expire_all(emulator: &Emulator) {
    let Clock::Offset(by) = emulator.state().clock() else {
        return emulator.state().set_clock(Clock::Offset(7_200_000));
    };
    emulator.state().set_clock(Clock::Offset(by + 7_200_000));
}

fn kept_nowhere(tokens: OAuthTokens) -> OAuth {
    OAuth::kept_by(app(), tokens, |_| Ok::<_, std::io::Error>(()))
}

pub async fn create_many(client: &Client, name: &str) {
    let creates = (0..20).map(|number| {
        let new = NewContact::new(format!("{name}{number}@example.test")).expect("an email");
        let client = client.clone();
        tokio::spawn(async move { client.contacts().create(new).await.map(|_| ()) })
    });
    for create in creates.collect::<Vec<_>>() {
        create.await.expect("no panic").expect("created");
    }
}

/// All clients create many contacts at the same time.
pub async fn create_with_all(clients: &[Client], round: u64) {
    let creates = clients.iter().enumerate().map(|(number, client)| {
        let client = client.clone();
        tokio::spawn(async move { create_many(&client, &format!("{round}-{number}-")).await })
    });
    for create in creates.collect::<Vec<_>>() {
        create.await.expect("created");
    }
}

/// Every exchange gets this response, which the emulator logs.
fn fault_exchanges(emulator: &Emulator, effect: Effect, times: u64) {
    let fault = Fault::new(effect).path("/oauth2/token").times(times);
    emulator.faults().add(fault).expect("a fault");
}

fn lost() -> Effect {
    Effect::Disconnect {
        reset: true,
        commit: true,
    }
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_renewal_and_none_fails() {
    let emulator = emulator(Settings::default()).await;
    let client = client(&emulator, kept_nowhere(unforeseen(&emulator)));
    for round in 0..3 {
        create_many(&client, &format!("round{round}-")).await;
        expire_all(&emulator);
    }
    assert_eq!(emulator.state().token_refreshes(), 2);
    assert_eq!(emulator.state().count().await.expect("a count"), 60);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_works_meanwhile() {
    let emulator = emulator(Settings::default()).await;
    let client = client(&emulator, kept_nowhere(granted(&emulator, 0, u64::MAX)));
    // Nobody waits for the renewal, which never comes.
    fault_exchanges(
        &emulator,
        Effect::Stall {
            ms: None,
            commit: true,
        },
        1,
    );
    client.contacts().create(ada()).await.expect("created");
    while emulator.state().token_refreshes() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    client
        .contacts()
        .find_by_email("ada@example.test")
        .await
        .expect("found");
}

#[tokio::test]
async fn a_token_that_has_expired_is_not_sent() {
    let emulator = emulator(Settings::default()).await;
    let client = client(&emulator, kept_nowhere(granted(&emulator, 0, 0)));
    client.contacts().create(ada()).await.expect("created");
    assert_eq!(emulator.state().token_refreshes(), 1);
}

#[tokio::test]
async fn clients_that_share_a_file_renew_once_and_keep_it_to_themselves() {
    let emulator = emulator(Settings::default()).await;
    let folder = Folder::new("shared");
    let path = folder.0.join("tokens.json");
    unforeseen(&emulator).save(&path).expect("saved");
    // Each with a pool and credentials of its own, as two processes have.
    let clients: Vec<Client> = (0..4)
        .map(|_| client(&emulator, OAuth::in_file(app(), &path)))
        .collect();
    for (round, expected) in [(0, 0), (1, 1), (2, 2)] {
        create_with_all(&clients, round).await;
        assert_eq!(emulator.state().token_refreshes(), expected);
        expire_all(&emulator);
    }
    assert!(is_private(&path));
    let left = std::fs::read_dir(&folder.0).expect("a folder").count();
    assert_eq!(left, 2, "the tokens and their lock");
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path)
        .expect("a file")
        .permissions()
        .mode();
    mode & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &Path) -> bool {
    true
}

/// What can be saved is: the old refresh token is sent again.
#[tokio::test]
async fn a_lost_renewal_fails_no_call_where_the_old_refresh_token_still_works() {
    for refresh_tokens in [RefreshTokens::Overlap, RefreshTokens::Stay] {
        let emulator = emulator(rotating(refresh_tokens)).await;
        let client = client(&emulator, kept_nowhere(unforeseen(&emulator)));
        expire_all(&emulator);
        fault_exchanges(&emulator, lost(), 2);
        client.contacts().create(ada()).await.expect("created");
    }
}

/// The classic trap, and the way out of it: the same client goes on after a login.
#[tokio::test]
async fn a_lost_renewal_of_a_token_that_rotates_needs_a_login() {
    for token_errors in [TokenErrors::Envelope, TokenErrors::Rfc6749] {
        let settings = Settings {
            token_errors,
            ..rotating(RefreshTokens::Rotate)
        };
        let emulator = emulator(settings).await;
        let credentials = kept_nowhere(unforeseen(&emulator));
        let client = client(&emulator, credentials.clone());
        expire_all(&emulator);
        fault_exchanges(&emulator, lost(), 1);
        for _ in 0..3 {
            let error = client.contacts().create(ada()).await.expect_err("no token");
            assert_eq!(error.kind(), ErrorKind::LoginRequired);
            assert_eq!(error.next_action(), NextAction::LogIn);
            assert!(!error.is_retryable() && error.is_auth());
        }
        assert_eq!(emulator.state().token_refreshes(), 1);
        credentials.set_tokens(unforeseen(&emulator));
        client.contacts().create(ada()).await.expect("created");
    }
}

#[tokio::test]
async fn a_login_into_the_same_file_is_taken_over() {
    let emulator = emulator(Settings::default()).await;
    let folder = Folder::new("login");
    let path = folder.0.join("tokens.json");
    let client = client(&emulator, OAuth::in_file(app(), &path));
    let error = client.contacts().create(ada()).await.expect_err("no file");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    unforeseen(&emulator).save(&path).expect("saved");
    let made = client.contacts().create(ada()).await.expect("created");
    let id = made.contact().id();
    emulator.state().revoke_all_tokens();
    let error = client.contacts().get(id).await.expect_err("revoked");
    assert_eq!(error.kind(), ErrorKind::LoginRequired);
    unforeseen(&emulator).save(&path).expect("saved");
    client.contacts().get(id).await.expect("read");
    // Somebody logs in to another organization by mistake.
    emulator.state().revoke_all_tokens();
    let foreign = emulator.state().grant_tokens(8).refresh_token;
    OAuthTokens::of_refresh_token(foreign)
        .save(&path)
        .expect("saved");
    let error = client
        .contacts()
        .get(id)
        .await
        .expect_err("of another organization");
    assert_eq!(error.kind(), ErrorKind::OtherOrganization);
}

/// The response to a renewal may have the only refresh token, so whoever gives up waiting does not break it off.
#[tokio::test]
async fn a_caller_that_gives_up_does_not_break_a_renewal_off() {
    let emulator = emulator(Settings::default()).await;
    let client = client(&emulator, kept_nowhere(unforeseen(&emulator)));
    expire_all(&emulator);
    fault_exchanges(
        &emulator,
        Effect::Stall {
            ms: Some(100),
            commit: true,
        },
        1,
    );
    let hasty = client
        .options()
        .clone()
        .total_timeout(Duration::from_millis(50));
    let contacts = client.contacts().with_options(hasty);
    let error = contacts
        .find_by_email("ada@example.test")
        .await
        .expect_err("too slow");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    client.contacts().create(ada()).await.expect("created");
    assert_eq!(emulator.state().token_refreshes(), 1);
}

/// A future that waits for a renewal is held, and not polled any more: it holds up nobody.
#[tokio::test]
async fn a_caller_that_is_not_polled_holds_up_nobody() {
    let emulator = emulator(Settings::default()).await;
    let client = client(&emulator, kept_nowhere(unforeseen(&emulator)));
    let (contacts, others) = (client.contacts(), client.contacts());
    client.contacts().create(ada()).await.expect("created");
    expire_all(&emulator);
    let slow = Effect::Stall {
        ms: Some(100),
        commit: true,
    };
    fault_exchanges(&emulator, slow, 1);
    let mut held = Box::pin(contacts.find_by_email("ada@example.test"));
    tokio::select! {
        _ = &mut held => panic!("the renewal takes longer"),
        () = tokio::time::sleep(Duration::from_millis(50)) => {}
    }
    others
        .find_by_email("ada@example.test")
        .await
        .expect("found");
    assert_eq!(emulator.state().token_refreshes(), 1);
    held.await.expect("found");
}

#[tokio::test]
async fn what_could_not_be_kept_is_kept_with_the_next_call() {
    let emulator = emulator(Settings::default()).await;
    let (full, kept) = (
        Arc::new(AtomicBool::new(true)),
        Arc::new(Mutex::new(Vec::new())),
    );
    let credentials = {
        let (full, kept) = (full.clone(), kept.clone());
        OAuth::kept_by(app(), unforeseen(&emulator), move |tokens| {
            if full.load(Ordering::Relaxed) {
                return Err("the disk is full");
            }
            kept.lock().expect("no panic").push(tokens.clone());
            Ok(())
        })
    };
    let client = client(&emulator, credentials);
    expire_all(&emulator);
    let made = client.contacts().create(ada()).await.expect("created");
    full.store(false, Ordering::Relaxed);
    client
        .contacts()
        .get(made.contact().id())
        .await
        .expect("read");
    client
        .contacts()
        .get(made.contact().id())
        .await
        .expect("read");
    assert_eq!(kept.lock().expect("no panic").len(), 1);
}

#[tokio::test]
async fn a_wrong_secret_is_no_login_and_says_so() {
    let emulator = emulator(Settings::default()).await;
    let wrong = OAuthApp::new(DEFAULT_CLIENT_ID, "wrong-secret");
    let keep = |_: &OAuthTokens| Ok::<_, std::io::Error>(());
    let client = client(
        &emulator,
        OAuth::kept_by(wrong, unforeseen(&emulator), keep),
    );
    expire_all(&emulator);
    let error = client.contacts().create(ada()).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("client secret"), "{error}");
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let emulator = emulator(Settings::default()).await;
    let endpoint = Client::builder("")
        .base_url(emulator.url())
        .options(quick());
    let endpoint = endpoint.token_endpoint().expect("an endpoint");
    let error = endpoint.exchange_code(&app(), "of-nobody", None).await;
    assert_eq!(error.expect_err("refused").kind(), ErrorKind::LoginRequired);
    let token = emulator.state().grant_tokens(7).refresh_token;
    let tokens = endpoint.refresh(&app(), &token).await.expect("tokens");
    assert_eq!(tokens.organization(), Some(7));
    let error = endpoint.refresh(&app(), &token).await.expect_err("spent");
    assert_eq!(error.kind(), ErrorKind::LoginRequired);
    let client = client(&emulator, kept_nowhere(tokens));
    client.contacts().create(ada()).await.expect("created");
}

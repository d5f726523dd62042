//! Personal data and tokens stay out of logs, `Debug`, errors with all their causes, and panics.
//!
//! The log is everything that any crate of the process says at the level TRACE, hyper's and reqwest's included: no
//! crate is left out.

mod log;
mod shown;

use std::collections::BTreeMap;
use std::time::Duration;

use drift::credentials::{AccessToken, OAuth, OAuthApp, OAuthTokens};
use drift::protocol::Goal;
use drift::{
    CallOptions, Client, ContactChanges, Contacts, Email, Error, ExternalId, IdKey, IdentityKey,
    Intent, NewContact, RetryPolicy, Start, TimelineEvent, VerifyPolicy,
};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::relay::Unreachable;
use shown::{Shown, debug, error, panic};

const EMAIL: &str = "ada.lovelace@example.test";
const NAME: &str = "Ada Lovelace";
const PHONE: &str = "+15550100123";
const TOKEN: &str = "tok-3f9c1a7e5b2d4860";
const OWN_ID: &str = "customer seventy-seven";
const SECRET: &str = "32 secret bytes from your vault.";
const PLAN: &str = "an attribute of hers";
const EVENT: &str = "asked for a refund";
const PASSWORD: &str = "hunter2hunter2";
const CLIENT_SECRET: &str = "sec-81b7d20c4f6e9a35";
const REFRESH_TOKEN: &str = "ref-5d0e9b3c7a1f2846";
const FRAGMENTS: [&str; 11] = [
    "lovelace",
    NAME,
    PHONE,
    TOKEN,
    OWN_ID,
    SECRET,
    PLAN,
    EVENT,
    PASSWORD,
    CLIENT_SECRET,
    REFRESH_TOKEN,
];

fn new_contact() -> NewContact {
    NewContact::new(EMAIL)
        .expect("an email")
        .name(NAME)
        .phone(PHONE)
        .attribute("plan", PLAN)
}

fn email() -> Email {
    Email::new(EMAIL).expect("an email")
}

fn derived() -> ExternalId {
    let key = IdKey::new("1", SECRET.as_bytes()).expect("a key");
    ExternalId::derive(&key, OWN_ID).expect("an own id")
}

/// Responses that contain what was sent, where a careless client would show it.
fn indiscreet() -> Vec<Effect> {
    let status = |status: u16, header: Option<(&str, &str)>, body: String| Effect::Status {
        status,
        headers: header
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<BTreeMap<_, _>>(),
        body: Some(body),
        commit: false,
    };
    let error = format!(
        r#"{{"error":{{"type":"{EMAIL}","code":"CONTACT-11 {NAME}","message":"{EMAIL} {TOKEN}"}}}}"#
    );
    let mistyped =
        format!(r#"{{"data":{{"id":"{EMAIL}","createdAt":"{PHONE}","attributes":"{NAME}"}}}}"#);
    let statuses = [400, 401, 403, 404, 409, 418, 422, 429, 500, 503];
    let mut effects: Vec<Effect> = statuses
        .map(|code| status(code, None, error.clone()))
        .into_iter()
        .collect();
    effects.extend([
        status(200, None, mistyped),
        status(200, None, format!("<html>{EMAIL} {TOKEN}</html>")),
        status(502, None, format!("<html>{EMAIL} {TOKEN}</html>")),
        status(429, Some(("Retry-After", EMAIL)), error),
        Effect::Redirect {
            location: format!("http://localhost:9/{EMAIL}?access_token={TOKEN}"),
            status: 307,
        },
        Effect::HalfBody,
        Effect::Garbage { commit: false },
        Effect::Stall {
            ms: None,
            commit: false,
        },
        Effect::Disconnect {
            reset: true,
            commit: false,
        },
    ]);
    effects
}

/// Attempts that stall end soon, and nothing is tried for long.
fn options() -> CallOptions {
    let wait = Duration::from_millis(1);
    let retry = RetryPolicy::default().max_attempts(2).initial_backoff(wait);
    CallOptions::default()
        .attempt_timeout(Duration::from_millis(300))
        .retry(retry.max_retry_after(Duration::ZERO))
        .verify(VerifyPolicy::after([wait]))
}

async fn started() -> (Emulator, Client) {
    let emulator = Emulator::builder()
        .token(TOKEN)
        .start()
        .await
        .expect("the emulator starts");
    let client = Client::builder(TOKEN)
        .base_url(emulator.url())
        .options(options())
        .build()
        .expect("a client");
    (emulator, client)
}

/// Every call that sends something of a person; what came of it, by name.
async fn every_call(client: &Client) -> Vec<(&'static str, Result<Shown, Error>)> {
    let contacts = client.contacts();
    let changes = || ContactChanges::new().email(email()).name(NAME).phone(PHONE);
    let event = TimelineEvent::of_external_id(derived(), EVENT);
    let mut results = creations(&contacts).await;
    results.extend([
        ("get", contacts.get(7).await.map(debug)),
        (
            "find by email",
            contacts.find_by_email(EMAIL).await.map(debug),
        ),
        (
            "find by external id",
            contacts.find_by_external_id(derived()).await.map(debug),
        ),
        ("update", contacts.update(7, changes()).await.map(debug)),
        (
            "update by external id",
            contacts
                .update_by_external_id(derived(), changes())
                .await
                .map(debug),
        ),
        ("delete", contacts.delete(7).await.map(debug)),
        ("attributes", contacts.attributes().await.map(debug)),
        ("timeline", contacts.timeline().post(event).await.map(debug)),
        (
            "unsubscribe",
            client.emails().unsubscribe([email()]).await.map(debug),
        ),
        (
            "retrieve",
            client.privacy().retrieve(&email()).await.map(|_| debug(())),
        ),
        (
            "delete everything",
            client
                .privacy()
                .delete_everything_of(&email())
                .await
                .map(debug),
        ),
        ("token", client.token_info().await.map(debug)),
    ]);
    results
}

async fn creations(contacts: &Contacts) -> Vec<(&'static str, Result<Shown, Error>)> {
    let random = new_contact().external_id(ExternalId::random());
    vec![
        ("create", contacts.create(random).await.map(debug)),
        (
            "ensure",
            contacts
                .ensure(new_contact().external_id(derived()))
                .await
                .map(debug),
        ),
        ("upsert", contacts.upsert(new_contact()).await.map(debug)),
    ]
}

/// What of the fixtures, of an external id, or of a token a text shows.
fn indiscretion(text: &str) -> Option<&str> {
    let fragment = FRAGMENTS
        .into_iter()
        .find(|fragment| text.contains(fragment));
    fragment.or_else(|| random_id(text))
}

/// The first random or derived id, or token that the emulator granted: its mark, and hexadecimal digits behind it.
fn random_id(text: &str) -> Option<&str> {
    ["r_", "k1_", "access-", "refresh-", "code-"]
        .into_iter()
        .find_map(|mark| {
            let ids = text.match_indices(mark).filter_map(|(at, _)| {
                let digits = text.get(at + mark.len()..at + mark.len() + 32)?;
                digits
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit())
                    .then_some(digits)
            });
            ids.into_iter().next()
        })
}

fn must_be_silent(what: &str, shown: &str) {
    let found = indiscretion(shown);
    assert_eq!(found, None, "{what} shows too much: {shown}");
}

#[test]
fn ids_are_seen_where_they_are_shown() {
    for id in [ExternalId::random(), derived()] {
        assert!(indiscretion(&format!("POST {id} HTTP")).is_some());
    }
    assert_eq!(indiscretion("max_retry_after, user_id"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_succeed_and_calls_that_fail_say_nothing_of_a_person() {
    log::capture();
    let (emulator, client) = started().await;
    let mut kinds = Vec::new();
    for effect in std::iter::once(None).chain(indiscreet().into_iter().map(Some)) {
        emulator.faults().clear();
        let fault = effect.clone().map(Fault::new);
        emulator
            .faults()
            .add_all(fault.into_iter().collect())
            .expect("faults");
        // Each with a budget of its own: a client that has spent its budget fails in fewer ways.
        let fresh = Client::builder(TOKEN)
            .base_url(client.base_url())
            .options(options())
            .build()
            .expect("a client");
        for (call, result) in every_call(&fresh).await {
            let what = format!("{call} under {effect:?}");
            match result {
                Ok(shown) => must_be_silent(&what, &shown.0),
                Err(failure) => {
                    must_be_silent(&what, &error(&failure));
                    if !kinds.contains(&failure.kind()) {
                        must_be_silent(&what, &panic(&failure));
                        kinds.push(failure.kind());
                    }
                }
            }
        }
    }
    assert!(kinds.len() >= 13, "only {kinds:?} came about");
    let log = log::captured();
    for said in [
        "drift",
        "attempt failed",
        "contacts.create",
        "reqwest",
        "hyper",
    ] {
        assert!(log.contains(said), "the log has nothing of {said:?}");
    }
    let line = log.lines().find(|line| indiscretion(line).is_some());
    assert_eq!(line, None, "the log shows too much");
}

/// A renewal of the token that fails in every way, with responses that repeat the secrets which were sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn renewals_that_fail_say_nothing_of_a_secret() {
    log::capture();
    let builder = Emulator::builder().oauth_app("an-app", CLIENT_SECRET);
    let emulator = builder.start().await.expect("the emulator starts");
    let refusal = format!(
        r#"{{"error":"invalid_grant","error_description":"{REFRESH_TOKEN} {CLIENT_SECRET}"}}"#
    );
    let refused = Effect::Status {
        status: 400,
        headers: BTreeMap::new(),
        body: Some(refusal),
        commit: false,
    };
    let granted = Effect::Status {
        status: 200,
        headers: BTreeMap::new(),
        body: Some(format!(
            r#"{{"access_token":["{TOKEN}"],"refresh_token":"{REFRESH_TOKEN}"}}"#
        )),
        commit: false,
    };
    let spent = OAuthTokens::of_refresh_token(REFRESH_TOKEN);
    for effect in indiscreet()
        .into_iter()
        .chain([refused, granted])
        .map(Some)
        .chain([None])
    {
        emulator.faults().clear();
        let fault = effect
            .clone()
            .map(|effect| Fault::new(effect).path("/oauth2/token"));
        emulator
            .faults()
            .add_all(fault.into_iter().collect())
            .expect("faults");
        let known = emulator.state().grant_tokens(7).refresh_token;
        let known = OAuthTokens::of_refresh_token(known);
        for tokens in [&spent, &known] {
            let app = OAuthApp::new("an-app", CLIENT_SECRET);
            let credentials = OAuth::kept_by(app, tokens.clone(), |_| Err("the disk is full"));
            let client = Client::builder_with_credentials(credentials);
            let client = client.base_url(emulator.url()).options(options()).build();
            let got = client.expect("a client").contacts().get(7).await;
            let failure = got.expect_err("no such contact, and no token");
            must_be_silent(&format!("a renewal under {effect:?}"), &error(&failure));
        }
    }
    let log = log::captured();
    assert!(log.contains("token.exchange") && log.contains("could not be kept"));
    let line = log.lines().find(|line| indiscretion(line).is_some());
    assert_eq!(line, None, "the log shows too much");
}

#[tokio::test]
async fn no_connection_says_nothing_of_a_person() {
    log::capture();
    let nobody = Unreachable::new().expect("a port");
    let client = Client::builder(TOKEN)
        .base_url(nobody.url())
        .options(options())
        .build()
        .expect("a client");
    for (call, result) in every_call(&client).await {
        let failure = result.expect_err("nobody listens");
        must_be_silent(call, &error(&failure));
    }
}

#[test]
fn inputs_that_are_refused_are_not_repeated() {
    let id = |text: &str| ExternalId::new(text).map(|_| ()).expect_err("guessable");
    must_be_silent("an email as id", &format!("{0} {0:?}", id(EMAIL)));
    let address = format!("{EMAIL} {NAME}");
    let problem = Email::new(&address).err();
    must_be_silent("no email", &format!("{problem:?}"));
    for url in [
        format!("https://ada:{PASSWORD}@example.test"),
        format!("https://example.test/?access_token={TOKEN}"),
        format!("http://{PASSWORD}.example.test"),
        format!("no url: {PASSWORD}"),
    ] {
        let builder = Client::builder(TOKEN).base_url(&url);
        must_be_silent("a builder", &format!("{builder:?}"));
        must_be_silent(
            "a base URL",
            &error(&builder.build().expect_err("not taken")),
        );
    }
    let failure = Client::new(format!("{TOKEN}\n")).expect_err("not taken");
    must_be_silent("a token", &error(&failure));
    let agent = Client::builder(TOKEN).user_agent(format!("{NAME}\n"));
    must_be_silent(
        "a user agent",
        &error(&agent.build().expect_err("not taken")),
    );
}

#[test]
fn values_are_hidden_from_debug() {
    let key = IdKey::new("1", SECRET.as_bytes()).expect("a key");
    let signing = IdentityKey::new(SECRET).expect("a key");
    let signed = signing
        .sign(&derived(), Duration::from_secs(60))
        .expect("signed");
    let changes = ContactChanges::new().email(email()).name(NAME);
    let client = Client::new(TOKEN).expect("a client");
    let blocking = drift::blocking::Client::new(TOKEN).expect("a client");
    let intent = Intent::new(Goal::Ensure, new_contact()).expect("an intent");
    let write = client.contacts().safe_write(intent.clone(), Start::Fresh);
    let contact: drift::sdk::types::Contact = serde_json::from_value(serde_json::json!({
        "id": 7, "createdAt": 9, "attributes": { "email": EMAIL, "name": NAME, "plan": PLAN }
    }))
    .expect("a contact");
    for shown in [
        debug(new_contact()),
        debug(new_contact().external_id(derived())),
        debug(email()),
        debug(ExternalId::random()),
        debug(key),
        debug(signing.verify(&signed).expect("verified")),
        debug(signing),
        debug(changes),
        debug(TimelineEvent::of_external_id(derived(), EVENT)),
        debug(OAuthApp::new("an-app", CLIENT_SECRET)),
        debug(OAuthTokens::of_refresh_token(REFRESH_TOKEN)),
        debug(AccessToken::new(TOKEN).expect("a token")),
        debug(client.contacts()),
        debug(client.emails()),
        debug(client.privacy()),
        debug(client.contacts().timeline()),
        debug(client),
        debug(blocking),
        debug(intent),
        debug(write.ticket()),
        debug(write),
        debug(contact),
    ] {
        must_be_silent("Debug", &shown.0);
    }
}

/// A new type that derives `Debug` has to be looked at: only what holds nothing of a person may.
#[test]
fn only_types_without_personal_data_derive_debug() {
    let found = shown::types_that_derive_debug();
    assert_eq!(found, shown::MAY_DERIVE_DEBUG);
}

//! A token that is refused is replaced, and what it was sent with is sent once more; never in another organization.

use std::sync::Arc;

use drift::credentials::from_fn;
use drift::{ErrorKind, NextAction, Resolution};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::ada;

use crate::credentials::{OneAfterAnother, client, emulator};
use crate::lost_create;

/// The first so many creates get this status and body.
fn refuse_creates(emulator: &Emulator, status: u16, body: &str, times: u64, commit: bool) {
    let effect = Effect::Status {
        status,
        headers: Default::default(),
        body: Some(body.to_owned()),
        commit,
    };
    let fault = Fault::new(effect).method("POST").path("/contacts");
    emulator.faults().add(fault.times(times)).expect("a fault");
}

async fn contacts(emulator: &Emulator) -> usize {
    emulator.state().contacts().await.expect("contacts").len()
}

#[tokio::test]
async fn a_create_whose_token_was_refused_is_sent_once_more_with_the_next() {
    const EXPIRED: &str = r#"{"error":{"type":"authentication_error","message":"expired"}}"#;
    for (status, body) in [
        (401, EXPIRED),
        (401, "<html>a gateway</html>"),
        (403, EXPIRED),
    ] {
        let emulator = emulator().await;
        let tokens = Arc::new(OneAfterAnother::new(&["first", "second"]));
        let client = client(&emulator, tokens.clone());
        refuse_creates(&emulator, status, body, 1, false);
        client.contacts().create(ada()).await.expect("created");
        assert_eq!(tokens.refused(), ["first"], "{status}");
        assert_eq!(contacts(&emulator).await, 1, "{status}");
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_token_keeps_the_token() {
    for (status, body, kind) in [
        (
            401,
            r#"{"error":{"type":"CONTACT-2","message":"not allowed"}}"#,
            ErrorKind::Unauthorized,
        ),
        (
            403,
            r#"{"error":{"type":"validation_error","message":"no"}}"#,
            ErrorKind::Forbidden,
        ),
    ] {
        let emulator = emulator().await;
        let tokens = Arc::new(OneAfterAnother::new(&["first", "second"]));
        let client = client(&emulator, tokens.clone());
        refuse_creates(&emulator, status, body, 1, false);
        let error = client.contacts().create(ada()).await.expect_err("refused");
        assert_eq!(error.kind(), kind);
        assert!(tokens.refused().is_empty(), "{status}");
    }
}

/// A token that lacks a scope is refused however new it is, and replacing it again and again would be of no use.
#[tokio::test]
async fn where_every_token_is_refused_they_are_not_replaced_for_ever() {
    let emulator = emulator().await;
    let tokens = Arc::new(OneAfterAnother::new(&["first", "second"]));
    let client = client(&emulator, tokens.clone());
    refuse_creates(
        &emulator,
        403,
        r#"{"error":{"type":"authentication_error"}}"#,
        1_000,
        false,
    );
    for _ in 0..5 {
        let error = client.contacts().create(ada()).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Forbidden);
    }
    assert_eq!(tokens.refused(), ["first", "second"]);
    assert_eq!(contacts(&emulator).await, 0);
}

#[tokio::test]
async fn a_token_of_another_organization_is_never_used() {
    let emulator = emulator().await;
    let tokens = Arc::new(OneAfterAnother::new(&["first", "foreign"]));
    let client = client(&emulator, tokens.clone());
    client.contacts().create(ada()).await.expect("created");
    tokens.change();
    for _ in 0..2 {
        let error = client.contacts().create(ada()).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::OtherOrganization);
        assert_eq!(error.next_action(), NextAction::AskAdmin);
        assert!(!error.is_retryable());
    }
    assert_eq!(contacts(&emulator).await, 1);
}

/// The create was executed and its response lost; then the token expired. The look-up of that doubt is sent once more,
/// and finds what the create made.
#[tokio::test]
async fn a_doubt_stays_when_the_token_changes() {
    let emulator = emulator().await;
    let tokens = Arc::new(OneAfterAnother::new(&["first", "second"]));
    let client = client(&emulator, tokens.clone());
    emulator
        .faults()
        .add(lost_create(true).path("/contacts"))
        .expect("a fault");
    let body = r#"{"error":{"type":"authentication_error"}}"#.to_owned();
    let expired = Effect::Status {
        status: 401,
        headers: Default::default(),
        body: Some(body),
        commit: false,
    };
    let look_ups = Fault::new(expired).method("GET").path("/contacts");
    emulator.faults().add(look_ups.times(1)).expect("a fault");
    let id = drift::ExternalId::random();
    let created = client.contacts().create(ada().external_id(id)).await;
    assert!(created.expect("recovered").is_ours());
    assert_eq!(tokens.refused(), ["first"]);
    assert_eq!(contacts(&emulator).await, 1);
}

#[tokio::test]
async fn a_ticket_is_resolved_with_another_token_of_its_organization() {
    let emulator = emulator().await;
    let tokens = Arc::new(OneAfterAnother::new(&["first", "second"]));
    let client = client(&emulator, tokens.clone());
    let lost = Fault::new(Effect::Garbage { commit: true })
        .method("POST")
        .path("/contacts");
    emulator.faults().add(lost.times(1)).expect("a fault");
    let blind = Fault::new(Effect::Garbage { commit: false }).method("GET");
    emulator.faults().add(blind).expect("a fault");
    let id = drift::ExternalId::random();
    let error = client
        .contacts()
        .create(ada().external_id(id))
        .await
        .expect_err("in doubt");
    let ticket = error.ticket().expect("a ticket");
    emulator.faults().clear();
    tokens.change();
    let resolved = client.contacts().resolve(ticket).await.expect("resolved");
    assert!(matches!(resolved, Resolution::Found(_)));
}

#[tokio::test]
async fn what_a_closure_fails_with_is_the_source_of_the_error() {
    let emulator = emulator().await;
    let sealed = from_fn(|| async { Err::<String, _>("the vault is sealed") });
    let error = client(&emulator, sealed)
        .contacts()
        .create(ada())
        .await
        .expect_err("no token");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let source = std::error::Error::source(&error).expect("a source");
    assert_eq!(source.to_string(), "the vault is sealed");
    let open = from_fn(|| async { Ok::<_, std::io::Error>("first") });
    client(&emulator, open)
        .contacts()
        .create(ada())
        .await
        .expect("created");
}

//! What a caller adds to requests and sees of them: headers, the metadata of a result, interceptors.

use std::sync::{Arc, Mutex, PoisonError};

use drift::{
    AttemptEnd, AttemptStart, Client, Email, ErrorKind, ExternalId, Interceptor, Outcome,
    TimelineEvent,
};
use drift_tests::{ada, quick, started};

use crate::raw_server::{Drift, RawServer, Reply, Request};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A Drift that executes each first create and loses its response.
async fn losing_the_first_response() -> RawServer {
    let drift = Drift::default();
    RawServer::start(move |request, number| {
        let done = drift.carry_out(request);
        if number == 1 { Reply::Closed } else { done }
    })
    .await
}

#[tokio::test]
async fn a_header_goes_with_each_request_of_a_call() {
    let server = losing_the_first_response().await;
    let client = Client::builder("a-token")
        .base_url(server.url())
        .options(quick())
        .header("x-tenant", "7")
        .and_then(drift::ClientBuilder::build)
        .expect("a client");
    let traced = client.options().clone().header("traceparent", TRACE);
    let contacts = client.contacts().with_options(traced.expect("a header"));
    let new = ada().external_id(ExternalId::random());
    contacts.create(new).await.expect("recovered");
    let _ = client.contacts().find_by_email("ada@example.test").await;
    let requests = server.requests();
    let seen = |name| -> Vec<_> {
        requests
            .iter()
            .map(|one: &Request| one.header(name))
            .collect()
    };
    assert_eq!(seen("traceparent"), [Some(TRACE), Some(TRACE), None]);
    assert_eq!(seen("x-tenant"), [Some("7"); 3]);
    assert_eq!(seen("authorization"), [Some("Bearer a-token"); 3]);
}

#[tokio::test]
async fn every_group_of_calls_takes_options() {
    let server = RawServer::start(|_, _| Reply::empty(401)).await;
    let client = server.client();
    let traced = client.options().clone().header("traceparent", TRACE);
    let traced = traced.expect("a header");
    let email = Email::new("ada@example.test").expect("an email");
    let contacts = client.contacts().with_options(traced.clone());
    let _ = contacts.attributes().await;
    let timeline = client.contacts().timeline().with_options(traced.clone());
    let _ = timeline.post(TimelineEvent::of(7, "Paid")).await;
    let privacy = client.privacy().with_options(traced.clone());
    let _ = privacy.retrieve(&email).await;
    let emails = client.emails().with_options(traced.clone());
    let _ = emails.unsubscribe([email]).await;
    let _ = client.with_options(traced).token_info().await;
    let requests = server.requests();
    assert_eq!(requests.len(), 5);
    for request in requests {
        assert_eq!(request.header("traceparent"), Some(TRACE));
    }
}

#[tokio::test]
async fn the_metadata_of_a_result_counts_every_request() {
    let server = losing_the_first_response().await;
    let contacts = server.client().contacts();
    let new = ada().external_id(ExternalId::random());
    let created = async |contacts: drift::Contacts| contacts.create(new).await;
    let (outcome, metadata) = contacts.with_metadata(created).await;
    assert!(matches!(outcome, Ok(Outcome::Recovered(_))));
    assert_eq!((metadata.attempts(), metadata.status()), (2, Some(200)));
    assert_eq!(metadata.request_id(), None);

    let (_emulator, client) = started().await;
    let described = client.with_metadata(async |client| client.token_info().await);
    let (described, metadata) = described.await;
    assert!(described.is_ok());
    assert_eq!((metadata.attempts(), metadata.status()), (1, Some(200)));
    assert!(metadata.request_id().is_some());
}

#[tokio::test]
async fn a_failure_has_metadata_too() {
    let server = RawServer::start(|_, _| Reply::new(503, "X-Request-Id: r-7\r\n", "")).await;
    let contacts = server.client().contacts();
    let (got, metadata) = contacts
        .with_metadata(async |contacts| contacts.get(7).await)
        .await;
    assert_eq!(got.expect_err("down").kind(), ErrorKind::Server);
    assert_eq!((metadata.attempts(), metadata.status()), (5, Some(503)));
    assert_eq!(metadata.request_id(), Some("r-7"));
    let no_address = async |contacts: drift::Contacts| contacts.find_by_email("ada").await;
    let (refused, metadata) = contacts.with_metadata(no_address).await;
    assert_eq!(refused.expect_err("no address").kind(), ErrorKind::Input);
    assert_eq!((metadata.attempts(), metadata.status()), (0, None));
}

/// Adds a header to each attempt, and notes each.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, note: String) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.push(note);
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Interceptor for Notes {
    fn before_attempt(&self, attempt: &mut AttemptStart) {
        let (id, operation, number) = (attempt.id(), attempt.operation(), attempt.number());
        self.add(format!("{id} {operation} {number}"));
        attempt.header("traceparent", TRACE).expect("a header");
        let ours = attempt.header("authorization", "Bearer another");
        assert_eq!(ours.expect_err("ours").kind(), ErrorKind::Input);
    }

    fn after_attempt(&self, attempt: &AttemptEnd) {
        let (id, status, request_id) = (attempt.id(), attempt.status(), attempt.request_id());
        let (delivery, kind) = (attempt.delivery(), attempt.error_kind());
        self.add(format!(
            "{id} {status:?} {request_id:?} {delivery:?} {kind:?}"
        ));
        assert!(!format!("{attempt:?}").contains("ada"));
    }
}

#[tokio::test]
async fn interceptors_see_each_attempt_and_add_headers() {
    let drift = Drift::default();
    let server = RawServer::start(move |request, number| match number {
        1 => Reply::new(429, "Retry-After: 0\r\nX-Request-Id: r-1\r\n", ""),
        2 => {
            drift.carry_out(request);
            Reply::Closed
        }
        _ => drift.carry_out(request),
    })
    .await;
    let notes = Notes::default();
    let client = Client::builder("a-token")
        .base_url(server.url())
        .options(quick())
        .interceptor(notes.clone())
        .build()
        .expect("a client");
    let new = ada().external_id(ExternalId::random());
    client.contacts().create(new).await.expect("recovered");
    assert_eq!(
        notes.taken(),
        [
            "0 contacts.create 1",
            r#"0 Some(429) Some("r-1") Refused Some(RateLimited)"#,
            "1 contacts.create 1",
            "1 None None Unknown Some(Interrupted)",
            "2 contacts.find_by_external_id 1",
            "2 Some(200) None Done None",
        ]
    );
    for request in server.requests() {
        assert_eq!(request.header("traceparent"), Some(TRACE));
        assert_eq!(request.header("authorization"), Some("Bearer a-token"));
    }
}

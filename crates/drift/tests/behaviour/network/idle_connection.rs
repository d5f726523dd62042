//! A server ends a connection while nobody looks: the next call uses another one, and no request is lost.

use std::sync::Arc;
use std::time::Duration;

use drift::{Outcome, RetryPolicy, TimelineEvent};
use drift_tests::ada;

use super::server::{self, Server};
use super::tls::{Authority, TlsServer};
use super::{client_of, one_attempt};

/// How long a client must be idle before it looks at its connections: more than 5 ms.
const IDLE: Duration = Duration::from_millis(10);

/// The server ends its connections, and the thread that drives the client does nothing for a while.
fn stand_still(server: &Server) {
    server.end_connections();
    std::thread::sleep(IDLE);
}

#[test]
fn a_blocking_client_loses_no_request() {
    let server = Server::http(server::drift);
    // With one attempt, a request that got lost would be seen as a failure.
    let client = drift::blocking::Client::from_builder(one_attempt(&server.url()));
    let client = client.expect("a client");
    for _ in 0..5 {
        let outcome = client.contacts().create(ada()).expect("created");
        assert!(matches!(outcome, Outcome::Created(_)));
        stand_still(&server);
        client.contacts().get(7).expect("read");
        stand_still(&server);
        let event = TimelineEvent::of(7, "Paid");
        client.contacts().timeline().post(event).expect("stored");
        stand_still(&server);
        client.check_connection().expect("reachable");
        stand_still(&server);
    }
    assert_eq!(server.requests().len(), 20, "a request was repeated");
    assert_eq!(server.connections(), 20, "a dead connection was used");
}

/// As does a program that computes on its only thread, and one that was frozen: a laptop that slept, a function in the
/// cloud between two events.
async fn creates_with_pauses(server: Arc<Server>) {
    let client = one_attempt(&server.url()).build().expect("a client");
    for _ in 0..5 {
        let outcome = client.contacts().create(ada()).await.expect("created");
        assert!(matches!(outcome, Outcome::Created(_)));
        stand_still(&server);
    }
    assert_eq!(server.requests().len(), 5, "a request was repeated");
}

#[tokio::test]
async fn a_runtime_that_was_blocked_loses_no_request() {
    creates_with_pauses(Arc::new(Server::http(server::drift))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_worker_that_was_blocked_loses_no_request() {
    let server = Arc::new(Server::http(server::drift));
    let creates = tokio::spawn(creates_with_pauses(server));
    creates.await.expect("no request was lost");
}

#[test]
fn a_blocking_client_loses_no_request_over_tls() {
    let authority = Authority::new();
    let server = TlsServer::of(&authority).start();
    let builder = one_attempt(&server.url()).root_certificates(authority.pem());
    let client = drift::blocking::Client::from_builder(builder).expect("a client");
    for _ in 0..5 {
        client.contacts().create(ada()).expect("created");
        stand_still(server.connections());
    }
    assert_eq!(server.connections().requests().len(), 5);
}

/// An HTTP client of the caller's own has connections that we know nothing of.
#[tokio::test]
async fn a_client_of_ones_own_that_was_used_before_loses_no_request() {
    let server = Server::http(server::drift);
    let http = drift::Client::http_client_builder().expect("a builder");
    let http = http.no_proxy().build().expect("a client");
    let response = http.get(server.url()).send().await.expect("a response");
    response.bytes().await.expect("a body");
    stand_still(&server);
    let client = one_attempt(&server.url()).http_client(http);
    let client = client.build().expect("a client");
    client.contacts().create(ada()).await.expect("created");
    assert_eq!(server.requests().len(), 2);
}

/// A connection that lives is kept.
#[test]
fn a_pause_does_not_cost_a_connection() {
    let server = Server::http(server::drift);
    let builder = client_of(&server.url()).retry(RetryPolicy::none());
    let client = drift::blocking::Client::from_builder(builder).expect("a client");
    for _ in 0..3 {
        client.contacts().create(ada()).expect("created");
        std::thread::sleep(IDLE);
    }
    assert_eq!(server.connections(), 1);
}

//! Limits of size and time: long URLs, requests that cannot be built, deadlines that leave time for a look-up, and the
//! waits that a server asks for.

use std::time::Duration;

use drift::{
    CallOptions, ContactChanges, Delivery, ErrorKind, ExternalId, NextAction, Outcome, RetryPolicy,
};
use drift_tests::{ada, quick};
use serde_json::json;

use crate::raw_server::{Drift, RawServer, Reply};

/// A server that knows each contact that is asked for, and accepts URLs of so many bytes.
async fn knowing_all(longest: usize) -> RawServer {
    RawServer::start(move |request, _| {
        if request.target.len() > longest {
            return Reply::text(414, "<html>Request-URI Too Large</html>");
        }
        let ids = request
            .target
            .split('&')
            .filter_map(|part| part.split_once("id="));
        let contacts = ids.map(|(_, id)| json!({"id": 1, "attributes": {"externalId": id}}));
        let contacts: Vec<_> = contacts.collect();
        Reply::json(200, &json!({ "data": contacts }))
    })
    .await
}

fn ids(count: usize) -> Vec<ExternalId> {
    (0..count).map(|_| ExternalId::random()).collect()
}

#[tokio::test]
async fn many_ids_are_asked_for_by_urls_that_servers_accept() {
    let server = knowing_all(usize::MAX).await;
    let found = server
        .client()
        .contacts()
        .find_by_external_ids(ids(2_000))
        .await;
    assert_eq!(found.expect("found").len(), 2_000);
    let lengths: Vec<usize> = server
        .requests()
        .iter()
        .map(|one| one.target.len())
        .collect();
    assert!(lengths.iter().all(|length| *length < 8_000), "{lengths:?}");
    assert_eq!(lengths.len(), 10, "{lengths:?}");
}

#[tokio::test]
async fn a_url_that_is_still_too_long_costs_two_requests_a_level() {
    let server = knowing_all(1_000).await;
    let found = server
        .client()
        .contacts()
        .find_by_external_ids(ids(200))
        .await;
    assert_eq!(found.expect("found").len(), 200);
    // 200, 100, 50 and 25 ids at a time: refused but for the last.
    let refused = server
        .requests()
        .iter()
        .filter(|one| one.target.len() > 1_000)
        .count();
    assert_eq!((refused, server.requests().len()), (3, 3 + 8));
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_not_sent() {
    let server = RawServer::start(|_, _| Reply::empty(500)).await;
    let contacts = server.client().contacts();
    let long = "x".repeat(70_000);
    let changes = ContactChanges::new().name("Ada");
    for error in [
        contacts.update_by_external_id(&long, changes).await.err(),
        contacts.find_by_external_id(&long).await.err(),
    ] {
        let error = error.expect("not built");
        assert_eq!(error.kind(), ErrorKind::Input);
        assert_eq!(error.delivery(), Delivery::NotSent);
        assert!(error.to_string().contains("too long"), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn time_is_kept_to_look_for_a_lost_response() {
    let drift = Drift::default();
    let server = RawServer::start(move |request, _| {
        let done = drift.carry_out(request);
        if request.method == "POST" {
            Reply::Silence
        } else {
            done
        }
    })
    .await;
    let options = CallOptions::default()
        .attempt_timeout(Duration::from_secs(15))
        .total_timeout(Duration::from_secs(4));
    let contacts = server.client_with(options).contacts();
    let new = ada().external_id(ExternalId::random());
    let outcome = contacts.create(new).await;
    assert!(matches!(outcome, Ok(Outcome::Recovered(_))));
    assert_eq!((server.count("POST"), server.count("GET")), (1, 1));
}

#[tokio::test]
async fn a_wait_that_a_server_asks_for_is_shown_in_units_of_people() {
    for (value, wait) in [
        ("1.5", "try again in 2 s"),
        ("90", "try again in 90 s"),
        ("600", "try again in 10 min"),
        ("18446744073709551616", "try again in 365 days"),
    ] {
        let headers = format!("Retry-After: {value}\r\n");
        let server = RawServer::start(move |_, _| Reply::new(429, &headers, "")).await;
        let options = quick().retry(RetryPolicy::none());
        let error = server
            .client_with(options)
            .contacts()
            .get(7)
            .await
            .expect_err("a 429");
        assert_eq!(error.next_action().to_string(), wait, "{value}");
    }
}

#[tokio::test]
async fn a_date_is_taken_relative_to_that_of_the_response() {
    let headers =
        "Date: Mon, 23 Nov 2020 10:00:00 GMT\r\nRetry-After: Mon, 23 Nov 2020 10:00:30 GMT\r\n";
    let server = RawServer::start(move |_, _| Reply::new(429, headers, "")).await;
    let options = quick().retry(RetryPolicy::none());
    let error = server
        .client_with(options)
        .contacts()
        .get(7)
        .await
        .expect_err("a 429");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(
        error.next_action(),
        NextAction::Wait(Duration::from_secs(30))
    );
}

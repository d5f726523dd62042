//! What a 429 does: all calls of a client pause, and then go on. It costs no attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use drift::{Client, Delivery, ErrorKind, ExternalId, NewContact, RetryPolicy};
use drift_emulator::settings::RateLimit;
use drift_emulator::{Clock, Emulator, Settings};
use drift_tests::{client, quick};
use tokio::task::JoinSet;

use crate::raw_server::{Drift, RawServer, Reply};

const START: i64 = 1_790_000_000_000;

/// An emulator whose clock stands still, with a limit of 5 requests a second.
async fn limited() -> Emulator {
    let limit = RateLimit {
        requests: 5,
        window_ms: 1_000,
        retry_after: false,
    };
    let settings = Settings {
        rate_limit: Some(limit),
        ..Settings::default()
    };
    let builder = Emulator::builder().settings(settings);
    let emulator = builder.clock(Clock::Fixed(START)).start().await;
    emulator.expect("the emulator starts")
}

#[tokio::test]
async fn more_creates_than_the_limit_takes_all_get_through() {
    let emulator = Arc::new(limited().await);
    let wait = Duration::from_millis(5);
    let retry = RetryPolicy::default()
        .initial_backoff(wait)
        .max_backoff(wait);
    let client = client(&emulator).expect("a client");
    let client = client.with_options(quick().retry(retry));
    let mut creates = JoinSet::new();
    for number in 0..60 {
        let new = NewContact::new(format!("lead{number}@example.test")).expect("an address");
        let contacts = client.contacts();
        creates.spawn(async move { contacts.create(new.external_id(ExternalId::random())).await });
    }
    let done = Arc::new(AtomicBool::new(false));
    let (clock, is_done) = (emulator.clone(), done.clone());
    let seconds = tokio::spawn(async move {
        let mut now = START;
        while !is_done.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            now += 1_000;
            clock.state().set_clock(Clock::Fixed(now));
        }
    });
    while let Some(created) = creates.join_next().await {
        created.expect("no panic").expect("created");
    }
    done.store(true, Ordering::Relaxed);
    seconds.await.expect("no panic");
    assert_eq!(emulator.state().count().await.expect("a count"), 60);
}

/// A server that asks for a pause of so many seconds, as often as that, and then does what Drift does.
async fn asking(seconds: u32, times: usize) -> RawServer {
    let drift = Drift::default();
    let headers = format!("Retry-After: {seconds}\r\n");
    RawServer::start(move |request, number| match number <= times {
        true => Reply::new(429, &headers, ""),
        false => drift.carry_out(request),
    })
    .await
}

#[tokio::test]
async fn a_429_costs_no_attempt() {
    let server = asking(0, 8).await;
    let retry = RetryPolicy::default().max_attempts(2);
    let wait = Duration::from_millis(1);
    let retry = retry.initial_backoff(wait).max_backoff(wait);
    let contacts = server.client_with(quick().retry(retry)).contacts();
    let new = NewContact::new("ada@example.test").expect("an address");
    contacts.create(new).await.expect("created");
    assert_eq!(server.count("POST"), 9);
}

#[tokio::test]
async fn what_cannot_wait_for_the_pause_is_not_sent() {
    let server = asking(600, usize::MAX).await;
    let client = server.client_with(quick().total_timeout(Duration::from_secs(10)));
    let first = client.contacts().get(7).await.expect_err("a 429");
    assert_eq!(
        (first.kind(), first.status()),
        (ErrorKind::RateLimited, Some(429))
    );
    let second = client.clone().token_info().await.expect_err("a pause");
    assert_eq!(
        (second.kind(), second.delivery()),
        (ErrorKind::RateLimited, Delivery::NotSent)
    );
    let pause = second.retry_after().expect("a time");
    assert!(
        pause <= Duration::from_secs(60) && !pause.is_zero(),
        "{pause:?}"
    );
    assert_eq!(server.requests().len(), 1);
    let other = Client::builder("a-token").base_url(server.url()).build();
    let _ = other.expect("a client").contacts().get(7).await;
    assert_eq!(
        server.requests().len(),
        2,
        "another client has its own pace"
    );
}

#[tokio::test]
async fn who_asks_for_one_attempt_does_not_wait() {
    let server = asking(600, 1).await;
    let once = quick().retry(RetryPolicy::none());
    let contacts = server.client_with(once).contacts();
    let refused = contacts.find_by_email("ada@example.test").await;
    assert_eq!(refused.expect_err("a 429").kind(), ErrorKind::RateLimited);
    let found = contacts.find_by_email("ada@example.test").await;
    assert!(found.expect("found").is_empty());
}

//! Input and settings: what is refused before it is sent, and what is accepted.

use std::time::Duration;

use drift::{Client, ContactChanges, ErrorKind, RetryPolicy};
use drift_emulator::Emulator;
use drift_tests::{ada, started};

#[tokio::test]
async fn invalid_input_is_refused_before_it_is_sent() {
    let (emulator, client) = started().await;
    for changes in [
        ContactChanges::new(),
        ContactChanges::new().attribute("start_date", 1),
        ContactChanges::new().attribute("", 1),
    ] {
        let error = client
            .contacts()
            .update(1, changes)
            .await
            .expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Input);
    }
    for new in [
        ada().attribute("external_id", "x"),
        ada().attribute("plan", serde_json::Value::Null),
    ] {
        let error = client.contacts().create(new).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Input);
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 0);
}

#[tokio::test]
async fn no_wait_is_too_long_to_be_set() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let max = Duration::MAX;
    let policy = RetryPolicy::default()
        .initial_backoff(max)
        .max_backoff(max)
        .max_retry_after(max);
    let client = Client::builder(emulator.token())
        .base_url(emulator.url())
        .connect_timeout(max)
        .attempt_timeout(max)
        .total_timeout(max)
        .retry(policy.clone())
        .build()
        .expect("a client");
    assert!(client.contacts().create(ada()).await.is_ok());
    assert!(policy.wait(9, 1.0, None).is_some());
}

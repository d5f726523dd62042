//! A whole call: attempts until one succeeds or repeating it is not safe, not wanted, or not worth it.

use std::pin::pin;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::Instrument;

use crate::client::Client;
use crate::engine::attempt::{Generated, Operation, attempt};
use crate::error::{Error, ErrorKind};
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::retry::may_repeat;
use crate::random;

/// 30 years, in seconds. A clock can be asked for no moment that is much later.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The time that is left for a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn of(options: &CallOptions) -> Self {
        Self(Instant::now() + options.total_timeout.min(FOR_EVER))
    }

    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Sleeps, unless the time that is left does not suffice.
    pub(crate) async fn sleep(self, wait: Duration) -> bool {
        if wait >= self.left() {
            return false;
        }
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        true
    }
}

/// Makes a call that may be repeated as it stands.
pub(crate) async fn call<T, Run, Running>(
    client: &Client,
    options: &CallOptions,
    operation: Operation,
    run: Run,
) -> Result<T, Error>
where
    T: DeserializeOwned,
    Run: Fn(drift_sdk::Client) -> Running,
    Running: Future<Output = Generated<T>>,
{
    let deadline = Deadline::of(options);
    let span = span(client, operation);
    within(client, options, operation, deadline, run)
        .instrument(span)
        .await
}

/// Makes a call within the time that is left of a larger one.
pub(crate) async fn within<T, Run, Running>(
    client: &Client,
    options: &CallOptions,
    operation: Operation,
    deadline: Deadline,
    run: Run,
) -> Result<T, Error>
where
    T: DeserializeOwned,
    Run: Fn(drift_sdk::Client) -> Running,
    Running: Future<Output = Generated<T>>,
{
    let mut number = 1;
    loop {
        let error = match once(client, options, operation, deadline, number, &run).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let put_off = error.kind() == ErrorKind::RateLimited;
        let safe = may_repeat(error.delivery(), put_off, operation.repeatable);
        if !safe || !pause(client, options, deadline, number, &error).await {
            return Err(error);
        }
        number += 1;
    }
}

/// Makes one attempt, and notes it.
pub(crate) async fn once<T, Run, Running>(
    client: &Client,
    options: &CallOptions,
    operation: Operation,
    deadline: Deadline,
    number: u32,
    run: &Run,
) -> Result<T, Error>
where
    T: DeserializeOwned,
    Run: Fn(drift_sdk::Client) -> Running,
    Running: Future<Output = Generated<T>>,
{
    let limit = options.attempt_timeout.min(deadline.left());
    let attempt = pin!(attempt(client, operation, limit, run));
    let result = attempt.await;
    match &result {
        Ok(_) => client.budget().refund(),
        Err(error) => note(operation, number, error),
    }
    result
}

/// Waits before the next attempt. `false` when there must be none: enough attempts, the budget is spent, the server
/// asks for too long a wait, or the time is up.
pub(crate) async fn pause(
    client: &Client,
    options: &CallOptions,
    deadline: Deadline,
    number: u32,
    error: &Error,
) -> bool {
    if number >= options.retry.max_attempts {
        return false;
    }
    let Some(wait) = options
        .retry
        .wait(number, random::chance(), error.retry_after())
    else {
        return false;
    };
    wait < deadline.left() && client.budget().take() && deadline.sleep(wait).await
}

/// One span for a call, named by OpenTelemetry's conventions for HTTP clients; nothing personal in it.
pub(crate) fn span(client: &Client, operation: Operation) -> tracing::Span {
    tracing::info_span!(
        "drift",
        otel.kind = "client",
        otel.name = operation.name,
        server.address = client.host(),
        http.request.method = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
        error.r#type = tracing::field::Empty,
    )
}

fn note(operation: Operation, number: u32, error: &Error) {
    tracing::Span::current().record("error.type", tracing::field::debug(error.kind()));
    let delivery: Delivery = error.delivery();
    tracing::debug!(
        operation = operation.name,
        http.request.resend_count = number - 1,
        http.response.status_code = error.status(),
        error.r#type = ?error.kind(),
        delivery = ?delivery,
        request_id = error.request_id(),
        "attempt failed"
    );
}

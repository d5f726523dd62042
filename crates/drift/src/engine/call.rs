//! A whole call: attempts until one succeeds, or until a retry is not safe, not wanted or not worth it.

use std::pin::pin;

use serde::de::DeserializeOwned;
use tracing::Instrument;

use crate::engine::attempt::{SdkMethod, attempt};
use crate::engine::connection::Connection;
use crate::engine::deadline::Deadline;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::options::CallOptions;
use crate::policy::retry::may_retry;
use crate::random;

/// The context of a call: over which connection, with which options, which operation, and until when.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) options: &'a CallOptions,
    pub(crate) operation: Operation,
    pub(crate) deadline: Deadline,
}

impl<'a> Call<'a> {
    /// A call that starts now.
    pub(crate) fn new(
        connection: &'a Connection,
        options: &'a CallOptions,
        operation: Operation,
    ) -> Self {
        Self {
            connection,
            options,
            operation,
            deadline: Deadline::after(options.total_timeout),
        }
    }

    /// A part of this call that is another operation, such as a look-up within a create. It has the same deadline.
    pub(crate) fn part(&self, operation: Operation) -> Self {
        Self { operation, ..*self }
    }

    /// Makes the call, in a span of its own.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: impl SdkMethod<T>,
    ) -> Result<T, Error> {
        let span = self.span();
        self.send_in_span(method).instrument(span).await
    }

    /// Makes the call in the current span: attempts until one succeeds or must not be followed by another.
    pub(crate) async fn send_in_span<T: DeserializeOwned>(
        &self,
        method: impl SdkMethod<T>,
    ) -> Result<T, Error> {
        let mut number = 1;
        loop {
            let error = match self.attempt(number, &method).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if !self.may_retry_after(number, &error).await {
                return Err(error);
            }
            number += 1;
        }
    }

    /// Makes attempt number `number` (from 1), and logs its failure.
    pub(crate) async fn attempt<T: DeserializeOwned>(
        &self,
        number: u32,
        method: impl SdkMethod<T>,
    ) -> Result<T, Error> {
        let limit = self.options.attempt_timeout.min(self.deadline.left());
        // Pinned here, since a future of kilobytes is copied whole wherever it is passed on by value.
        let attempt = pin!(attempt(self, limit, method));
        let result = attempt.await;
        match &result {
            Ok(_) => self.connection.budget().refund(),
            Err(error) => self.log(number, error),
        }
        result
    }

    /// Whether the same request may be sent again after this failure; if so, the wait before it is over.
    pub(crate) async fn may_retry_after(&self, number: u32, error: &Error) -> bool {
        let not_executed = error.kind() == ErrorKind::RateLimited;
        may_retry(error.delivery(), not_executed, self.operation.idempotent)
            && self.pause(number, error).await
    }

    /// Waits before the next attempt, and returns `true`. `false` when there must be none: enough attempts were made,
    /// no attempt can get through before a setting is changed, the retry budget is spent, the server asks for too long a wait, or the time is up.
    pub(crate) async fn pause(&self, number: u32, error: &Error) -> bool {
        let policy = &self.options.retry;
        if number >= policy.max_attempts || error.is_permanent() {
            return false;
        }
        let Some(wait) = policy.wait(number, random::chance(), error.retry_after()) else {
            return false;
        };
        // The deadline is asked before the budget, so that no retry is paid for that is not made. All clones of a
        // client share the budget: without it, each caller's retries would multiply the load of a server that is down.
        wait < self.deadline.left()
            && self.connection.budget().take()
            && self.deadline.sleep(wait).await
    }

    /// One span for a call, named by OpenTelemetry's conventions for HTTP clients; nothing personal in it.
    pub(crate) fn span(&self) -> tracing::Span {
        tracing::info_span!(
            "drift",
            otel.kind = "client",
            otel.name = self.operation.name,
            server.address = self.connection.host(),
            http.request.method = tracing::field::Empty,
            http.response.status_code = tracing::field::Empty,
            error.r#type = tracing::field::Empty,
        )
    }

    fn log(&self, number: u32, error: &Error) {
        tracing::Span::current().record("error.type", tracing::field::debug(error.kind()));
        tracing::debug!(
            operation = self.operation.name,
            http.request.resend_count = number - 1,
            http.response.status_code = error.status(),
            error.r#type = ?error.kind(),
            delivery = ?error.delivery(),
            request_id = error.request_id(),
            "attempt failed"
        );
    }
}

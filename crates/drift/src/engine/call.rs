//! A whole call: attempts until one succeeds, or until a retry is not safe, not wanted or not worth it.

use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use crate::engine::attempt::{SdkMethod, attempt};
use crate::engine::connection::Connection;
use crate::engine::deadline::Deadline;
use crate::engine::operation::Operation;
use crate::engine::pacing::shared_pace::{Patience, Slot, TooLong};
use crate::error::{Error, ErrorKind};
use crate::model::decoding::Decode;
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::retry::may_retry;
use crate::random;

/// Of the time of a call that may need a look-up, a quarter is kept for it, ...
const LOOK_UP_SHARE: u32 = 4;
/// ... but not more than what the look-ups take by default.
const LONGEST_LOOK_UP: Duration = Duration::from_millis(5_000);

/// Notes in the span of a call how it has ended.
pub(crate) fn record_end<T>(span: &tracing::Span, result: &Result<T, Error>) {
    if let Err(error) = result {
        span.record("error.type", tracing::field::debug(error.kind()));
    }
}

/// The context of a call: over which connection, with which options, which operation, and until when.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) options: &'a CallOptions,
    pub(crate) operation: Operation,
    pub(crate) deadline: Deadline,
    /// Whether it waits for the pace of the client; not where the caller has a pace of its own.
    pub(crate) is_paced: bool,
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
            is_paced: options.retry.waits_for_rate_limit(),
        }
    }

    /// A part of this call that is another operation, such as a look-up within a create. It has the same deadline.
    pub(crate) fn part(&self, operation: Operation) -> Self {
        Self { operation, ..*self }
    }

    /// Makes the call, in a span of its own.
    pub(crate) async fn send<T: Decode>(
        &self,
        method: impl SdkMethod<T>,
    ) -> Result<T::Value, Error> {
        let attempts = pin!(self.attempts(method));
        self.in_span(attempts).await
    }

    /// Runs what makes the call in a span of its own, which tells how the call ends: not a failure that was made good.
    pub(crate) async fn in_span<T>(
        &self,
        running: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let span = self.span();
        let result = running.instrument(span.clone()).await;
        record_end(&span, &result);
        result
    }

    /// Attempts until one succeeds or must not be followed by another.
    async fn attempts<T: Decode>(&self, method: impl SdkMethod<T>) -> Result<T::Value, Error> {
        let (mut number, mut earlier) = (1, Delivery::NotSent);
        loop {
            let error = match self.attempt(number, &method).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if !self.may_retry_after(number, &error).await {
                // A contact that is not there was not changed before.
                return Err(if error.is_drifts_not_found() {
                    error
                } else {
                    error.after(earlier)
                });
            }
            if !self.operation.is_read {
                earlier = earlier.max(error.delivery());
            }
            number += 1;
        }
    }

    /// Makes attempt number `number` (from 1), at the pace of the client. Where Drift asks for a pause, the request is sent
    /// again after it: that is the same attempt, and is limited by the time of the call alone.
    pub(crate) async fn attempt<T: Decode>(
        &self,
        number: u32,
        method: impl SdkMethod<T>,
    ) -> Result<T::Value, Error> {
        let mut refusal: Option<(u32, Error)> = None;
        loop {
            let slot = match self.connection.pace().unlimited() {
                Some(slot) => slot,
                // Boxed, since hardly any call needs it, and each would be as large as if it did.
                None => match Box::pin(self.slot()).await {
                    Ok(slot) => slot,
                    Err(error) => return Err(refusal.map_or(error, |(_, error)| error)),
                },
            };
            let limit = self.options.attempt_timeout.min(self.left_to_send());
            // Pinned here, since a future of kilobytes is copied whole wherever it is passed on by value.
            let result = {
                let attempt = pin!(attempt(self, number, limit, &method));
                attempt.await
            };
            let error = match result {
                Ok(value) => {
                    slot.succeeded();
                    self.connection.budget().refund();
                    return Ok(value);
                }
                Err(error) => error,
            };
            self.log(number, &error);
            let earlier = refusal.take().map_or(0, |(times, _)| times);
            match self.pause_for_all(earlier + 1, &slot, &error) {
                true => refusal = Some((earlier + 1, error)),
                false => return Err(error),
            }
        }
    }

    /// Waits for a slot in the pace of the client.
    async fn slot(&self) -> Result<Slot<'_>, Error> {
        let pace = self.connection.pace();
        if !self.is_paced {
            return Ok(Slot::unpaced());
        }
        let patience = Patience {
            until: Instant::now() + self.left_to_send(),
            pause: self.options.retry.max_retry_after,
            request: self.options.attempt_timeout,
        };
        let slot = pace.slot(patience).await;
        slot.map_err(|TooLong(pause)| Error::rate_limited_before_it_was_sent(pause))
    }

    /// Where Drift asks for fewer requests, makes all calls of the client pause. Whether this one is to wait for it:
    /// `times` says how often Drift has asked this call. A retry without a pause would be one as any other, so it is not
    /// made here.
    #[cold]
    fn pause_for_all(&self, times: u32, slot: &Slot<'_>, error: &Error) -> bool {
        if error.kind() != ErrorKind::RateLimited {
            return false;
        }
        let policy = &self.options.retry;
        let wait = policy.wait(times, random::chance(), error.retry_after());
        // One response does not silence a client for longer than a call would wait.
        let pause = wait.unwrap_or(policy.max_retry_after);
        self.connection.pace().rate_limited(slot, pause);
        let waits = wait.is_some_and(|wait| !wait.is_zero() && wait < self.left_to_send());
        self.is_paced && waits
    }

    /// Whether the same request may be sent again after this failure; if so, the wait before it is over.
    pub(crate) async fn may_retry_after(&self, number: u32, error: &Error) -> bool {
        let rate_limited = error.kind() == ErrorKind::RateLimited;
        may_retry(error.delivery(), rate_limited, self.operation.idempotent)
            && !self.is_last_word(error)
            && self.pause(number, error).await
    }

    /// Whether the response to another request would say the same.
    fn is_last_word(&self, error: &Error) -> bool {
        let unreadable = self.operation.is_read && error.is_unreadable_success();
        error.is_final() || error.has_no_contact() || unreadable
    }

    /// The time that is left for requests of this operation, where some is kept to look for a response that is lost.
    fn left_to_send(&self) -> Duration {
        let kept = if self.operation.is_looked_up {
            (self.options.total_timeout / LOOK_UP_SHARE).min(LONGEST_LOOK_UP)
        } else {
            Duration::ZERO
        };
        self.deadline.left().saturating_sub(kept)
    }

    /// Waits before a look-up that follows `after` others, and returns `true`; `false` where no time is left. The first
    /// one is not left out for its wait: that takes no more than half of what is left.
    pub(crate) async fn pause_before_look_up(&self, after: u32) -> bool {
        let wait = self.options.verify.wait(after);
        let wait = match after {
            0 => wait.min(self.deadline.left() / 2),
            _ => wait,
        };
        self.deadline.sleep(wait).await
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
        wait < self.left_to_send()
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
            request_id = tracing::field::Empty,
            error.r#type = tracing::field::Empty,
        )
    }

    fn log(&self, number: u32, error: &Error) {
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

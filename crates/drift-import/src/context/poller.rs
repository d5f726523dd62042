//! One call to Drift, repeated until it succeeds or fails for good, as long as the patience lasts.

use std::time::{Duration, Instant};

use drift::pace::{Pace, Waiting};
use drift::{ErrorKind, NextAction};

use crate::context::cancel::Cancel;
use crate::context::counters::Counters;
use crate::error::Error;

/// How long to keep trying, where waits are counted, and what ends them.
pub(crate) struct Poller {
    pub(crate) patience: Duration,
    pub(crate) counters: Counters,
    pub(crate) cancel: Cancel,
}

impl Poller {
    pub(crate) fn new(patience: Duration, counters: &Counters, cancel: &Cancel) -> Self {
        Self {
            patience,
            counters: counters.clone(),
            cancel: cancel.clone(),
        }
    }

    /// Calls again while `reason` names a reason to wait. Returns the result of the last call.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] when the import is cancelled meanwhile.
    pub(crate) async fn poll<T, Response: Future<Output = Result<T, drift::Error>>>(
        &self,
        call: impl Fn() -> Response,
        reason: impl Fn(&drift::Error) -> Option<Waiting>,
    ) -> Result<Result<T, drift::Error>, Error> {
        let started = Instant::now();
        let mut pace = Pace::new(1);
        loop {
            let sent = started.elapsed();
            let result = call().await;
            let Some((error, waiting)) = result
                .as_ref()
                .err()
                .and_then(|error| Some((error, reason(error)?)))
            else {
                return Ok(result);
            };
            let now = started.elapsed();
            let left = self.patience.saturating_sub(now);
            let pause = match waiting {
                _ if is_beyond(self.patience, error) => return Ok(result),
                Waiting::Asked => {
                    pace.rate_limited(sent, now, error.retry_after());
                    pace.pause(now)
                }
                _ if left.is_zero() => return Ok(result),
                Waiting::RateLimit => {
                    pace.rate_limited(sent, now, None);
                    pace.pause(now).min(left)
                }
                _ => {
                    pace.unreachable(sent, now, waiting);
                    pace.pause(now).min(left)
                }
            };
            self.counters.set_pace(&pace, now);
            self.sleep(pause).await?;
            self.counters.set_pace(&pace, now + pause);
        }
    }

    /// Waits, until the import is cancelled at the latest.
    pub(crate) async fn sleep(&self, pause: Duration) -> Result<(), Error> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.cancel.cancelled() => Err(Error::Interrupted),
        }
    }
}

/// Whether the server asks for a longer wait than there is patience.
pub(crate) fn is_beyond(patience: Duration, error: &drift::Error) -> bool {
    error.retry_after().is_some_and(|asked| asked > patience)
}

/// Why to wait and call again after this error; nothing where the next call would fail in the same way.
pub(crate) fn wait_reason(error: &drift::Error) -> Option<Waiting> {
    match error.kind() {
        ErrorKind::RateLimited => Some(match error.retry_after() {
            Some(_) => Waiting::Asked,
            None => Waiting::RateLimit,
        }),
        // A certificate or a proxy stays in the way until somebody changes a setting.
        ErrorKind::Connect if !matches!(error.next_action(), NextAction::Wait(_)) => None,
        ErrorKind::Connect
        | ErrorKind::Timeout
        | ErrorKind::Interrupted
        | ErrorKind::Credentials => Some(Waiting::Unreachable),
        ErrorKind::Server => Some(Waiting::Failing),
        _ => None,
    }
}

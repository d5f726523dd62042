//! One question to Drift that is asked until it is answered, as long as the patience lasts.

use std::time::{Duration, Instant};

use drift::ErrorKind;

use crate::context::pace::Pace;
use crate::context::progress::{Cancel, Counters, Waiting};
use crate::error::Error;

/// How long to wait, where to tell of it, and what ends it.
pub(crate) struct Patient {
    pub(crate) patience: Duration,
    pub(crate) counters: Counters,
    pub(crate) cancel: Cancel,
}

impl Patient {
    pub(crate) fn new(patience: Duration, counters: &Counters, cancel: &Cancel) -> Self {
        Self {
            patience,
            counters: counters.clone(),
            cancel: cancel.clone(),
        }
    }

    /// Asks again where `reason` finds one to wait. What is given back at last is the last answer.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] when it was asked to stop.
    pub(crate) async fn ask<T, Asked: Future<Output = Result<T, drift::Error>>>(
        &self,
        question: impl Fn() -> Asked,
        reason: impl Fn(&drift::Error) -> Option<Waiting>,
    ) -> Result<Result<T, drift::Error>, Error> {
        let started = Instant::now();
        let mut pace = Pace::new(1);
        loop {
            let sent = started.elapsed();
            let answer = question().await;
            let Some((error, waiting)) = answer
                .as_ref()
                .err()
                .and_then(|error| Some((error, reason(error)?)))
            else {
                return Ok(answer);
            };
            let now = started.elapsed();
            let left = self.patience.saturating_sub(now);
            let pause = match waiting {
                Waiting::Asked | Waiting::RateLimit => {
                    pace.put_off(sent, now, error.retry_after());
                    pace.pause(now)
                }
                _ if left.is_zero() => return Ok(answer),
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

    /// Waits, and no longer than until it is asked to stop.
    pub(crate) async fn sleep(&self, pause: Duration) -> Result<(), Error> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.cancel.cancelled() => Err(Error::Interrupted),
        }
    }
}

/// Why to ask again after this; nothing where the answer would be the same.
pub(crate) fn reason(error: &drift::Error) -> Option<Waiting> {
    match error.kind() {
        ErrorKind::RateLimited => Some(match error.retry_after() {
            Some(_) => Waiting::Asked,
            None => Waiting::RateLimit,
        }),
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted => {
            Some(Waiting::Unreachable)
        }
        ErrorKind::Server => Some(Waiting::Failing),
        _ => None,
    }
}

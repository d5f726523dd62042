//! Limits on requests, in windows that follow one another.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http::header;

use super::error::ApiError;
use super::settings::RateLimit;

/// The windows of all tokens.
#[derive(Default)]
pub(crate) struct Limiter(Mutex<HashMap<usize, Window>>);

impl Limiter {
    /// Counts a request of a token.
    pub(crate) fn take(
        &self,
        limit: Option<&RateLimit>,
        token: usize,
        now: i64,
    ) -> Result<(), ApiError> {
        let Some(limit) = limit else { return Ok(()) };
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(token).or_default();
        window.take(limit, now).map_err(|wait| {
            let error = ApiError::rate_limited();
            if limit.retry_after {
                error.with_header(header::RETRY_AFTER, seconds(wait).into())
            } else {
                error
            }
        })
    }

    pub(crate) fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// A window and what was counted in it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Window {
    started: i64,
    requests: u32,
}

impl Window {
    /// Counts a request; when it is one too many, the milliseconds until the window ends.
    pub(crate) fn take(&mut self, limit: &RateLimit, now: i64) -> Result<(), i64> {
        let length = limit.window_ms.max(1);
        let elapsed = now.saturating_sub(self.started);
        if self.requests == 0 || elapsed < 0 || elapsed >= length {
            *self = Window {
                started: now,
                requests: 0,
            };
        }
        if self.requests < limit.requests {
            self.requests += 1;
            return Ok(());
        }
        self.requests = self.requests.max(1);
        Err(length - now.saturating_sub(self.started))
    }
}

/// Milliseconds as the whole seconds of a `Retry-After`, at least one.
pub(crate) fn seconds(ms: i64) -> i64 {
    ms.max(1).div_euclid(1000) + i64::from(ms.rem_euclid(1000) > 0)
}

#[cfg(test)]
mod tests {
    use super::{Window, seconds};
    use crate::rules::settings::RateLimit;

    #[test]
    fn a_window_accepts_its_number_and_then_says_how_long_to_wait() {
        let limit = RateLimit {
            requests: 2,
            window_ms: 1000,
            retry_after: true,
        };
        let mut window = Window::default();
        let taken: Vec<_> = [10, 20, 30, 1009, 1010, 5]
            .map(|now| window.take(&limit, now))
            .into();
        assert_eq!(taken, [Ok(()), Ok(()), Err(980), Err(1), Ok(()), Ok(())]);
    }

    #[test]
    fn waits_are_rounded_up() {
        assert_eq!([1, 999, 1000, 1001].map(seconds), [1, 1, 1, 2]);
    }
}

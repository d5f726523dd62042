//! Whether a call is retried, how often, and after how long.

use std::time::{Duration, SystemTime};

use crate::defaults;
use crate::policy::delivery::Delivery;

/// A year, in seconds. Nobody waits longer, and what is added to it or multiplied cannot overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How often a call is retried, and after which waits.
///
/// Only what is safe is retried: a request that was not sent, and one that may have been executed where a second execution
/// changes nothing. A create whose delivery is unknown is looked up first; no
/// policy changes that.
///
/// A 429 is no failure of this kind. It pauses all calls of all clones of the client, for [`wait`](Self::wait): the server's `Retry-After`, up
/// to its bound, or else a backoff; then they continue, a few at a time. That costs neither an attempt nor the retry budget:
/// the time limit of the call bounds it. A policy of one attempt, or with a `max_retry_after` of zero, does not wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) initial_backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) max_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// 5 attempts; waits of up to 250 ms, doubling to 8,000 ms at most; a `Retry-After` of up to 60,000 ms is obeyed.
    fn default() -> Self {
        Self {
            max_attempts: defaults::MAX_ATTEMPTS,
            initial_backoff: defaults::INITIAL_BACKOFF,
            max_backoff: defaults::MAX_BACKOFF,
            max_retry_after: defaults::MAX_RETRY_AFTER,
        }
    }
}

impl RetryPolicy {
    /// One attempt, no retry.
    ///
    /// ```
    /// # fn main() -> Result<(), drift::Error> {
    /// use drift::{Client, RetryPolicy};
    ///
    /// let client = Client::builder("my-token").retry(RetryPolicy::none()).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn none() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// At most so many attempts, the first included; 5 unless set, never less than 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The most to wait before the first retry; 250 ms unless set. It doubles with each retry.
    #[must_use]
    pub fn initial_backoff(mut self, wait: Duration) -> Self {
        self.initial_backoff = wait;
        self
    }

    /// The most to wait before any retry; 8,000 ms unless set.
    #[must_use]
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// The longest `Retry-After` that is obeyed; 60,000 ms unless set. Beyond it the call ends, and the error says
    /// how long to wait.
    #[must_use]
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Whether a call waits where the server asks for a pause, which costs no attempt.
    pub(crate) fn waits_for_rate_limit(&self) -> bool {
        self.max_attempts > 1 && !self.max_retry_after.is_zero()
    }

    /// How long to wait before the retry that follows attempt number `attempt` (from 1): any time up to the bound,
    /// each as likely ("full jitter"), or the server's own wait where it is longer. `chance` is in `0.0..=1.0`; another
    /// number counts as the nearer end, and NaN as 1. `None` when the server asks for more than is obeyed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use drift::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default();
    /// assert_eq!(policy.wait(1, 1.0, None), Some(Duration::from_millis(250)));
    /// assert_eq!(policy.wait(1, 1.0, Some(Duration::from_secs(9))), Some(Duration::from_secs(9)));
    /// assert_eq!(policy.wait(1, 1.0, Some(Duration::from_secs(61))), None); // more than is obeyed
    /// ```
    pub fn wait(
        &self,
        attempt: u32,
        chance: f64,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let chance = if chance.is_nan() { 1.0 } else { chance };
        let doubled = self
            .initial_backoff
            .saturating_mul(1_u32 << attempt.saturating_sub(1).min(20));
        let ours = doubled
            .min(self.max_backoff)
            .min(LONGEST)
            .mul_f64(chance.clamp(0.0, 1.0));
        match retry_after {
            Some(server) if server > self.max_retry_after => None,
            Some(server) => Some(server.max(ours)),
            None => Some(ours),
        }
    }
}

/// Whether a call may be sent again as it stands.
///
/// `rate_limited` is a 429, or the 503 that means it: the request was not executed. `idempotent` says that a second
/// execution changes nothing.
/// The table that it is tested with is `tests/vectors/retry.json`.
pub fn may_retry(delivery: Delivery, rate_limited: bool, idempotent: bool) -> bool {
    match delivery {
        Delivery::NotSent => true,
        Delivery::Refused => rate_limited,
        Delivery::Unknown | Delivery::Done => idempotent,
    }
}

/// Reads `Retry-After`: seconds, of which a part counts as a whole one, or an HTTP date, which counts from `now` and is
/// zero when past. `now` is best the `Date` of the same response, since clocks differ. More than a year (31,536,000 s)
/// counts as a year.
///
/// The table that it is tested with is `tests/vectors/retry_after.json`.
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = match seconds(value) {
        Some(seconds) => Duration::from_secs(seconds),
        None => {
            let date = httpdate::parse_http_date(value).ok()?;
            date.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}

/// Digits, with a decimal fraction or without, rounded up.
fn seconds(value: &str) -> Option<u64> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    // A number that is too large for a clock still asks for a wait.
    let whole = whole.parse::<u64>().unwrap_or(u64::MAX);
    let part = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(whole.saturating_add(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn waits_double_up_to_the_bound_and_heed_the_server() {
        let policy = RetryPolicy::default();
        for (attempt, chance, server, wait) in [
            (1, 1.0, None, Some(MS(250))),
            (1, 0.5, None, Some(MS(125))),
            (1, 0.0, None, Some(MS(0))),
            (2, 1.0, None, Some(MS(500))),
            (5, 1.0, None, Some(MS(4_000))),
            (7, 1.0, None, Some(MS(8_000))),
            (u32::MAX, 1.0, None, Some(MS(8_000))),
            (1, 0.5, Some(MS(2_000)), Some(MS(2_000))),
            (7, 1.0, Some(MS(2_000)), Some(MS(8_000))),
            (1, 0.5, Some(MS(60_000)), Some(MS(60_000))),
            (1, 0.5, Some(MS(60_001)), None),
            (1, f64::NAN, None, Some(MS(250))),
            (1, f64::INFINITY, None, Some(MS(250))),
            (1, f64::NEG_INFINITY, None, Some(MS(0))),
            (0, 1.0, None, Some(MS(250))),
            (1, 1.0, Some(Duration::MAX), None),
        ] {
            assert_eq!(
                policy.wait(attempt, chance, server),
                wait,
                "attempt {attempt}, {server:?}"
            );
        }
    }

    #[test]
    fn no_setting_overflows() {
        let policy = RetryPolicy::default()
            .initial_backoff(Duration::MAX)
            .max_backoff(Duration::MAX)
            .max_retry_after(Duration::MAX);
        assert_eq!(policy.wait(u32::MAX, 1.0, None), Some(LONGEST));
        let longest = policy.wait(1, 1.0, Some(Duration::MAX));
        assert_eq!(longest, Some(Duration::MAX), "it is the caller's wish");
    }

    #[test]
    fn the_servers_wait_comes_in_two_forms() {
        let now = httpdate::parse_http_date("Mon, 23 Nov 2026 10:00:00 GMT").expect("a date");
        for (value, wait) in [
            ("2", Some(Duration::from_secs(2))),
            (" 0 ", Some(Duration::ZERO)),
            (
                "Mon, 23 Nov 2026 10:00:07 GMT",
                Some(Duration::from_secs(7)),
            ),
            ("Mon, 23 Nov 2026 09:00:00 GMT", Some(Duration::ZERO)),
            ("1.5", Some(Duration::from_secs(2))),
            ("1.0", Some(Duration::from_secs(1))),
            ("0.001", Some(Duration::from_secs(1))),
            ("31536000", Some(LONGEST)),
            ("31536000.1", Some(LONGEST)),
            ("99999999999999999999", Some(LONGEST)),
            ("18446744073709551615.5", Some(LONGEST)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(LONGEST)),
            (".5", None),
            ("1.", None),
            ("1.5.1", None),
            ("1e3", None),
            ("NaN", None),
            ("+7", None),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now), wait, "{value}");
        }
    }
}

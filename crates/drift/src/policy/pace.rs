//! How many requests are in flight at a time: it starts low, grows with success, and halves when Drift asks for fewer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Requests in flight at first.
const START: f64 = 2.0;
/// The first pause after a 429 that does not say how long; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Why nothing is sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Waiting {
    /// Drift cannot be reached.
    Unreachable,
    /// Drift responds that it fails.
    Failing,
    /// Drift asks for fewer requests, and says for how long.
    Asked,
    /// Drift asks for fewer requests, and does not say for how long.
    RateLimit,
}

impl Waiting {
    /// All reasons.
    pub const ALL: [Self; 4] = [
        Self::Unreachable,
        Self::Failing,
        Self::Asked,
        Self::RateLimit,
    ];
}

/// The pace: additive increase, multiplicative decrease, as in TCP. Times are counted from the
/// start of whatever sends.
///
/// The window starts at 2 and grows by one with each success, until the first 429; from then on by one with each
/// window of successes. A 429 halves it, once for all requests that were in flight together, and nothing is sent
/// until the server's `Retry-After` is over, or 500 ms, doubling to 30 s, where it gives none.
///
/// ```
/// use std::time::Duration;
/// use drift::pace::Pace;
///
/// let mut pace = Pace::new(16);
/// assert_eq!(pace.window(), 2);
/// let (sent, now) = (Duration::from_millis(40), Duration::from_millis(50));
/// pace.rate_limited(sent, now, Some(Duration::from_secs(3)));
/// assert_eq!((pace.window(), pace.pause(now)), (1, Duration::from_secs(3)));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    window: f64,
    most: f64,
    growing_fast: bool,
    resume_at: Duration,
    waiting: Waiting,
    cut_at: Option<Duration>,
    pause: Duration,
}

impl Pace {
    /// A pace of at most so many requests at a time, from 1 to 1,000.
    pub fn new(most: usize) -> Self {
        let most = most.clamp(1, 1_000) as f64;
        Self {
            window: START.min(most),
            most,
            growing_fast: true,
            resume_at: Duration::ZERO,
            waiting: Waiting::RateLimit,
            cut_at: None,
            pause: FIRST_PAUSE,
        }
    }

    /// How many requests may be in flight now.
    pub fn window(&self) -> usize {
        self.window as usize
    }

    /// How long nothing may be sent from `now` on.
    pub fn pause(&self, now: Duration) -> Duration {
        self.resume_at.saturating_sub(now)
    }

    /// Why nothing may be sent at `now`; nothing when it may.
    pub fn waiting(&self, now: Duration) -> Option<Waiting> {
        (!self.pause(now).is_zero()).then_some(self.waiting)
    }

    /// A request had a response.
    pub fn succeeded(&mut self) {
        let step = if self.growing_fast {
            1.0
        } else {
            1.0 / self.window
        };
        self.window = (self.window + step).min(self.most);
        self.pause = FIRST_PAUSE;
    }

    /// A request sent at `sent` had a 429 at `now`.
    pub fn rate_limited(&mut self, sent: Duration, now: Duration, retry_after: Option<Duration>) {
        if self.cut_at.is_none_or(|cut| sent >= cut) {
            self.window = (self.window / 2.0).max(1.0);
            self.growing_fast = false;
            self.cut_at = Some(now);
            self.wait(now, retry_after, Waiting::RateLimit);
        } else if let Some(asked) = retry_after {
            self.resume(now.saturating_add(asked), Waiting::Asked);
        }
    }

    /// A request sent at `sent` could not be delivered, or the server fails.
    pub fn unreachable(&mut self, sent: Duration, now: Duration, waiting: Waiting) {
        if self.cut_at.is_none_or(|cut| sent >= cut) {
            self.cut_at = Some(now);
            self.wait(now, None, waiting);
        }
    }

    fn wait(&mut self, now: Duration, asked: Option<Duration>, otherwise: Waiting) {
        match asked {
            Some(pause) => self.resume(now.saturating_add(pause), Waiting::Asked),
            None => {
                self.resume(now.saturating_add(self.pause), otherwise);
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// Of several waits the longest is kept, with its reason.
    fn resume(&mut self, at: Duration, waiting: Waiting) {
        if at > self.resume_at {
            self.resume_at = at;
            self.waiting = waiting;
        }
    }
}

/// What the requests of a client have shown since it was last asked, and what it wants: for a pace that several
/// processes share. Before the first 429 nothing is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Requests in flight.
    pub in_flight: usize,
    /// Requests that wait for their turn.
    pub waiting: usize,
    /// Requests that had a response that is no 429.
    pub successes: usize,
    /// The last of those that had a 429, 100 at most.
    pub rate_limits: Vec<RateLimit>,
}

/// A request that had a 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How long ago it was sent.
    pub sent_ago: Duration,
    /// What is left of the pause that its response asks for.
    pub pause: Duration,
}

/// What a client may do beside its own [`Pace`]: its part of a pace that several processes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The most requests in flight; with 0 nothing more is sent.
    pub requests: usize,
    /// How long nothing is sent, from now.
    pub pause: Duration,
    /// How long `requests` holds, from now. Afterwards the client's own pace alone counts.
    pub valid_for: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_window_starts_low_and_grows_to_its_bound() {
        let mut pace = Pace::new(16);
        assert_eq!(pace.window(), 2);
        (0..5).for_each(|_| pace.succeeded());
        assert_eq!(pace.window(), 7);
        (0..100).for_each(|_| pace.succeeded());
        assert_eq!(pace.window(), 16);
    }

    #[test]
    fn a_burst_of_429s_halves_the_window_once() {
        let mut pace = Pace::new(16);
        (0..100).for_each(|_| pace.succeeded());
        for now in [1_000, 1_001, 1_002] {
            pace.rate_limited(ms(990), ms(now), None);
        }
        assert_eq!(pace.window(), 8);
        assert_eq!(pace.pause(ms(1_100)), ms(400));
        pace.rate_limited(ms(1_500), ms(1_510), None);
        assert_eq!(pace.window(), 4);
        assert_eq!(pace.pause(ms(1_510)), ms(1_000));
    }

    #[test]
    fn the_server_says_how_long_to_wait() {
        let mut pace = Pace::new(16);
        pace.rate_limited(ms(0), ms(10), Some(ms(3_000)));
        assert_eq!(pace.pause(ms(10)), ms(3_000));
        pace.rate_limited(ms(5), ms(20), Some(ms(5_000)));
        assert_eq!(pace.pause(ms(20)), ms(5_000));
        assert_eq!(pace.pause(ms(9_000)), ms(0));
        pace.rate_limited(ms(9_000), ms(9_010), Some(Duration::MAX));
        pace.rate_limited(ms(9_005), ms(9_020), Some(Duration::MAX));
        assert_eq!(pace.pause(ms(0)), Duration::MAX);
    }

    #[test]
    fn the_reason_of_the_longest_wait_is_kept() {
        let mut pace = Pace::new(16);
        assert_eq!(pace.waiting(ms(0)), None);
        pace.unreachable(ms(0), ms(10), Waiting::Unreachable);
        assert_eq!(pace.waiting(ms(11)), Some(Waiting::Unreachable));
        assert_eq!(pace.waiting(ms(510)), None);
        pace.rate_limited(ms(520), ms(530), None);
        assert_eq!(pace.waiting(ms(540)), Some(Waiting::RateLimit));
        pace.rate_limited(ms(525), ms(540), Some(ms(4_000)));
        assert_eq!(pace.waiting(ms(541)), Some(Waiting::Asked));
        pace.unreachable(ms(600), ms(610), Waiting::Unreachable);
        assert_eq!(pace.waiting(ms(620)), Some(Waiting::Asked), "longer");
    }

    #[test]
    fn after_a_429_the_window_grows_by_one_per_window_of_successes() {
        let mut pace = Pace::new(16);
        (0..100).for_each(|_| pace.succeeded());
        pace.rate_limited(ms(0), ms(1), None);
        (0..9).for_each(|_| pace.succeeded());
        assert_eq!(pace.window(), 9);
        assert!(pace.window >= 1.0);
    }

    #[test]
    fn repeated_429s_leave_one_request_at_a_time() {
        let mut pace = Pace::new(4);
        for round in 0..20_u64 {
            pace.rate_limited(ms(round * 100_000), ms(round * 100_000 + 1), None);
        }
        assert_eq!(pace.window(), 1);
        assert_eq!(pace.pause(ms(1_900_001)), LONGEST_PAUSE);
    }
}

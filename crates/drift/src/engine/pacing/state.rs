//! What a pace knows: how many requests are in flight, what they have shown, and what may be sent.
//!
//! Pure: the caller says what time it is.

use std::collections::VecDeque;
use std::time::Duration;

use crate::policy::pace::{Allowance, Demand, Pace, RateLimit};

/// The most requests in flight at a time, once there is a pace.
const MOST: usize = 1_000;
/// The most 429s that are remembered for [`State::take_demand`].
const REMEMBERED: usize = 100;

pub(super) struct State {
    pub(super) pace: Pace,
    pub(super) in_flight: usize,
    /// When a slot was last taken or freed.
    pub(super) changed_at: Duration,
    /// Slots of an earlier generation are no longer counted.
    pub(super) generation: u64,
    /// Requests that wait for a slot.
    pub(super) waiting: usize,
    /// The part of a pace that processes share; none where nobody has said so.
    allowed: Option<Allowed>,
    seen: Observed,
}

/// An [`Allowance`] by the clock of this pace.
struct Allowed {
    requests: usize,
    paused_until: Duration,
    valid_until: Duration,
}

/// What was seen since the last [`State::take_demand`].
#[derive(Default)]
struct Observed {
    successes: usize,
    rate_limits: VecDeque<Limited>,
}

/// A request that had a 429.
struct Limited {
    sent: Duration,
    resume_at: Duration,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            pace: Pace::new(MOST),
            in_flight: 0,
            changed_at: Duration::ZERO,
            generation: 0,
            waiting: 0,
            allowed: None,
            seen: Observed::default(),
        }
    }

    /// How long nothing may be sent.
    pub(super) fn pause(&self, now: Duration) -> Duration {
        let shared = self.allowed.as_ref().map(|allowed| allowed.paused_until);
        let shared = shared.unwrap_or_default().saturating_sub(now);
        self.pace.pause(now).max(shared)
    }

    /// How many requests may be in flight.
    pub(super) fn window(&self, now: Duration) -> usize {
        match &self.allowed {
            Some(allowed) if now < allowed.valid_until => self.pace.window().min(allowed.requests),
            _ => self.pace.window(),
        }
    }

    pub(super) fn succeeded(&mut self) {
        self.pace.succeeded();
        self.seen.successes += 1;
    }

    pub(super) fn rate_limited(&mut self, sent: Duration, now: Duration, pause: Duration) {
        self.pace.rate_limited(sent, now, Some(pause));
        if self.seen.rate_limits.len() >= REMEMBERED {
            self.seen.rate_limits.pop_front();
        }
        self.seen.rate_limits.push_back(Limited {
            sent,
            resume_at: now.saturating_add(pause),
        });
    }

    pub(super) fn allow(&mut self, now: Duration, allowance: Allowance) {
        self.allowed = Some(Allowed {
            requests: allowance.requests,
            paused_until: now.saturating_add(allowance.pause),
            valid_until: now.saturating_add(allowance.valid_for),
        });
    }

    pub(super) fn take_demand(&mut self, now: Duration) -> Demand {
        let seen = std::mem::take(&mut self.seen);
        let rate_limit = |limited: Limited| RateLimit {
            sent_ago: now.saturating_sub(limited.sent),
            pause: limited.resume_at.saturating_sub(now),
        };
        Demand {
            in_flight: self.in_flight,
            waiting: self.waiting,
            successes: seen.successes,
            rate_limits: seen.rate_limits.into_iter().map(rate_limit).collect(),
        }
    }
}

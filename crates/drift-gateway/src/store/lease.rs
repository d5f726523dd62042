//! The right to work on a record for a while.

use std::time::{Duration, Instant, SystemTime};

use super::record::RecordId;

/// How long a lease is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long the holder may work before it renews.
    pub duration: Duration,
    /// The time limit of one attempt. Nobody takes the record over before the lease's end plus this limit, since a
    /// request that left at the last moment may take as long.
    pub attempt_limit: Duration,
}

impl Default for LeaseTerms {
    /// A lease of 60 s, and attempts of at most 30 s.
    fn default() -> Self {
        Self {
            duration: Duration::from_secs(60),
            attempt_limit: Duration::from_secs(30),
        }
    }
}

/// The right to work on one record. What is written with it is refused once somebody else took the record over.
#[derive(Clone, Debug)]
pub struct Lease {
    pub(super) id: RecordId,
    pub(super) fence: i64,
    pub(super) terms: LeaseTerms,
    until: Deadline,
}

impl Lease {
    /// A lease that was asked for at `asked`. The database granted it later, so it ends there no earlier than here.
    pub(super) fn new(id: RecordId, fence: i64, terms: LeaseTerms, asked: Asked) -> Self {
        let until = Deadline::after(asked, terms.duration);
        Self {
            id,
            fence,
            terms,
            until,
        }
    }

    /// Which record it is for.
    pub fn id(&self) -> RecordId {
        self.id
    }

    /// The number that guards what is written with it: it grows with each lease of a record.
    pub fn fence(&self) -> i64 {
        self.fence
    }

    /// How often the lease is renewed by one who waits, so that an attempt always fits into it.
    pub fn renew_every(&self) -> Duration {
        const SHORTEST: Duration = Duration::from_millis(10);
        let spare = self.terms.duration.saturating_sub(self.terms.attempt_limit);
        (spare / 2).max(SHORTEST)
    }

    /// Whether an attempt that starts now and takes as long as its limit ends within the lease. Only then may a request
    /// be sent; otherwise the lease is renewed first.
    pub fn outlasts_an_attempt(&self) -> bool {
        self.until.is_after(Asked::now(), self.terms.attempt_limit)
    }
}

/// A moment by both clocks of this machine: the one that stands still while it sleeps, and the one that is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    steady: Instant,
    wall: SystemTime,
}

impl Asked {
    pub(super) fn now() -> Self {
        Self {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }
}

/// The earlier end by the two clocks; none where it is too far away to tell.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    steady: Option<Instant>,
    wall: Option<SystemTime>,
}

impl Deadline {
    fn after(asked: Asked, duration: Duration) -> Self {
        Self {
            steady: asked.steady.checked_add(duration),
            wall: asked.wall.checked_add(duration),
        }
    }

    fn is_after(&self, now: Asked, limit: Duration) -> bool {
        let steady = now.steady.checked_add(limit);
        let wall = now.wall.checked_add(limit);
        steady.zip(self.steady).is_some_and(|(end, by)| end <= by)
            && wall.zip(self.wall).is_some_and(|(end, by)| end <= by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(asked: Asked, duration: u64, limit: u64) -> Lease {
        let terms = LeaseTerms {
            duration: Duration::from_secs(duration),
            attempt_limit: Duration::from_secs(limit),
        };
        Lease::new(RecordId::of_bytes([0; 16]), 1, terms, asked)
    }

    #[test]
    fn a_lease_lets_send_while_a_whole_attempt_fits() {
        let now = Asked::now();
        assert!(lease(now, 7_200, 3_600).outlasts_an_attempt());
        assert!(!lease(now, 3_600, 7_200).outlasts_an_attempt());
        assert!(!lease(now, 3_600, 3_600).outlasts_an_attempt());
    }

    #[test]
    fn time_that_a_machine_slept_counts() {
        let now = Asked::now();
        let slept = Asked {
            wall: now.wall - Duration::from_secs(5_000),
            ..now
        };
        assert!(!lease(slept, 7_200, 3_600).outlasts_an_attempt());
    }
}

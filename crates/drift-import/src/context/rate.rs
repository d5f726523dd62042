//! A ceiling on requests in a second: pure.

use std::time::Duration;

/// How far requests may catch up after a time without any.
const BURST: Duration = Duration::from_millis(100);

/// Spaces requests evenly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateCeiling {
    interval: Duration,
    /// When the next request may leave.
    next: Duration,
}

impl RateCeiling {
    /// So many requests in a second; as many as wanted if none is given.
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        let interval = per_second.map(|rate| Duration::from_secs(1) / rate.max(1));
        Self {
            interval: interval.unwrap_or_default(),
            next: Duration::ZERO,
        }
    }

    /// How long to wait before the next request.
    pub(crate) fn pause(self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }

    /// Counts a request that leaves.
    pub(crate) fn take(&mut self, now: Duration) {
        self.next = self.next.max(now.saturating_sub(BURST)) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_leave_than_are_allowed() {
        for (rate, seconds, most) in [(1, 10, 11), (5, 10, 51), (1_000, 1, 1_101)] {
            let mut ceiling = RateCeiling::new(Some(rate));
            let (mut now, mut left) = (Duration::ZERO, 0);
            while now < Duration::from_secs(seconds) {
                match ceiling.pause(now) {
                    Duration::ZERO => {
                        ceiling.take(now);
                        left += 1;
                    }
                    pause => now += pause,
                }
            }
            assert!(
                (u64::from(rate) * seconds..=most).contains(&left),
                "{rate}: {left}"
            );
        }
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let mut ceiling = RateCeiling::new(None);
        (0..1_000).for_each(|_| ceiling.take(Duration::ZERO));
        assert_eq!(ceiling.pause(Duration::ZERO), Duration::ZERO);
    }
}

//! How long outcomes are collected before they are committed: each commit waits for the disk, so few of them are made,
//! but never so few that sending waits for the next rows.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(16);

/// The time between two commits: 1 ms at first, twice as long each time up to 16 ms, and half as long after it was too
/// long, that is, when all queued rows had ended. It is 1 ms again when there are no more rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlushInterval {
    time: Duration,
}

impl FlushInterval {
    pub(crate) const fn new() -> Self {
        Self { time: FIRST }
    }

    /// How long to collect outcomes now. At the end it is short: no row is waiting to be queued, only the caller waits.
    pub(crate) fn wait(self, at_the_end: bool) -> Duration {
        if at_the_end { FIRST } else { self.time }
    }

    /// Adapts to how many of the queued rows are still in flight.
    pub(crate) fn flushed(&mut self, in_flight: usize) {
        self.time = if in_flight == 0 {
            (self.time / 2).max(FIRST)
        } else {
            (self.time * 2).min(LONGEST)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_grows_until_the_rows_run_out() {
        let mut interval = FlushInterval::new();
        for (in_flight, millis) in [
            (5, 2),
            (5, 4),
            (900, 8),
            (1, 16),
            (1, 16),
            (0, 8),
            (0, 4),
            (3, 8),
            (0, 4),
            (0, 2),
            (0, 1),
            (0, 1),
        ] {
            interval.flushed(in_flight);
            assert_eq!(interval.wait(false), Duration::from_millis(millis));
            assert_eq!(interval.wait(true), FIRST);
        }
    }
}

//! How long outcomes are gathered before they are committed: each commit waits for the disk, so few of them are made,
//! but never so few that sending waits for the next rows.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(16);

/// The time that outcomes are gathered for: 1 ms at first, twice as long each time up to 16 ms, and half as long after
/// it was too long, that is, when all rows that were handed on had ended. It is 1 ms again when there are no more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gathering {
    time: Duration,
}

impl Gathering {
    pub(crate) const fn new() -> Self {
        Self { time: FIRST }
    }

    /// How long to gather now; at the end nothing is handed on any more, and whoever waits for it waits.
    pub(crate) fn time(self, at_the_end: bool) -> Duration {
        match at_the_end {
            true => FIRST,
            false => self.time,
        }
    }

    /// Takes how many of the rows that were handed on are still under way.
    pub(crate) fn gathered(&mut self, under_way: usize) {
        self.time = match under_way {
            0 => (self.time / 2).max(FIRST),
            _ => (self.time * 2).min(LONGEST),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_until_the_rows_run_out() {
        let mut gathering = Gathering::new();
        for (under_way, millis) in [
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
            gathering.gathered(under_way);
            assert_eq!(gathering.time(false), Duration::from_millis(millis));
            assert_eq!(gathering.time(true), FIRST);
        }
    }
}

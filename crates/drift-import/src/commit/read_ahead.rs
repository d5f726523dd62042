//! How many rows are read and queued before their turn: enough that sending never waits for the journal, and few enough
//! that little must be looked up after a crash, since each of them may have been sent.

/// Rows that may be ahead however slow Drift is, in all and for each request that may be in flight.
const LEAST: usize = 64;
const FOR_EACH_REQUEST: usize = 4;
/// What the rows that ended between two commits are multiplied by.
const FOR_EACH_ENDED: usize = 3;

/// The rows ahead: three times those that ended since the last commit, at least 64 and four for each request that may
/// be in flight, at most 2,048.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadAhead {
    least: usize,
}

impl ReadAhead {
    pub(crate) const MOST: usize = 2_048;
    /// The most memory of rows ahead, in bytes; a row that is larger than that goes alone.
    pub(crate) const MOST_BYTES: usize = 8 << 20;

    pub(crate) fn new(concurrency: usize) -> Self {
        let least = LEAST.max(FOR_EACH_REQUEST * concurrency);
        Self {
            least: least.min(Self::MOST),
        }
    }

    /// How many more rows to queue after so many have ended, where so many are still queued or in flight.
    pub(crate) fn room(self, ended: usize, in_flight: usize) -> usize {
        let wanted = FOR_EACH_ENDED * ended;
        wanted
            .clamp(self.least, Self::MOST)
            .saturating_sub(in_flight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_rows_are_ahead_the_faster_they_end() {
        for (concurrency, ended, in_flight, room) in [
            (16, 0, 0, 64),
            (16, 0, 64, 0),
            (16, 2, 62, 2),
            (16, 64, 0, 192),
            (16, 100, 92, 208),
            (16, 5_000, 48, 2_000),
            (16, 0, 2_000, 0),
            (100, 0, 0, 400),
            (1_000, 0, 0, 2_048),
        ] {
            assert_eq!(
                ReadAhead::new(concurrency).room(ended, in_flight),
                room,
                "{concurrency}, {ended}, {in_flight}"
            );
        }
    }
}

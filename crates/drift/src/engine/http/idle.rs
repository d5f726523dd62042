//! When a client last had a response: after a pause, the runtime may not have seen yet which connections the server has
//! closed since.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// A pause that is worth a look at the connections, in milliseconds. Shorter ones happen between calls of a busy client.
const PAUSE: u64 = 5;

/// When the last response came.
pub(crate) struct LastResponse {
    origin: Instant,
    /// Milliseconds since `origin`.
    monotonic: AtomicU64,
    /// Milliseconds since 1970, since `Instant` stands still while a machine sleeps. 0 before the first response.
    wall_clock: AtomicU64,
}

impl LastResponse {
    pub(crate) fn none() -> Self {
        Self {
            origin: Instant::now(),
            monotonic: AtomicU64::new(0),
            wall_clock: AtomicU64::new(0),
        }
    }

    /// A response came now.
    pub(crate) fn came(&self) {
        self.monotonic
            .store(millis(self.origin.elapsed()), Ordering::Relaxed);
        self.wall_clock.store(wall_clock(), Ordering::Relaxed);
    }

    /// After a pause, lets the runtime find out which connections are dead. Without that a runtime that stood still, as
    /// one does that is driven only during calls, sends the next request to a connection which the server has closed:
    /// the request is lost, and nothing proves that it was.
    pub(crate) async fn drop_dead_connections(&self) {
        if !self.is_long_ago() {
            return;
        }
        // In the first turn the I/O driver sees the end of a connection; in the second its task ends.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }

    fn is_long_ago(&self) -> bool {
        let monotonic = self.monotonic.load(Ordering::Relaxed);
        let wall = self.wall_clock.load(Ordering::Relaxed);
        is_pause(monotonic, millis(self.origin.elapsed())) || is_pause(wall, wall_clock())
    }
}

/// Whether two readings of one clock are a pause apart. A clock may have been set back meanwhile.
fn is_pause(last: u64, now: u64) -> bool {
    last.abs_diff(now) >= PAUSE
}

fn wall_clock() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, millis)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_5_ms_on_either_clock_in_either_direction() {
        for (last, now, pause) in [
            (0, 0, false),
            (10, 14, false),
            (10, 15, true),
            (15, 10, true),
            (14, 10, false),
            (0, u64::MAX, true),
        ] {
            assert_eq!(is_pause(last, now), pause, "{last} {now}");
        }
    }

    #[test]
    fn before_the_first_response_everything_is_long_ago() {
        assert!(LastResponse::none().is_long_ago());
    }
}

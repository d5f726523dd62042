//! When a client last had a response: after a pause, the runtime may not have seen yet which connections the server has
//! closed since.
//!
//! Servers close idle connections, and tell it by the end of the stream. Nobody reads that while nothing drives the
//! runtime: `blocking` drives it during calls alone, a program may block its only thread, and a process may be frozen (a
//! laptop that sleeps, a function in the cloud between two events). A request that is sent then goes to a dead
//! connection, and of a create nobody knows whether it was executed: it costs look-ups and seconds. So the runtime gets
//! its turn first. There is nothing to ask it whether it had one; hence the two kinds of pause.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// A pause that is worth a look at the connections, in milliseconds. Shorter ones happen between calls of a busy client.
const PAUSE: u64 = 5;

/// A pause that is worth waiting for it, in milliseconds: the process may have been frozen.
const LONG_PAUSE: u64 = 250;

/// How long other threads then get, which may drive the connections of this client.
const TURN: Duration = Duration::from_millis(1);

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

    /// After a pause, lets the runtime find out which connections are dead.
    pub(crate) async fn drop_dead_connections(&self) {
        let pause = self.pause();
        if pause < PAUSE {
            return;
        }
        if pause >= LONG_PAUSE {
            give_others_a_turn().await;
        }
        // In the first turn the I/O driver sees the end of a connection; in the second its task ends.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }

    /// The time since the last response, in milliseconds. Before the first one a look is enough: a client has no
    /// connections then, unless its HTTP client is the caller's own.
    fn pause(&self) -> u64 {
        let wall = self.wall_clock.load(Ordering::Relaxed);
        if wall == 0 {
            return PAUSE;
        }
        let monotonic = self.monotonic.load(Ordering::Relaxed);
        longer_pause(
            (monotonic, millis(self.origin.elapsed())),
            (wall, wall_clock()),
        )
    }
}

/// In a runtime of several threads another one may see the end of a connection, and all of them wake from a freeze at the
/// same moment. Neither tokio's clock, which may stand still in a test, nor its threads for blocking work, which may all be
/// taken, are good for this wait.
async fn give_others_a_turn() {
    let (end, turn) = tokio::sync::oneshot::channel();
    let sleep = move || {
        std::thread::sleep(TURN);
        end.send(())
    };
    // Where no thread can be made, the connections are used as they are.
    if std::thread::Builder::new().spawn(sleep).is_ok() {
        let _ended = turn.await;
    }
}

/// The longer one of what two clocks show, each by two readings. A clock may have been set back meanwhile.
fn longer_pause(monotonic: (u64, u64), wall: (u64, u64)) -> u64 {
    let since = |(last, now): (u64, u64)| now.abs_diff(last);
    since(monotonic).max(since(wall))
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
    fn a_pause_is_what_either_clock_shows_in_either_direction() {
        for (monotonic, wall, pause) in [
            ((0, 0), (0, 0), 0),
            ((10, 14), (10, 10), 4),
            ((10, 10), (10, 15), 5),
            ((10, 15), (15, 10), 5),
            ((10, 11), (14, 10), 4),
            ((0, 1), (0, u64::MAX), u64::MAX),
        ] {
            assert_eq!(
                longer_pause(monotonic, wall),
                pause,
                "{monotonic:?} {wall:?}"
            );
        }
    }

    #[test]
    fn before_the_first_response_a_look_is_enough() {
        assert_eq!(LastResponse::none().pause(), PAUSE);
    }
}

//! The time that is left for a call, with all its attempts, waits and look-ups.

use std::time::Duration;

use tokio::time::Instant;

/// 30 years, in seconds. A clock cannot represent a moment that is much later.
const LONGEST: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// When a call must have ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// The deadline of a call that starts now and may take this long.
    pub(crate) fn after(limit: Duration) -> Self {
        Self(Instant::now() + limit.min(LONGEST))
    }

    /// The time that is left.
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether no time is left.
    pub(crate) fn is_over(self) -> bool {
        self.left().is_zero()
    }

    /// Sleeps, and returns `true`; returns `false` at once where the time that is left does not suffice.
    pub(crate) async fn sleep(self, wait: Duration) -> bool {
        if wait >= self.left() {
            return false;
        }
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        true
    }
}

//! Counts what the library sends to Drift: attempts, retries, look-ups, pauses.

use std::sync::Arc;

use drift::{AttemptEnd, Interceptor};

use super::Metrics;

/// Counts each attempt of a client.
pub(crate) struct Attempts(pub(crate) Arc<Metrics>);

impl Interceptor for Attempts {
    fn after_attempt(&self, attempt: &AttemptEnd) {
        self.0.attempt(attempt);
    }
}

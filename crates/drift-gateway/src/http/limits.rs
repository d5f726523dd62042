//! What one caller, and all of them together, may use.

use std::time::Duration;

/// The limits of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most connections at a time; more wait to be accepted. 4,096 unless set.
    pub connections: usize,
    /// The most requests at a time, in work or waiting; more get 503 with `Retry-After`. 1,024 unless set.
    pub requests: usize,
    /// The most bytes of a request's body; 1 MiB (1,048,576) unless set.
    pub body: usize,
    /// How long a connection may be idle, or take for the head of a request, or for TLS; 15 s unless set.
    pub head_time: Duration,
    /// How long a request may take to send its body; 15 s unless set.
    pub body_time: Duration,
    /// How long a stop waits for requests in flight before it ends them; 30 s unless set.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            requests: 1_024,
            body: 1024 * 1024,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(15),
            stop_time: Duration::from_secs(30),
        }
    }
}

//! What holds unless it is set: the numbers that README and the docs state.

use std::time::Duration;

/// The limit for making a connection: 5,000 ms. Set by [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout).
pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(5_000);

/// The limit for one attempt: 15,000 ms. Set by [`CallOptions::attempt_timeout`](crate::CallOptions::attempt_timeout).
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(15_000);

/// The limit for a call with its retries and look-ups: 60,000 ms. Set by
/// [`CallOptions::total_timeout`](crate::CallOptions::total_timeout).
pub const TOTAL_TIMEOUT: Duration = Duration::from_millis(60_000);

/// The most attempts of a call: 5. Set by [`RetryPolicy::max_attempts`](crate::RetryPolicy::max_attempts).
pub const MAX_ATTEMPTS: u32 = 5;

/// The most to wait before the first retry: 250 ms. Set by
/// [`RetryPolicy::initial_backoff`](crate::RetryPolicy::initial_backoff).
pub const INITIAL_BACKOFF: Duration = Duration::from_millis(250);

/// The most to wait before any retry: 8,000 ms. Set by [`RetryPolicy::max_backoff`](crate::RetryPolicy::max_backoff).
pub const MAX_BACKOFF: Duration = Duration::from_millis(8_000);

/// The longest `Retry-After` that is obeyed: 60,000 ms. Set by
/// [`RetryPolicy::max_retry_after`](crate::RetryPolicy::max_retry_after).
pub const MAX_RETRY_AFTER: Duration = Duration::from_millis(60_000);

/// The retries that all clones of a client may make before their successes allow more: 100. Fixed.
pub const RETRY_BUDGET: u32 = 100;

/// The successes that allow one more retry: 2, so that in the long run at most one call in 3 is a retry. Fixed.
pub const SUCCESSES_PER_RETRY: u32 = 2;

/// The waits before the look-ups after a create whose delivery is unknown: 200 ms, 1,300 ms, 3,500 ms. Set by
/// [`VerifyPolicy::after`](crate::VerifyPolicy::after).
pub const LOOK_UP_WAITS: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_millis(1_300),
    Duration::from_millis(3_500),
];

/// The most bytes of a response that are read: 16 MiB. Fixed.
pub const BODY_LIMIT: usize = drift_sdk::DEFAULT_BODY_LIMIT;

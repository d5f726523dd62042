//! What can be seen of a running gateway: counters for Prometheus, and the span of a request. Nothing personal, no token
//! and no key is in either.

mod attempts;
mod metrics;
pub(crate) mod span;

pub(crate) use attempts::Attempts;
pub(crate) use metrics::Metrics;

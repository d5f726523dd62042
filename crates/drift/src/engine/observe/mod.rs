//! What is seen of attempts from outside the engine: by interceptors, in the metadata of a call, in metrics.
//!
//! Here is no decision: nothing that is observed changes what is sent, but for the headers that an interceptor adds. An
//! attempt that nobody observes costs one comparison.

pub(crate) mod interceptor;
pub(crate) mod metadata;
#[cfg(feature = "metrics")]
mod metrics;
mod observation;

pub(crate) use observation::Observation;

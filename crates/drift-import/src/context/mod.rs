//! What every part of an import is given: options, counters, cancellation, the pace, and a poller.
//!
//! It may know the [input](crate::input), and nothing of plans, journals and commits.

pub(crate) mod options;
pub(crate) mod pace;
pub(crate) mod poller;
pub(crate) mod progress;

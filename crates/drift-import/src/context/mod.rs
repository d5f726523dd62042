//! What every part of an import is given: options, counters, cancellation, and a poller.
//!
//! It may know the [input](crate::input), and nothing of plans, journals and commits.

pub(crate) mod cancel;
pub(crate) mod counters;
pub(crate) mod import_context;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod poller;
pub(crate) mod rate;

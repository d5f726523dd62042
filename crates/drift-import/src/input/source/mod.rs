//! The file itself: what kind of text it holds, one look through all of it, and copies of what can be read only once.
//!
//! It hands its bytes to [`format`](super::format), and knows nothing of columns and values.

pub(crate) mod detect;
pub(crate) mod encoding;
pub(crate) mod opening;
pub(crate) mod spool;

//! The file itself: what kind of text it holds, one look through all of it, and copies of what can be read only once.
//!
//! It hands its bytes to [`format`](super::format), and knows nothing of columns and values.

mod code_pages;
pub(crate) mod detect;
pub(crate) mod encoding;
pub(crate) mod encoding_name;
pub(crate) mod header_row;
mod headers;
pub(crate) mod legacy;
pub(crate) mod magic;
pub(crate) mod opening;
pub(crate) mod plausible;
pub(crate) mod quotes;
mod seven_bit;
pub(crate) mod spool;

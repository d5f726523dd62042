//! The journal, a SQLite file beside the input: what was planned, what may have been sent, and what became of it.
//!
//! An intent is committed before its request leaves, and the outcome after the response came; both in groups. A row
//! whose intent is there and whose outcome is not may have been sent: that is all that a crash leaves to be found out.
//! Rows are known by the hash of what they send, so they are found again in a file that was re-ordered or corrected.
//! The journal holds nothing else of what stands in the file.
//!
//! All SQL of the import is here. This room knows the values of a [decision](crate::plan::decision) and the outcomes of
//! rows. It may not know how a decision is made, what a row holds, or how it is sent.

pub(crate) mod database;
pub(crate) mod deletions;
pub(crate) mod file;
pub(crate) mod outcomes;
pub(crate) mod owner;
pub(crate) mod plan_match;
pub(crate) mod planning;
pub(crate) mod rows;
pub(crate) mod state;
pub(crate) mod tables;
mod twins;

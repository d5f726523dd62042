//! The journal, a SQLite file beside the input: the plan, what may have been sent, and what became of each row.
//!
//! All SQL of the import is here. It knows the values of a [decision](crate::plan::decision), and nothing of how one is
//! made, of files, or of requests.

pub(crate) mod database;
pub(crate) mod planning;
pub(crate) mod tables;

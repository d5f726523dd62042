//! Executes a plan: feeds rows to the sender, writes what became of them to the journal, and writes the result files.
//!
//! It knows every room below the facade, and is known by the facade alone.

pub(crate) mod feeder;
pub(crate) mod flush_interval;
pub(crate) mod job;
pub(crate) mod own_result;
pub(crate) mod read_ahead;
pub(crate) mod request;
pub(crate) mod result_file;
pub(crate) mod result_files;
pub(crate) mod row_outcome;
pub(crate) mod run;
pub(crate) mod send;
pub(crate) mod summary;
pub(crate) mod text_style;

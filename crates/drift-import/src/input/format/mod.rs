//! Text as records: CSV and JSON Lines, each record with its line.
//!
//! It knows how a file is written, and nothing of what its columns mean.

pub(crate) mod csv_records;
pub(crate) mod json_members;
pub(crate) mod records;

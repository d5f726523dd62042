//! Text as records: CSV and JSON Lines, each record with its line.
//!
//! It knows how a file is written, and nothing of how that was found out or of what its columns mean.

pub(crate) mod bytes;
pub(crate) mod csv_records;
pub(crate) mod dialect;
pub(crate) mod fitted_records;
mod footer;
mod foreign_quotes;
pub(crate) mod json_members;
pub(crate) mod lines;
mod parsed;
pub(crate) mod records;
pub(crate) mod text;

/// The two kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, and its cousins.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

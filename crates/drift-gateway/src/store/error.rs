//! Why the store did not do what it was asked.

use std::fmt;

/// Why the store did not do what it was asked. Nothing of the call is stored, as far as the store can know. Its text
/// holds no personal value and no password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be reached, its disk is full, or its file is gone. A later call may succeed.
    Unavailable(String),
    /// The store cannot be used at all: another program's file, a layout of a newer version, a wrong URL.
    Unusable(String),
    /// This store cannot do that; the text says what can.
    Unsupported(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) => write!(out, "the store is not available: {cause}"),
            Self::Unusable(cause) => write!(out, "the store cannot be used: {cause}"),
            Self::Unsupported(cause) => out.write_str(cause),
        }
    }
}

impl std::error::Error for StoreError {}

//! What a rule has found, and where.

use std::fmt;

/// One fault.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The JSON pointer of a place in the contract, or a file and a line as `src/main.rs:1`.
    pub place: String,
    /// What is wrong there, and what to do about it.
    pub message: String,
}

impl Finding {
    /// A fault at this place.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    /// A fault in this line of a file, counted from 1.
    pub fn in_file(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

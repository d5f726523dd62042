//! What a rule has found, and where.

use std::fmt;

/// One fault of the contract.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The JSON pointer of the place.
    pub place: String,
    /// What is wrong there, and what to write instead.
    pub message: String,
}

impl Finding {
    /// A fault at this JSON pointer.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

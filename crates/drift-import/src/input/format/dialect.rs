//! How a CSV file is written: its delimiter, its quote, and its escape.

/// How a CSV file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells; none where quotes mean nothing.
    pub quote: Option<u8>,
    /// Before a quote that is meant, inside quotes; none where it is doubled only.
    pub escape: Option<u8>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            escape: None,
        }
    }
}

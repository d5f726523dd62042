//! Why an import waits.

use serde::Serialize;

/// Why nothing is sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Waiting {
    /// Drift cannot be reached.
    Unreachable,
    /// Drift answers that it fails.
    Failing,
    /// Drift asked for less, and said for how long.
    Asked,
    /// Drift asked for less, and did not say for how long.
    RateLimit,
}

impl Waiting {
    pub(crate) const ALL: [Self; 4] = [
        Self::Unreachable,
        Self::Failing,
        Self::Asked,
        Self::RateLimit,
    ];
}

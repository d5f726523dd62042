//! Why an import waits.

use serde::Serialize;

/// Why nothing is sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Waiting {
    /// Drift cannot be reached.
    Unreachable,
    /// Drift responds that it fails.
    Failing,
    /// Drift asks for fewer requests, and says for how long.
    Asked,
    /// Drift asks for fewer requests, and does not say for how long.
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

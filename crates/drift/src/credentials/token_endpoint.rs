//! Where Drift renews tokens.

use std::fmt;

/// Where Drift renews access tokens, as one client reaches it: over its connections, at its base URL.
#[derive(Clone)]
pub struct TokenEndpoint {
    pub(crate) base_url: String,
}

impl TokenEndpoint {
    /// The base URL of the client, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenEndpoint")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

//! The app that tokens are granted to.

use std::fmt;

/// The client id and the secret of an OAuth app, from its page on dev.drift.com. `Debug` hides both.
#[derive(Clone)]
pub struct OAuthApp {
    client_id: String,
    client_secret: String,
}

impl OAuthApp {
    /// An app.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }

    /// The client id, which is no secret.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(crate) fn client_secret(&self) -> &str {
        &self.client_secret
    }
}

impl fmt::Debug for OAuthApp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OAuthApp(..)")
    }
}

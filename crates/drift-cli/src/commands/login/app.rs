//! The organization's own app, by which it logs in through a browser.

use std::path::Path;

use drift::ErrorKind;
use drift::credentials::{OAuthApp, OAuthTokens, TokenEndpoint};

use crate::failure::Failure;
use crate::session::config::{Profile, TokenSource};
use crate::session::secret_input::SecretInput;
use crate::shell_word::shell_word;

/// The app, as its page on dev.drift.com shows it.
pub struct App {
    pub client_id: String,
    pub client_secret: String,
}

impl App {
    /// The app of an earlier login. Without one it is asked for.
    pub fn known_or_asked(profile: &Profile, config: &Path, name: &str) -> Result<Self, Failure> {
        let TokenSource::Login(login) = profile.token_source() else {
            return Self::ask(name);
        };
        Ok(Self {
            client_id: login.client_id.to_owned(),
            client_secret: login.client_secret(config)?,
        })
    }

    fn ask(profile: &str) -> Result<Self, Failure> {
        let usage = format!(
            "drift login --profile {} < FILE  # the client id and the secret, on a line each",
            shell_word(profile)
        );
        let mut input = SecretInput::open(2, usage)?;
        Ok(Self {
            client_id: input.read("client id")?,
            client_secret: input.read("client secret")?,
        })
    }

    /// Exchanges the code of a consent for tokens.
    pub async fn exchange(
        &self,
        endpoint: &TokenEndpoint,
        code: &str,
        redirect: &str,
    ) -> Result<OAuthTokens, Failure> {
        let app = OAuthApp::new(&self.client_id, &self.client_secret);
        let exchanged = endpoint.exchange_code(&app, code, Some(redirect)).await;
        exchanged.map_err(|error| {
            let failure = Failure::of_reading(&error);
            match error.kind() {
                ErrorKind::Unauthorized => failure.advise(
                    "check both on dev.drift.com; to give them again: drift logout, then drift login",
                ),
                _ => failure.advise("nothing was kept; log in again: drift login"),
            }
        })
    }
}

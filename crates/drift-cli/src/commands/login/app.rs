//! The organization's own app, by which it logs in through a browser.

use crate::failure::Failure;
use crate::output::shell_word;
use crate::session::secret_input::SecretInput;

/// The app, as its page on dev.drift.com shows it.
pub struct App {
    pub client_id: String,
    pub client_secret: String,
}

impl App {
    /// Asks for both.
    pub fn ask(profile: &str) -> Result<Self, Failure> {
        let usage = format!(
            "drift login --profile {} < FILE_WITH_CLIENT_ID_AND_SECRET, a line each",
            shell_word(profile)
        );
        let mut input = SecretInput::open(2, usage)?;
        Ok(Self {
            client_id: input.read("client id")?,
            client_secret: input.read("client secret")?,
        })
    }
}

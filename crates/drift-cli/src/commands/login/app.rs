//! The organization's own app, by which it logs in through a browser.

use std::path::Path;

use crate::failure::Failure;
use crate::private_file;
use crate::session::config::{self, Profile, TokenSource};
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
        let secret_file = config::beside(config, login.secret_file);
        Ok(Self {
            client_id: login.client_id.to_owned(),
            client_secret: private_file::read_secret(&secret_file, "the client secret")?,
        })
    }

    fn ask(profile: &str) -> Result<Self, Failure> {
        let usage = format!(
            "drift login --profile {} < FILE, with the client id and the secret on a line each",
            shell_word(profile)
        );
        let mut input = SecretInput::open(2, usage)?;
        Ok(Self {
            client_id: input.read("client id")?,
            client_secret: input.read("client secret")?,
        })
    }
}

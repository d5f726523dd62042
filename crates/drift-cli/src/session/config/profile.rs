//! A profile: the settings of one organization.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
use drift_gateway::StoredTokens;
use drift_gateway::store::Store;
use serde::Deserialize;

use super::file::beside;
use crate::failure::Failure;
use crate::private_file;

/// The settings as they stand in the config file.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A file with the access token, relative to the folder of the config file.
    pub token_file: Option<PathBuf>,
    /// The variable of the environment that holds the access token.
    pub token_env: Option<String>,
    /// The client id of the organization's own app, of a login through a browser.
    pub client_id: Option<String>,
    /// A file with the secret of that app, relative to the folder of the config file.
    pub client_secret_file: Option<PathBuf>,
    /// A file with the tokens of the login, which is written again when they are refreshed.
    pub login_file: Option<PathBuf>,
    /// The redirect URL that is registered with the app.
    pub redirect: Option<String>,
    /// Where people allow the access, if not on Drift's own page.
    pub consent_page: Option<String>,
    /// A base URL instead of Drift's own.
    pub base_url: Option<String>,
}

/// Where a profile has its token.
pub enum TokenSource<'a> {
    /// In a file, whose path stands in the config file.
    File(&'a Path),
    /// In a variable of the environment.
    Variable(&'a str),
    /// In the files of a login through a browser, which is refreshed.
    Login(Login<'a>),
    /// Nowhere: it has logged out.
    Nowhere,
    /// In more than one place, which is an error.
    Several,
}

/// A login through a browser, as it is kept.
pub struct Login<'a> {
    pub client_id: &'a str,
    pub secret_file: &'a Path,
    pub tokens_file: &'a Path,
}

impl Login<'_> {
    /// The secret of the organization's own app.
    pub fn client_secret(&self, config: &Path) -> Result<String, Failure> {
        private_file::read_secret(&beside(config, self.secret_file), "the client secret")
    }

    /// The app, and the file of its tokens.
    pub fn opened(&self, config: &Path) -> Result<OpenedLogin, Failure> {
        let app = OAuthApp::new(self.client_id, self.client_secret(config)?);
        let file = beside(config, self.tokens_file);
        private_file::require_private(&file, "the tokens")?;
        Ok(OpenedLogin { app, file })
    }
}

/// A login whose secret was read.
#[derive(Clone)]
pub struct OpenedLogin {
    app: OAuthApp,
    file: PathBuf,
}

impl OpenedLogin {
    /// The tokens, which are renewed in their file.
    pub fn in_file(&self) -> OAuth {
        OAuth::in_file(self.app.clone(), &self.file)
    }

    /// The refresh token that is in the file now.
    pub fn refresh_token(&self) -> Option<String> {
        let tokens = OAuthTokens::load(&self.file).ok()?;
        Some(tokens.refresh_token().to_owned())
    }

    /// The tokens, which the gateways on a store renew together. Their file is read only.
    pub fn in_store(&self, store: Arc<dyn Store>) -> Result<OAuth, Failure> {
        let tokens = OAuthTokens::load(&self.file).map_err(|error| Failure::of_reading(&error))?;
        let stored = StoredTokens::new(store, &tokens);
        Ok(OAuth::shared_by(self.app.clone(), tokens, stored))
    }
}

impl Profile {
    /// Where its token is.
    pub fn token_source(&self) -> TokenSource<'_> {
        match (&self.token_file, &self.token_env, self.login()) {
            (Some(file), None, None) => TokenSource::File(file),
            (None, Some(variable), None) => TokenSource::Variable(variable),
            (None, None, Some(login)) => TokenSource::Login(login),
            (None, None, None) => TokenSource::Nowhere,
            _ => TokenSource::Several,
        }
    }

    fn login(&self) -> Option<Login<'_>> {
        Some(Login {
            client_id: self.client_id.as_deref()?,
            secret_file: self.client_secret_file.as_deref()?,
            tokens_file: self.login_file.as_deref()?,
        })
    }

    /// The same profile without its secrets.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self {
            redirect: self.redirect.clone(),
            consent_page: self.consent_page.clone(),
            base_url: self.base_url.clone(),
            ..Self::default()
        }
    }

    /// Where its token is, for people.
    pub fn shown_token_source(&self, config: &Path) -> String {
        match self.token_source() {
            TokenSource::File(file) => beside(config, file).display().to_string(),
            TokenSource::Variable(variable) => variable.to_owned(),
            TokenSource::Login(login) => beside(config, login.tokens_file).display().to_string(),
            TokenSource::Nowhere => "nowhere".to_owned(),
            TokenSource::Several => "more than one place".to_owned(),
        }
    }

    /// Its settings by name; `None` where one is not set.
    pub(super) fn settings(&self) -> [(&'static str, Option<String>); 8] {
        let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
        [
            ("token_file", self.token_file.as_ref().map(shown)),
            ("token_env", self.token_env.clone()),
            ("client_id", self.client_id.clone()),
            (
                "client_secret_file",
                self.client_secret_file.as_ref().map(shown),
            ),
            ("login_file", self.login_file.as_ref().map(shown)),
            ("redirect", self.redirect.clone()),
            ("consent_page", self.consent_page.clone()),
            ("base_url", self.base_url.clone()),
        ]
    }

    /// The files that hold its secrets, as they stand in the config file.
    pub fn secret_files(&self) -> Vec<&Path> {
        let files = [&self.token_file, &self.client_secret_file, &self.login_file];
        files.into_iter().flatten().map(PathBuf::as_path).collect()
    }
}

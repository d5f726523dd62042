//! A profile: the settings of one organization.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::file::beside;

/// The settings as they stand in the config file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A file with the access token, relative to the folder of the config file.
    pub token_file: Option<PathBuf>,
    /// The variable of the environment that holds the access token.
    pub token_env: Option<String>,
    /// A base URL instead of Drift's own.
    pub base_url: Option<String>,
}

/// Where a profile has its token.
#[derive(Debug, PartialEq, Eq)]
pub enum TokenSource<'a> {
    /// In a file, whose path stands in the config file.
    File(&'a Path),
    /// In a variable of the environment.
    Variable(&'a str),
    /// Nowhere: it has logged out.
    Nowhere,
    /// In more than one place, which is an error.
    Several,
}

impl Profile {
    /// Where its token is.
    pub fn token_source(&self) -> TokenSource<'_> {
        match (&self.token_file, &self.token_env) {
            (Some(file), None) => TokenSource::File(file),
            (None, Some(variable)) => TokenSource::Variable(variable),
            (None, None) => TokenSource::Nowhere,
            (Some(_), Some(_)) => TokenSource::Several,
        }
    }

    /// The same profile without its secrets.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self {
            base_url: self.base_url.clone(),
            ..Self::default()
        }
    }

    /// Where its token is, for people.
    pub fn shown_token_source(&self, config: &Path) -> String {
        match self.token_source() {
            TokenSource::File(file) => beside(config, file).display().to_string(),
            TokenSource::Variable(variable) => variable.to_owned(),
            TokenSource::Nowhere => "nowhere".to_owned(),
            TokenSource::Several => "more than one place".to_owned(),
        }
    }

    /// Its settings by name; `None` where one is not set.
    pub(super) fn settings(&self) -> [(&'static str, Option<String>); 3] {
        let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
        [
            ("token_file", self.token_file.as_ref().map(shown)),
            ("token_env", self.token_env.clone()),
            ("base_url", self.base_url.clone()),
        ]
    }

    /// The files that hold its secrets, as they stand in the config file.
    pub fn secret_files(&self) -> Vec<&Path> {
        self.token_file.as_deref().into_iter().collect()
    }
}

//! The config file: the profiles of several organizations.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::data_folder;
use crate::failure::Failure;
use crate::private_file;

/// The config file, `config.toml` in `~/.config/drift`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The profile that is used when nothing else says which.
    pub default: Option<String>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

/// The settings of one organization.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A file with the access token, relative to the folder of the config file.
    pub token_file: Option<PathBuf>,
    /// The variable of the environment that holds the access token.
    pub token_env: Option<String>,
    /// A base URL instead of Drift's own.
    pub base_url: Option<String>,
}

/// A path that stands in the config file, which is relative to the config file's folder.
pub fn beside(config: &Path, file: &Path) -> PathBuf {
    config
        .parent()
        .map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

/// The path of the config file, whether it exists or not.
pub fn path() -> Result<PathBuf, Failure> {
    let folder = data_folder::config()
        .ok_or_else(|| Failure::input("there is no home folder for a config file"))?;
    Ok(folder.join("config.toml"))
}

/// Reads the config file; one that does not exist counts as empty.
pub fn read(path: &Path) -> Result<Config, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(cause) => {
            return Err(Failure::input(format!(
                "{} cannot be read: {cause}",
                path.display()
            )));
        }
    };
    toml::from_str(&text).map_err(|problem| invalid(path, &text, &problem))
}

/// A line of the config file.
pub fn setting(name: &str, value: &str) -> String {
    format!("{name} = {}\n", Value::from(value))
}

/// Keeps the token in a file beside the config file, and returns the name of that file.
pub fn keep_token(config: &Path, name: &str, token: &str) -> Result<String, Failure> {
    let folder = config.parent().unwrap_or(Path::new(""));
    let file = format!("{name}.token");
    let path: PathBuf = folder.join(&file);
    private_file::ensure_folder(folder)
        .and_then(|()| private_file::write_new(&path, token.as_bytes()))
        .map_err(|cause| {
            Failure::input(format!("{} cannot be written: {cause}", path.display()))
        })?;
    Ok(file)
}

/// Adds a profile at the end of the file, so that comments stay. The first profile becomes the default one.
pub fn append(path: &Path, name: &str, settings: &str, first: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        private_file::ensure_folder(folder)?;
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    let default = if first {
        format!("default = \"{name}\"\n")
    } else {
        String::new()
    };
    let config = format!("{default}{known}\n[profiles.{name}]\n{settings}");
    private_file::rewrite(path, config.as_bytes())
}

/// Says which line is wrong and why, without repeating the line: it may hold a token that does not belong there.
fn invalid(path: &Path, text: &str, problem: &toml::de::Error) -> Failure {
    let before = problem
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Failure::input(format!(
        "{} is not valid, line {line}: {}",
        path.display(),
        problem.message()
    ))
    .next("a profile has token_file or token_env, and base_url where it is not Drift itself")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_file_is_checked_without_repeating_it() {
        let path = Path::new("config.toml");
        for (text, expected) in [
            ("default = 7", "line 1"),
            ("[profiles.a]\ntoken = \"secret_1\"", "line 2"),
            ("[profiles.a\n", "line 1"),
        ] {
            let problem = toml::from_str::<Config>(text).err().expect("a problem");
            let failure = invalid(path, text, &problem);
            assert!(
                failure.sentence().contains(expected),
                "{}",
                failure.sentence()
            );
            assert!(
                !failure.sentence().contains("secret_1"),
                "{}",
                failure.sentence()
            );
        }
    }
}

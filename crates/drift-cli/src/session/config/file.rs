//! Reading the config file, `config.toml` in `~/.config/drift`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::profile::Profile;
use crate::failure::Failure;
use crate::output::shell_word;
use crate::private_file;
use crate::session::data_folder;

/// What it says.
#[derive(Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The profile that is used when nothing else says which.
    pub default: Option<String>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

impl Config {
    /// A profile that must exist; `path` is the config file's.
    pub fn profile(&self, path: &Path, name: &str) -> Result<&Profile, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            Failure::input(format!("{} has no profile {name:?}", path.display()))
                .next("see them: drift profiles list")
                .next(format!(
                    "add it: drift profiles add {} < FILE_WITH_THE_TOKEN",
                    shell_word(name)
                ))
        })
    }
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
    parse(path, &read_text(path)?)
}

/// The text of the config file. One that others may write is refused: it decides where tokens are sent.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let unreadable =
        |cause: io::Error| Failure::input(format!("{} cannot be read: {cause}", path.display()));
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(cause) => return Err(unreadable(cause)),
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if private_file::others_may_write(&metadata) {
        let shown = path.display().to_string();
        return Err(Failure::input(format!(
            "{shown} says where tokens are sent, and others may change it"
        ))
        .next(format!(
            "see that it is as you left it, then: chmod go-w {}",
            shell_word(&shown)
        )));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Reads the text of the config file.
pub(super) fn parse(path: &Path, text: &str) -> Result<Config, Failure> {
    toml_edit::de::from_str(text).map_err(|problem| invalid(path, text, &problem))
}

/// Says which line is wrong and why, without repeating the line: it may hold a token that does not belong there.
fn invalid(path: &Path, text: &str, problem: &toml_edit::de::Error) -> Failure {
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
    .next("a profile has token_file, token_env or what drift login writes, and base_url where it is not Drift itself")
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
            ("default = \"a\"\ndefault = \"secret_1\"", "line 2"),
        ] {
            let failure = parse(path, text).err().expect("a problem");
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

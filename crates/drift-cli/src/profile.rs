//! Which organization a command works for: the environment's, or a profile of the config file.

use std::collections::BTreeMap;
use std::env::VarError;
use std::path::{Path, PathBuf};

use drift::DRIFT_BASE_URL;
use serde::Deserialize;

use crate::data_folder;
use crate::failure::Failure;
use crate::secret;

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
    /// Another place than Drift itself.
    pub base_url: Option<String>,
}

/// Where to, and with which token.
pub struct Account {
    pub token: String,
    pub base_url: String,
    /// Where the token is from, for people.
    pub token_from: String,
}

/// What the person said, by options and by the environment.
#[derive(Clone, Copy, Default)]
pub struct Said<'a> {
    pub profile: Option<&'a str>,
    pub base_url: Option<&'a str>,
    pub env_token: Option<&'a str>,
    pub env_base_url: Option<&'a str>,
}

/// What that means.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice {
    /// The token of the environment.
    Environment { base_url: String },
    /// A profile, and where to instead of where it says.
    Profile {
        name: Option<String>,
        base_url: Option<String>,
    },
    /// `DRIFT_BASE_URL` without `DRIFT_TOKEN`: a profile's token is for the profile's place alone.
    TokenMissing,
}

/// A token and its place belong together: a profile's token never goes where the environment points.
pub fn choose(said: Said) -> Choice {
    let base_url = said.base_url.map(str::to_owned);
    if let Some(name) = said.profile {
        return Choice::Profile {
            name: Some(name.to_owned()),
            base_url,
        };
    }
    match (said.env_token, said.env_base_url) {
        (Some(_), place) => {
            let base_url = base_url.or_else(|| place.map(str::to_owned));
            Choice::Environment {
                base_url: base_url.unwrap_or_else(|| DRIFT_BASE_URL.to_owned()),
            }
        }
        (None, Some(_)) => Choice::TokenMissing,
        (None, None) => Choice::Profile {
            name: None,
            base_url,
        },
    }
}

/// Finds the account by options, environment and config file.
pub fn account(profile: Option<&str>, base_url: Option<&str>) -> Result<Account, Failure> {
    let env_profile = variable("DRIFT_PROFILE", false)?;
    let named = profile.or(env_profile.as_deref());
    // A profile has both, whatever the environment holds.
    let env_token = variable("DRIFT_TOKEN", named.is_none())?;
    let env_base_url = variable("DRIFT_BASE_URL", named.is_none() && base_url.is_none())?;
    let said = Said {
        profile: named,
        base_url,
        env_token: env_token.as_deref(),
        env_base_url: env_base_url.as_deref(),
    };
    match choose(said) {
        Choice::Environment { base_url } => {
            let token = env_token.unwrap_or_default();
            Ok(Account {
                token,
                base_url,
                token_from: "DRIFT_TOKEN".to_owned(),
            })
        }
        Choice::Profile { name, base_url } => of_profile(name, base_url),
        Choice::TokenMissing => Err(Failure::input(
            "DRIFT_BASE_URL is set and DRIFT_TOKEN is not; no other token is sent there",
        )
        .next("put the token for it into DRIFT_TOKEN, or choose a profile by --profile")
        .fact("reason", "no_token")),
    }
}

/// What a variable of the environment holds, without white space around it; none where it is not set.
///
/// Where it matters, an empty one is a mistake, such as a secret that is missing: to go on without would send what is to
/// be sent elsewhere, or with another token.
fn variable(name: &str, it_matters: bool) -> Result<Option<String>, Failure> {
    let value = match std::env::var(name) {
        Ok(value) => value.trim().to_owned(),
        Err(VarError::NotPresent) => return Ok(None),
        Err(VarError::NotUnicode(_)) => {
            return Err(Failure::input(format!("{name} is not UTF-8"))
                .next(format!("set it again, or: unset {name}")));
        }
    };
    match value.is_empty() {
        false => Ok(Some(value)),
        true if it_matters => Err(Failure::input(format!("{name} is set and empty"))
            .next(format!("give it a value, or: unset {name}"))),
        true => Ok(None),
    }
}

fn of_profile(name: Option<String>, base_url: Option<String>) -> Result<Account, Failure> {
    let path = config_file()?;
    let mut config = read(&path)?;
    let Some(name) = name.or_else(|| config.default.clone()) else {
        return Err(no_token(&config));
    };
    let Some(profile) = config.profiles.remove(&name) else {
        return Err(
            Failure::input(format!("{} has no profile {name:?}", path.display()))
                .next("see them: drift profiles list")
                .next(format!(
                    "add it: drift profiles add {name} < FILE_WITH_THE_TOKEN"
                )),
        );
    };
    let (token, token_from) = token(&name, &profile, &path)?;
    let base_url = base_url
        .or(profile.base_url)
        .unwrap_or_else(|| DRIFT_BASE_URL.to_owned());
    Ok(Account {
        token,
        base_url,
        token_from,
    })
}

fn token(name: &str, profile: &Profile, config: &Path) -> Result<(String, String), Failure> {
    match (&profile.token_file, &profile.token_env) {
        (Some(file), None) => {
            let file = beside(config, file);
            Ok((
                secret::read(&file, "the access token")?,
                file.display().to_string(),
            ))
        }
        (None, Some(variable)) => {
            let token = std::env::var(variable);
            let token = token.map_err(|_| {
                Failure::input(format!(
                    "the profile {name:?} takes its token from {variable}, which is not set"
                ))
            })?;
            Ok((token, variable.clone()))
        }
        _ => Err(Failure::input(format!(
            "the profile {name:?} must have either token_file or token_env"
        ))
        .next(format!("edit {}", config.display()))),
    }
}

/// A path of the config file, from where that file is.
pub fn beside(config: &Path, file: &Path) -> PathBuf {
    config
        .parent()
        .map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

/// Where the config file is, whether it is there or not.
pub fn config_file() -> Result<PathBuf, Failure> {
    let folder = data_folder::config()
        .ok_or_else(|| Failure::input("there is no home folder for a config file"))?;
    Ok(folder.join("config.toml"))
}

/// Reads the config file; none means an empty one.
pub fn read(path: &Path) -> Result<Config, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(cause) => {
            return Err(Failure::input(format!(
                "{} cannot be read: {cause}",
                path.display()
            )));
        }
    };
    toml::from_str(&text).map_err(|problem| invalid(path, &text, &problem))
}

/// Says where and what, without repeating the line: it may hold a token that does not belong there.
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

fn no_token(config: &Config) -> Failure {
    let sentence =
        "there is no access token: put the one of your app on dev.drift.com into DRIFT_TOKEN";
    let or = if config.profiles.is_empty() {
        "or try it without an account: add --sandbox to the command"
    } else {
        "or choose a profile by --profile; see them: drift profiles list"
    };
    Failure::input(sentence).next(or).fact("reason", "no_token")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENV: Said = Said {
        profile: None,
        base_url: None,
        env_token: Some("t"),
        env_base_url: None,
    };

    #[test]
    fn a_token_goes_to_its_own_place_alone() {
        let environment = |url: &str| Choice::Environment {
            base_url: url.to_owned(),
        };
        let profile = |name: Option<&str>, url: Option<&str>| Choice::Profile {
            name: name.map(str::to_owned),
            base_url: url.map(str::to_owned),
        };
        for (said, choice) in [
            (Said::default(), profile(None, None)),
            (ENV, environment(DRIFT_BASE_URL)),
            (
                Said {
                    env_base_url: Some("e"),
                    ..ENV
                },
                environment("e"),
            ),
            (
                Said {
                    env_base_url: Some("e"),
                    base_url: Some("o"),
                    ..ENV
                },
                environment("o"),
            ),
            (
                Said {
                    env_base_url: Some("e"),
                    env_token: None,
                    ..ENV
                },
                Choice::TokenMissing,
            ),
            (
                Said {
                    env_base_url: Some("e"),
                    profile: Some("p"),
                    ..ENV
                },
                profile(Some("p"), None),
            ),
            (
                Said {
                    base_url: Some("o"),
                    profile: Some("p"),
                    ..ENV
                },
                profile(Some("p"), Some("o")),
            ),
            (
                Said {
                    base_url: Some("o"),
                    env_token: None,
                    ..ENV
                },
                profile(None, Some("o")),
            ),
        ] {
            assert_eq!(choose(said), choice);
        }
    }

    #[test]
    fn a_config_file_is_checked_without_repeating_it() {
        let path = Path::new("config.toml");
        for (text, said) in [
            ("default = 7", "line 1"),
            ("[profiles.a]\ntoken = \"secret_1\"", "line 2"),
            ("[profiles.a\n", "line 1"),
        ] {
            let problem = toml::from_str::<Config>(text).err().expect("a problem");
            let failure = invalid(path, text, &problem);
            assert!(failure.sentence().contains(said), "{}", failure.sentence());
            assert!(
                !failure.sentence().contains("secret_1"),
                "{}",
                failure.sentence()
            );
        }
    }
}

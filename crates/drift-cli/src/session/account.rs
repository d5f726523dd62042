//! Which organization a command works for: the environment's, or a profile of the config file.

use std::env::VarError;
use std::path::Path;

use drift::DRIFT_BASE_URL;
use sha2::{Digest, Sha256};

use super::config::{self, Config, OpenedLogin, Profile, TokenSource};
use crate::arguments::profile_name;
use crate::failure::Failure;
use crate::hex::hex;
use crate::output::shell_word;
use crate::private_file;

/// A token.
pub enum Token {
    /// One that stays as it is while the command runs.
    Fixed(String),
    /// One of a login through a browser, which is renewed.
    Login(OpenedLogin),
}

impl Token {
    /// A name for these credentials and no others, which shows nothing of them.
    pub fn name(&self) -> Option<String> {
        let secret = match self {
            Self::Fixed(token) => token.clone(),
            Self::Login(login) => login.refresh_token()?,
        };
        Some(hex(&Sha256::digest(secret)))
    }
}

/// A token, and the base URL that it is for.
pub struct Account {
    pub token: Token,
    pub base_url: String,
    /// Where the token is from, for people.
    pub token_from: String,
}

/// What the options and the environment ask for.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    pub profile: Option<&'a str>,
    pub base_url: Option<&'a str>,
    pub env_token: Option<&'a str>,
    pub env_base_url: Option<&'a str>,
}

/// The account that they mean.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice {
    /// The token of the environment.
    Environment { base_url: String },
    /// A profile, the default one if it has no name; and a base URL to use instead of the profile's.
    Profile {
        name: Option<String>,
        base_url: Option<String>,
    },
    /// `DRIFT_BASE_URL` without `DRIFT_TOKEN`: a profile's token is for the profile's base URL alone.
    TokenMissing,
}

/// A token and its base URL belong together: a profile's token is never sent where the environment points.
pub fn choose(request: Request) -> Choice {
    let base_url = request.base_url.map(str::to_owned);
    if let Some(name) = request.profile {
        return Choice::Profile {
            name: Some(name.to_owned()),
            base_url,
        };
    }
    match (request.env_token, request.env_base_url) {
        (Some(_), env_base_url) => {
            let base_url = base_url.or_else(|| env_base_url.map(str::to_owned));
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

/// Whether there are credentials for the command: those of a named profile, of the environment, or of the default profile.
pub fn has_credentials(profile: Option<&str>) -> Result<bool, Failure> {
    let is_set = |name| std::env::var_os(name).is_some();
    if profile.is_some() || is_set("DRIFT_PROFILE") || is_set("DRIFT_TOKEN") {
        return Ok(true);
    }
    // A profile's token is never sent where the environment points; and without a home folder there is no profile.
    let path = config::path();
    match path {
        Ok(path) if !is_set("DRIFT_BASE_URL") => Ok(default_has_token(&config::read(&path)?)),
        _ => Ok(false),
    }
}

fn default_has_token(config: &Config) -> bool {
    let default = config.default.as_ref();
    let profile = default.and_then(|name| config.profiles.get(name));
    profile.is_some_and(|profile| !matches!(profile.token_source(), TokenSource::Nowhere))
}

/// Where the calls of callers go that bring their own token.
pub fn base_url_of_callers(base_url: Option<&str>) -> Result<String, Failure> {
    if let Some(base_url) = base_url {
        return Ok(base_url.to_owned());
    }
    let base_url = variable("DRIFT_BASE_URL", true)?;
    Ok(base_url.unwrap_or_else(|| DRIFT_BASE_URL.to_owned()))
}

/// Finds the account by options, environment and config file.
pub fn find(profile: Option<&str>, base_url: Option<&str>) -> Result<Account, Failure> {
    let env_profile = variable("DRIFT_PROFILE", false)?;
    let named = profile.or(env_profile.as_deref());
    // A profile has both, whatever the environment holds.
    let env_token = variable("DRIFT_TOKEN", named.is_none())?;
    let env_base_url = variable("DRIFT_BASE_URL", named.is_none() && base_url.is_none())?;
    let request = Request {
        profile: named,
        base_url,
        env_token: env_token.as_deref(),
        env_base_url: env_base_url.as_deref(),
    };
    match choose(request) {
        Choice::Environment { base_url } => {
            let token = Token::Fixed(env_token.unwrap_or_default());
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

/// The profile that a login or logout is about: the one that is named, else the default one, else `default`.
pub fn profile_to_log_in(named: Option<&str>, config: &Config) -> Result<String, Failure> {
    let of_environment = variable("DRIFT_PROFILE", false)?;
    let named = named.or(of_environment.as_deref());
    let name = named.or(config.default.as_deref()).unwrap_or("default");
    profile_name(name).map_err(|flaw| {
        Failure::input(format!("the profile {name:?} cannot be used: {flaw}"))
            .next("name another by --profile")
    })
}

/// Whether the environment has a token, which is used where no profile is named.
pub fn environment_has_token() -> bool {
    std::env::var_os("DRIFT_TOKEN").is_some_and(|token| !token.is_empty())
}

/// Reads a variable of the environment, without white space around it; `None` where it is not set.
///
/// An empty variable that is needed is an error, such as a secret that is missing: without it the request would go
/// elsewhere, or with another token.
fn variable(name: &str, is_needed: bool) -> Result<Option<String>, Failure> {
    let value = match std::env::var(name) {
        Ok(value) => value.trim().to_owned(),
        Err(VarError::NotPresent) => return Ok(None),
        Err(VarError::NotUnicode(_)) => {
            return Err(Failure::input(format!("{name} is not UTF-8"))
                .next(format!("set it again, or: unset {name}")));
        }
    };
    if !value.is_empty() {
        return Ok(Some(value));
    }
    if is_needed {
        return Err(Failure::input(format!("{name} is set and empty"))
            .next(format!("give it a value, or: unset {name}")));
    }
    Ok(None)
}

fn of_profile(name: Option<String>, base_url: Option<String>) -> Result<Account, Failure> {
    let path = config::path()?;
    let config = config::read(&path)?;
    let Some(name) = name.or_else(|| config.default.clone()) else {
        return Err(no_token(&config));
    };
    let profile = config.profile(&path, &name)?;
    let (token, token_from) = token(&name, profile, &path)?;
    let base_url = base_url
        .or_else(|| profile.base_url.clone())
        .unwrap_or_else(|| DRIFT_BASE_URL.to_owned());
    Ok(Account {
        token,
        base_url,
        token_from,
    })
}

fn token(name: &str, profile: &Profile, config: &Path) -> Result<(Token, String), Failure> {
    let token = match profile.token_source() {
        TokenSource::File(file) => {
            let file = config::beside(config, file);
            Token::Fixed(private_file::read_secret(&file, "the access token")?)
        }
        TokenSource::Variable(variable) => {
            let token = std::env::var(variable).map_err(|_| {
                Failure::input(format!(
                    "the profile {name:?} takes its token from {variable}, which is not set"
                ))
            });
            Token::Fixed(token?)
        }
        TokenSource::Login(login) => Token::Login(login.opened(config)?),
        TokenSource::Nowhere => {
            return Err(Failure::input(format!(
                "the profile {name:?} is logged out: it has no token"
            ))
            .next(format!(
                "drift login --token --profile {}",
                shell_word(name)
            ))
            .next(format!(
                "or through a browser: drift login --profile {}",
                shell_word(name)
            )));
        }
        TokenSource::Several => {
            return Err(
                Failure::input(format!("the profile {name:?} has more than one token"))
                    .next(format!("edit {}", config.display())),
            );
        }
    };
    Ok((token, profile.shown_token_source(config)))
}

fn no_token(config: &Config) -> Failure {
    let or = if config.profiles.is_empty() {
        "or try it without an account: add --sandbox to the command"
    } else {
        "or choose a profile by --profile; see them: drift profiles list"
    };
    let sentence = "there is no access token: run drift login --token, or put the token of your app (from dev.drift.com) into DRIFT_TOKEN";
    Failure::input(sentence).next(or).fact("reason", "no_token")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENV: Request = Request {
        profile: None,
        base_url: None,
        env_token: Some("t"),
        env_base_url: None,
    };

    #[test]
    fn a_token_is_sent_to_its_own_base_url_alone() {
        let environment = |url: &str| Choice::Environment {
            base_url: url.to_owned(),
        };
        let profile = |name: Option<&str>, url: Option<&str>| Choice::Profile {
            name: name.map(str::to_owned),
            base_url: url.map(str::to_owned),
        };
        for (request, choice) in [
            (Request::default(), profile(None, None)),
            (ENV, environment(DRIFT_BASE_URL)),
            (
                Request {
                    env_base_url: Some("e"),
                    ..ENV
                },
                environment("e"),
            ),
            (
                Request {
                    env_base_url: Some("e"),
                    base_url: Some("o"),
                    ..ENV
                },
                environment("o"),
            ),
            (
                Request {
                    env_base_url: Some("e"),
                    env_token: None,
                    ..ENV
                },
                Choice::TokenMissing,
            ),
            (
                Request {
                    env_base_url: Some("e"),
                    profile: Some("p"),
                    ..ENV
                },
                profile(Some("p"), None),
            ),
            (
                Request {
                    base_url: Some("o"),
                    profile: Some("p"),
                    ..ENV
                },
                profile(Some("p"), Some("o")),
            ),
            (
                Request {
                    base_url: Some("o"),
                    env_token: None,
                    ..ENV
                },
                profile(None, Some("o")),
            ),
        ] {
            assert_eq!(choose(request), choice);
        }
    }
}

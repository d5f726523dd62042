//! `drift logout`: a profile loses its token.

use std::path::Path;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::account;
use crate::session::config::{self, ConfigEdit, TokenSource, is_own};

/// Removes the secrets of the profile from this machine, and keeps its settings.
pub fn run(global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    let path = config::path()?;
    let name = account::profile_to_log_in(global.profile.as_deref(), &config::read(&path)?)?;
    let config = config::read(&path)?;
    if global.profile.is_none() && !config.profiles.contains_key(&name) {
        return Err(Failure::input(
            "nobody is logged in: there is no profile to log out of",
        ));
    }
    let mut edit = ConfigEdit::begin(&path)?;
    let profile = edit.profile(&name)?.clone();
    if let TokenSource::Variable(variable) = profile.token_source() {
        return Err(Failure::input(format!(
            "the profile {name} takes its token from {variable}, and keeps none"
        ))
        .next(format!("unset {variable}"))
        .next(format!(
            "to remove the profile: drift profiles remove {name}"
        )));
    }
    edit.put_profile(&name, profile.without_secrets())?;
    edit.finish()?;
    screen.done(&format!(
        "Logged out of the profile {name}{}",
        left(&profile, &path)
    ));
    Ok(())
}

/// What the command cannot end.
fn left(profile: &config::Profile, path: &Path) -> String {
    let kept = profile
        .secret_files()
        .into_iter()
        .find(|file| !is_own(file));
    match kept {
        Some(file) => format!(
            "; its token is still in {}",
            config::beside(path, file).display()
        ),
        None => {
            "; the token stays valid in Drift until it expires, or until you make a new one there"
                .to_owned()
        }
    }
}

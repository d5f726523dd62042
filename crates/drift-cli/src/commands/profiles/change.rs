//! `drift profiles token`, `default` and `remove`.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::output::Screen;
use crate::private_file;
use crate::session::config::{self, ConfigEdit, Profile, TokenSource, is_own};
use crate::session::secret_input::SecretInput;

/// Replaces the token of a profile, in the file where it is.
pub fn token(name: &str, path: &Path, screen: &mut Screen) -> Result<(), Failure> {
    // Known before a person types a token.
    token_file(config::read(path)?.profile(path, name)?, name, path)?;
    let usage = format!("drift profiles token {name} < FILE_WITH_THE_TOKEN");
    let token = SecretInput::open(1, usage)?.read("token")?;
    let edit = ConfigEdit::begin(path)?;
    let file = token_file(edit.profile(name)?, name, path)?;
    private_file::replace(&file, token.as_bytes()).map_err(|cause| {
        Failure::input(format!("{} cannot be written: {cause}", file.display()))
    })?;
    screen.done(&format!(
        "The profile {name} has a new token; try it: drift --profile {name} doctor"
    ));
    Ok(())
}

/// The file with the token of a profile.
fn token_file(profile: &Profile, name: &str, path: &Path) -> Result<PathBuf, Failure> {
    let (sentence, next) = match profile.token_source() {
        TokenSource::File(file) => return Ok(config::beside(path, file)),
        TokenSource::Variable(variable) => (
            format!("the profile {name} takes its token from {variable}"),
            format!("put the new token there, or: drift login --token --profile {name}"),
        ),
        TokenSource::Login(_) => (
            format!("the profile {name} is logged in through a browser"),
            format!("drift login --profile {name}, or: drift login --token --profile {name}"),
        ),
        TokenSource::Nowhere => (
            format!("the profile {name} has no token to replace"),
            format!("drift login --token --profile {name}"),
        ),
        TokenSource::Several => (
            format!("the profile {name} has more than one token"),
            format!("edit {}", path.display()),
        ),
    };
    Err(Failure::input(sentence).next(next))
}

/// Makes a profile the default one.
pub fn default(name: &str, path: &Path, screen: &mut Screen) -> Result<(), Failure> {
    let mut edit = ConfigEdit::begin(path)?;
    edit.profile(name)?;
    edit.set_default(name);
    edit.finish()?;
    screen.done(&format!("The default profile is {name}"));
    Ok(())
}

/// Removes a profile, and its token if the command keeps it.
pub fn remove(name: &str, path: &Path, screen: &mut Screen) -> Result<(), Failure> {
    let mut edit = ConfigEdit::begin(path)?;
    let removed = edit.remove_profile(name)?;
    let has_default = edit.config().default.is_some() || edit.config().profiles.is_empty();
    edit.finish()?;
    let mut sentence = format!("Removed the profile {name}");
    for file in removed.secret_files() {
        if !is_own(file) {
            let file = config::beside(path, file);
            sentence.push_str(&format!("; its token is still in {}", file.display()));
        }
    }
    if !has_default {
        sentence.push_str("; choose a default: drift profiles default NAME");
    }
    screen.done(&sentence);
    Ok(())
}

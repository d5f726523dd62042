//! `drift profiles add`.

use std::path::Path;

use clap::Args;

use crate::arguments::profile_name;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::base_url::checked_base_url;
use crate::session::config::{self, Config, ConfigEdit, Profile};
use crate::session::secret_input::SecretInput;

/// The profile to add.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift profiles add acme < token.txt\n  drift profiles add beta --token-env BETA_DRIFT_TOKEN\n  drift profiles add gate --base-url https://gate.example.test < token.txt\n\n--base-url is kept with the profile: its token goes there. The first profile\nbecomes the default one; `drift profiles default` makes it another."
)]
pub struct AddArgs {
    /// Its name: letters, digits, - and _
    #[arg(value_parser = profile_name)]
    name: String,
    /// Take the token from this variable of the environment whenever it is needed, and keep none
    #[arg(long, value_name = "VARIABLE")]
    token_env: Option<String>,
}

/// Adds the profile. What is wrong with it is found before anything is written.
pub fn run(
    args: AddArgs,
    base_url: Option<&str>,
    path: &Path,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let name = args.name;
    require_new(&config::read(path)?, &name)?;
    let mut profile = Profile {
        base_url: base_url.map(checked_base_url).transpose()?,
        token_env: args.token_env,
        ..Profile::default()
    };
    let token = match profile.token_env {
        Some(_) => None,
        None => Some(read_token(&name)?),
    };
    // Only now, since a person may take long to type a token.
    let mut edit = ConfigEdit::begin(path)?;
    require_new(edit.config(), &name)?;
    if let Some(token) = token {
        profile.token_file = Some(edit.write_secret(&name, "token", &token)?);
    }
    edit.put_profile(&name, profile)?;
    edit.finish()?;
    screen.done(&format!(
        "Added the profile {name}; try it: drift --profile {name} doctor"
    ));
    Ok(())
}

fn require_new(config: &Config, name: &str) -> Result<(), Failure> {
    if !config.profiles.contains_key(name) {
        return Ok(());
    }
    Err(
        Failure::input(format!("there is a profile {name:?} already"))
            .next(format!("to replace its token: drift profiles token {name}"))
            .next(format!("to remove it: drift profiles remove {name}")),
    )
}

fn read_token(name: &str) -> Result<String, Failure> {
    let usage = format!("drift profiles add {name} < FILE_WITH_THE_TOKEN");
    SecretInput::open(1, usage)?.read("token")
}

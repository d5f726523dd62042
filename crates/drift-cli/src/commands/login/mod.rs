//! `drift login`: a profile gets its token, by hand or through a browser.

mod token;

use clap::Args;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::account;
use crate::session::base_url::checked_base_url;
use crate::session::config::{self, Config};

const EXAMPLES: &str = "\
Examples:
  drift login --token                  asks for a token, and does not show it
  drift login --token < token.txt
  drift login --token --profile beta

The token is kept in a profile: that of --profile or DRIFT_PROFILE, else the
default one. What the profile had before is replaced once Drift has accepted
the new token.";

/// How to log in.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct LoginArgs {
    /// Keep an access token: asks for it without showing it, or reads it from standard input
    #[arg(long, required = true)]
    token: bool,
}

/// The profile that gets the token.
struct Target {
    name: String,
    base_url: Option<String>,
}

/// Logs in.
pub async fn run(args: LoginArgs, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    let path = config::path()?;
    let target = Target::find(&config::read(&path)?, global)?;
    debug_assert!(args.token, "it is required");
    token::run(&target, &path, global, screen).await
}

impl Target {
    /// The profile that is named, or else the default one, or else one of the name `default`.
    fn find(config: &Config, global: &GlobalArgs) -> Result<Self, Failure> {
        let name = account::profile_to_log_in(global.profile.as_deref(), config)?;
        let known = config.profiles.get(&name);
        let base_url = match &global.base_url {
            Some(base_url) => Some(checked_base_url(base_url)?),
            None => known.and_then(|profile| profile.base_url.clone()),
        };
        Ok(Self { name, base_url })
    }

    fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or(drift::DRIFT_BASE_URL)
    }
}

/// Shows what was kept, and whether the environment hides it.
fn report(target: &Target, organization: Option<i64>, screen: &mut Screen) {
    let name = &target.name;
    if account::environment_has_token() {
        screen.note(
            "hidden",
            &format!(
                "DRIFT_TOKEN is set, and is used instead of this profile unless you give --profile {name}"
            ),
        );
    }
    let of = organization.map_or_else(String::new, |id| format!(" to organization {id}"));
    let sentence = format!("Logged in{of}; kept in the profile {name}");
    screen.did(&sentence);
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "profile": name,
            "organization": organization,
            "base_url": target.base_url(),
        }));
    } else {
        screen.line(&sentence);
    }
}

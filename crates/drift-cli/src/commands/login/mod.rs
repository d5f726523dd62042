//! `drift login`: a profile gets its token, by hand or through a browser.

mod app;
mod consent;
mod oauth;
mod sandbox;
mod token;

use clap::Args;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::account;
use crate::session::base_url::checked_base_url;
use crate::session::config::{self, Config};
use crate::session::login::Redirect;

const EXAMPLES: &str = "\
Examples:
  drift login --token                  asks for a token, and does not show it
  drift login --token < token.txt
  drift login --profile beta           asks for client id and secret, once, then
                                       opens a browser for the consent
  drift login --sandbox                shows the whole way without an account

With a token: the one of your own app on dev.drift.com. It does not expire.

Through a browser (OAuth): with the client id and secret of your app, with which
the redirect URL is registered: http://localhost:8976/callback, or another by
--redirect. The tokens are renewed by themselves.

What is kept is a profile: that of --profile or DRIFT_PROFILE, else the default
one. What it had before is replaced once Drift has accepted the new login.";

/// How to log in.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct LoginArgs {
    /// Keep an access token: asks for it without showing it, or reads it from standard input
    #[arg(long, conflicts_with_all = ["no_browser", "redirect", "consent_page", "sandbox"])]
    token: bool,
    #[command(flatten)]
    browser: BrowserArgs,
}

/// How to log in through a browser.
#[derive(Args)]
struct BrowserArgs {
    /// Show the address of the consent page, and open no browser
    #[arg(long)]
    no_browser: bool,
    /// The redirect URL that is registered with the app, on this machine [default: http://localhost:8976/callback]
    #[arg(long, value_name = "URL", value_parser = redirect)]
    redirect: Option<String>,
    /// The consent page, if it is another than Drift's
    #[arg(long, value_name = "URL")]
    consent_page: Option<String>,
}

fn redirect(text: &str) -> Result<String, &'static str> {
    Redirect::new(text).map(|redirect| redirect.as_str().to_owned())
}

/// The profile that gets the token.
struct Target {
    name: String,
    base_url: Option<String>,
}

/// Logs in.
pub async fn run(args: LoginArgs, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    if global.sandbox {
        return sandbox::run(args.browser, global, screen).await;
    }
    let path = config::path()?;
    let config = config::read(&path)?;
    let target = Target::find(&config, global)?;
    if args.token {
        return token::run(&target, &path, global, screen).await;
    }
    oauth::run(args.browser, &target, &path, &config, global, screen).await
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

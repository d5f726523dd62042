//! `drift profiles`: the config file.

use std::io::{IsTerminal, Read};
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::{Screen, harmless};
use crate::session::base_url::shown_url;
use crate::session::config_file::{self, Config, Profile, setting};

/// What can be done with profiles.
#[derive(Subcommand)]
pub enum ProfilesCommand {
    /// List the profiles, and where each has its token
    List,
    /// Add a profile; its token is read from standard input and kept in a file that only you can read
    Add(AddArgs),
    /// Print where the config file is
    Path,
}

/// The profile to add.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift profiles add acme < token.txt\n  drift profiles add beta --token-env BETA_DRIFT_TOKEN\n  drift profiles add gate --base-url https://gate.example.test < token.txt\n\n--base-url is kept with the profile: its token goes there. The first profile\nbecomes the default one; change `default` in the config file."
)]
pub struct AddArgs {
    /// Its name: letters, digits, - and _
    #[arg(value_parser = name)]
    name: String,
    /// Take the token from this variable of the environment whenever it is needed, and keep none
    #[arg(long, value_name = "VARIABLE")]
    token_env: Option<String>,
}

fn name(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || !text.chars().all(plain) {
        return Err("a name has letters, digits, - and _");
    }
    Ok(text.to_owned())
}

/// Runs one of them.
pub fn run(
    command: ProfilesCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let path = config_file::path()?;
    match command {
        ProfilesCommand::List => list(&path, &config_file::read(&path)?, screen),
        ProfilesCommand::Add(args) => add(&args, global.base_url.as_deref(), &path, screen)?,
        ProfilesCommand::Path => screen.fact("path", &path.display().to_string()),
    }
    Ok(())
}

fn list(path: &Path, config: &Config, screen: &mut Screen) {
    let is_default = |name: &str| config.default.as_deref() == Some(name);
    if screen.is_json() {
        let profiles = config.profiles.iter().map(|(name, profile)| {
            json!({ "name": name, "default": is_default(name), "token_from": token_from(profile, path), "base_url": base_url(profile) })
        });
        screen.value(&profiles.collect::<Value>());
        return;
    }
    let rows: Vec<Vec<String>> = config
        .profiles
        .iter()
        .map(|(name, profile)| {
            let mark = if is_default(name) { " (default)" } else { "" };
            vec![
                format!("{}{mark}", harmless(name)),
                harmless(&base_url(profile)),
                harmless(&token_from(profile, path)),
            ]
        })
        .collect();
    if rows.is_empty() {
        screen.note(
            "no_profiles",
            "There are no profiles; add one: drift profiles add NAME < FILE_WITH_THE_TOKEN",
        );
    } else {
        screen.table(&["profile", "base URL", "token from"], &rows);
    }
}

fn base_url(profile: &Profile) -> String {
    let known = profile.base_url.as_deref();
    shown_url(known.unwrap_or(drift::DRIFT_BASE_URL))
}

fn token_from(profile: &Profile, config: &Path) -> String {
    match (&profile.token_env, &profile.token_file) {
        (Some(variable), _) => variable.clone(),
        (None, Some(file)) => config_file::beside(config, file).display().to_string(),
        (None, None) => "nowhere".to_owned(),
    }
}

fn add(
    args: &AddArgs,
    base_url: Option<&str>,
    path: &Path,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let config = config_file::read(path)?;
    if config.profiles.contains_key(&args.name) {
        return Err(
            Failure::input(format!("there is a profile {:?} already", args.name))
                .next(format!("edit {}", path.display())),
        );
    }
    // What is wrong with either is found before anything is written.
    let base_url = base_url.map(checked_base_url).transpose()?;
    let mut settings = match &args.token_env {
        Some(variable) => setting("token_env", variable),
        None => {
            let token = read_token(&args.name, screen)?;
            setting(
                "token_file",
                &config_file::keep_token(path, &args.name, &token)?,
            )
        }
    };
    if let Some(base_url) = base_url {
        settings.push_str(&setting("base_url", &base_url));
    }
    let first = config.profiles.is_empty() && config.default.is_none();
    config_file::append(path, &args.name, &settings, first).map_err(|cause| {
        Failure::input(format!("{} cannot be written: {cause}", path.display()))
    })?;
    screen.done(&format!(
        "Added the profile {}; try it: drift --profile {} doctor",
        args.name, args.name
    ));
    Ok(())
}

/// The base URL as calls use it; what the library would refuse is refused now.
fn checked_base_url(base_url: &str) -> Result<String, Failure> {
    let client = drift::Client::builder("any").base_url(base_url).build();
    client
        .map(|client| client.base_url().to_owned())
        .map_err(|error| Failure::of_reading(&error))
}

/// The token on standard input, which must be one that a call can send.
fn read_token(name: &str, screen: &Screen) -> Result<String, Failure> {
    let mut text = String::new();
    let input = std::io::stdin();
    if input.is_terminal() {
        // What is typed shows on the terminal, so a file is the better way in.
        screen.guide("Paste the access token, then Ctrl-D:");
    }
    input
        .lock()
        .read_to_string(&mut text)
        .map_err(|cause| Failure::input(format!("the token cannot be read: {cause}")))?;
    let token = text.trim();
    match flaw(token) {
        None => Ok(token.to_owned()),
        Some(flaw) => Err(Failure::input(format!("{flaw} on standard input"))
            .next(format!("drift profiles add {name} < FILE_WITH_THE_TOKEN"))),
    }
}

/// Why a text cannot be sent as a token, if so.
fn flaw(token: &str) -> Option<&'static str> {
    if token.is_empty() {
        return Some("there is no token");
    }
    if token.lines().count() > 1 {
        return Some("there is more than one line");
    }
    let sendable = drift::sdk::Transport::bearer(token).is_ok();
    (!sendable).then_some("there is a character that no token has")
}

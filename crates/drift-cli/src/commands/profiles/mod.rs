//! `drift profiles`: the config file.

mod add;
mod change;
mod list;

use clap::Subcommand;

use crate::arguments::{GlobalArgs, profile_name};
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::config;

/// What can be done with profiles.
#[derive(Subcommand)]
pub enum ProfilesCommand {
    /// List the profiles, and where each has its token
    List,
    /// Add a profile; its token is read from standard input and kept in a file that only you can read
    Add(add::AddArgs),
    /// Replace the access token of a profile
    #[command(
        after_help = "Examples:\n  drift profiles token acme < token.txt\n  drift profiles token acme        asks for it, and does not show it"
    )]
    Token(NameArg),
    /// Make a profile the one that is used when nothing else says which
    Default(NameArg),
    /// Remove a profile and its token
    Remove(NameArg),
    /// Print where the config file is
    Path,
}

/// A profile.
#[derive(clap::Args)]
pub struct NameArg {
    /// The profile
    #[arg(value_parser = profile_name)]
    name: String,
}

/// Runs one of them.
pub fn run(
    command: ProfilesCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let path = config::path()?;
    match command {
        ProfilesCommand::List => list::run(&path, &config::read(&path)?, screen),
        ProfilesCommand::Add(args) => add::run(args, global.base_url.as_deref(), &path, screen)?,
        ProfilesCommand::Token(args) => change::token(&args.name, &path, screen)?,
        ProfilesCommand::Default(args) => change::default(&args.name, &path, screen)?,
        ProfilesCommand::Remove(args) => change::remove(&args.name, &path, screen)?,
        ProfilesCommand::Path => screen.fact("path", &path.display().to_string()),
    }
    Ok(())
}

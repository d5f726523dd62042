//! The commands of `drift`: a file for each, those of `contacts` in a folder. To add one: its file, a variant in `cli.rs`
//! and a line in `run`.
//!
//! A command reads its arguments, makes its calls through `session`, and shows the results through `output`. It knows
//! no standard output or error, no environment variable but its own, and no other command; what two of them need is in
//! `arguments`, `output`, `session` or `confirm`. `suggestion` knows the definition of all of them.

mod cli;
mod completions;
mod confirm;
mod contacts;
mod doctor;
mod emails;
mod emulator;
mod gateway;
mod identity;
mod login;
mod logout;
mod manual;
mod privacy;
mod profiles;
mod sandbox;
mod suggestion;
mod token;
mod version;

pub use cli::Cli;
use cli::Command;
pub use suggestion::with_suggestion;

use crate::failure::Failure;
use crate::output::Screen;

/// Runs the command that was typed.
pub async fn run(cli: Cli, screen: &mut Screen) -> Result<(), Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Contacts { command } => contacts::run(command, global, screen).await,
        Command::Emails { command } => emails::run(command, global, screen).await,
        Command::Privacy { command } => privacy::run(command, global, screen).await,
        Command::Token { command } => token::run(command, global, screen).await,
        Command::Identity { command } => identity::run(command, screen),
        Command::Doctor => doctor::run(global, screen).await,
        Command::Login(args) => login::run(args, global, screen).await,
        Command::Logout => logout::run(global, screen),
        Command::Profiles { command } => profiles::run(command, global, screen),
        Command::Sandbox { command } => sandbox::run(&command, screen),
        Command::Emulator(options) => emulator::run(options, global, screen).await,
        Command::Gateway(args) => gateway::run(args, global, screen).await,
        Command::Completions(args) => completions::run(&args, screen),
        Command::Version => version::run(screen),
        Command::Man { folder } => manual::write_pages(&folder, screen),
    }
}

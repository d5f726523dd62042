//! The command `drift`: contacts for Drift, and a local Drift to try it on.

#![deny(
    clippy::dbg_macro,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used
)]

mod args;
mod attribute_arg;
mod confirm;
mod connection;
mod contact_view;
mod contacts;
mod data_folder;
mod doctor;
mod emails;
mod emulator;
mod external_id_args;
mod failure;
mod identity;
mod interrupt;
mod manual;
mod privacy;
mod profile;
mod profiles;
mod sandbox;
mod screen;
mod secret;
mod shell_word;
mod table;
mod ticket_file;
mod token;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::screen::Screen;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::of_arguments(error),
    };
    let mut screen = Screen::new(&cli.global);
    let ended = run(cli, &mut screen).and_then(|()| finish(&mut screen));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&screen),
    }
}

/// Writes the answer out. Where that fails, what was done is done all the same, and must not be done again.
fn finish(screen: &mut Screen) -> Result<(), Failure> {
    let written = screen.finish().map_err(Failure::from);
    match (written, screen.what_was_done()) {
        (Err(failure), Some(done)) => Err(failure.next(format!("it is done all the same: {done}"))),
        (written, _) => written,
    }
}

/// One thread: a command makes a few calls, and a thread pool would cost more than it gives.
fn run(cli: Cli, screen: &mut Screen) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::other(format!("the command cannot start: {cause}")))?;
    runtime.block_on(dispatch(cli, screen))
}

async fn dispatch(cli: Cli, screen: &mut Screen) -> Result<(), Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Contacts { command } => contacts::run(command, global, screen).await,
        Command::Emails { command } => emails::run(command, global, screen).await,
        Command::Privacy { command } => privacy::run(command, global, screen).await,
        Command::Token { command } => token::run(command, global, screen).await,
        Command::Identity { command } => identity::run(command, screen),
        Command::Doctor => doctor::run(global, screen).await,
        Command::Profiles { command } => profiles::run(command, global, screen),
        Command::Sandbox { command } => sandbox::run(&command, screen),
        Command::Emulator(options) => emulator::run(options, global, screen).await,
        Command::Completions { shell } => manual::completions(shell, screen),
        Command::Man { folder } => manual::write_pages(&folder, screen),
    }
}

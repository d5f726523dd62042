//! The command `drift`: contacts for Drift, and a local Drift to try it on.

mod args;
mod attribute_arg;
mod connection;
mod contact_view;
mod contacts;
mod data_folder;
mod emulator;
mod external_id_args;
mod failure;
mod screen;
mod secret;
mod ticket_file;

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
    let ended = run(cli, &mut screen).and_then(|()| Ok(screen.finish()?));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&screen),
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
    match cli.command {
        Command::Contacts { command } => contacts::run(command, &cli.global, screen).await,
        Command::Emulator(options) => emulator::run(options, &cli.global, screen).await,
    }
}

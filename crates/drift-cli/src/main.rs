//! The command `drift`: contacts for Drift, and a local Drift to try it on.
//!
//! `commands` knows all other modules. `session` knows `arguments`, and of `output` only how a word is quoted for a shell.
//! `arguments` and `output` know no other folder. `failure`, `hex`, `private_file` and `shell_word` are for all.

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

mod arguments;
mod commands;
mod failure;
mod hex;
mod output;
mod private_file;
mod session;
mod shell_word;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Cli;
use crate::failure::Failure;
use crate::output::{Detail, Screen};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::report_arguments(&commands::with_suggestion(error)),
    };
    let detail = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    };
    let mut screen = Screen::new(cli.global.json, detail);
    let ended = run(cli, &mut screen).and_then(|()| finish(&mut screen));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output::report_failure(&failure, &screen),
    }
}

/// Writes the result out. If that fails, the error also says what was done, so that nobody repeats it.
fn finish(screen: &mut Screen) -> Result<(), Failure> {
    let written = screen.finish().map_err(Failure::from);
    match (written, screen.what_was_done()) {
        (Err(failure), Some(done)) => {
            Err(failure.next(format!("it was done nevertheless: {done}")))
        }
        (written, _) => written,
    }
}

/// One thread: a command makes a few calls, for which a thread pool would cost more than it gains. A gateway serves many.
fn run(cli: Cli, screen: &mut Screen) -> Result<(), Failure> {
    let mut runtime = match cli.is_server() {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = runtime
        .enable_all()
        .build()
        .map_err(|cause| Failure::other(format!("the command cannot start: {cause}")))?;
    runtime.block_on(commands::run(cli, screen))
}

//! The workshop: one file per command. `cargo xtask help` lists them.

use std::process::ExitCode;

use clap::Parser;

mod artifacts;
mod cargo;
mod check;
mod diff;
mod every_type;
mod generate;
mod httpmock;
mod lint;
mod schemas;
mod tool;
mod workspace;

#[path = "../../crates/drift-sdk/generator/mod.rs"]
mod generator;

use generator::Failure;

/// What a developer of this project runs beside `cargo test`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Write everything that is made from the contract.
    Generate,
    /// Fail when something made from the contract is stale, or code is unformatted, unlinted or undocumented.
    Check,
    /// Fail when the contract breaks OpenAPI or an idiom that generators for other languages need.
    Lint,
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Generate => generate::run(),
        Command::Check => check::run(),
        Command::Lint => lint::run(),
    }
}

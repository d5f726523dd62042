//! The workshop: one file per command. `cargo xtask help` lists them.

use std::process::ExitCode;

use clap::Parser;

mod artifacts;
mod bench;
mod breaking;
mod cargo;
mod check;
mod codegen;
mod diff;
mod dist;
mod every_type;
mod finding;
mod folder;
mod generate;
mod git;
mod guards;
mod httpmock;
mod lint;
mod matrix;
mod ordered;
mod package;
mod reference;
mod samples;
mod schemas;
mod tidy;
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
    /// Fail when something made from the contract is stale, or code is untidy, unformatted, unlinted or undocumented.
    Check,
    /// Fail when the project breaks a convention that a program can see; needs cargo-deny.
    Tidy,
    /// Fail when the contract breaks OpenAPI or an idiom that generators for other languages need.
    Lint,
    /// Show what the contract's change since a revision breaks for callers; fail unless the version announces it.
    Breaking {
        /// Any name that git has for a commit, such as `main` or `HEAD~1`.
        revision: String,
    },
    /// Fail when the linter or the comparer overlooks what is wrong in copies of the contract broken on purpose.
    Guards,
    /// Build everything that a release hands out into target/dist.
    Dist(dist::Options),
    /// Pack `drift-sdk` and build it from the tarball, with and without the feature `generate`.
    Package,
    /// Measure what a contact costs, beside everything else, and write docs/benchmarks.md.
    Bench(bench::Options),
    /// Write clients for other languages, and with --verify run each against the emulator.
    Codegen(codegen::Options),
    /// Play every fault with every call over real sockets, print the table, and write it to docs/faults.md.
    Matrix,
    /// Run the programs of examples/ against the emulator.
    Examples,
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
        Command::Tidy => tidy::run(),
        Command::Lint => lint::run(),
        Command::Breaking { revision } => breaking::run(&revision),
        Command::Guards => guards::run(),
        Command::Dist(options) => dist::run(&options),
        Command::Package => package::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Codegen(options) => codegen::run(&options),
        Command::Matrix => matrix::run(),
        Command::Examples => codegen::examples(),
    }
}
